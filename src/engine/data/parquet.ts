import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Issue } from '../../model/issue.ts';
import type { DataSpec } from '../../model/dataSpec.ts';
import { chooseDateColumn } from './dateColumn.ts';
import { dateReader, type DateStyle } from './dates.ts';
import { plainName } from './plainName.ts';
import { memoryNeeded, unknownColumn, type ReadTask } from './readTask.ts';
import { numberColumn, textColumn, type BadDate, type NotRead, type RawTable } from './rawTable.ts';

/** Rows decoded at once; bounds the memory that boxed values take. */
const rowsAtOnce = 65_536;

export interface ParquetRead {
  readonly raw: RawTable;
  readonly dialect: null;
  readonly style: DateStyle;
  readonly issues: readonly Issue[];
}

/** Reads the flat columns of a Parquet file. Row 1 is the first row of data plus one, so that rows count as in a CSV. */
export async function readParquet(task: ReadTask): Promise<ParquetRead | NotRead> {
  try {
    return await readRows(task);
  } catch (error) {
    // hyparquet says with plain errors what a damaged file lacks; the words are for the user, nothing decides by them.
    const reason = error instanceof Error ? error.message : String(error);
    return {
      raw: null,
      issues: [issue('dataUnreadable', `The file is no Parquet file that can be read: ${reason}.`)],
    };
  }
}

function issue(code: string, message: string): Issue {
  return { path: ['data', 'file'], code, severity: 'error', message };
}

async function readRows({ path, spec, memoryLimitBytes }: ReadTask): Promise<ParquetRead | NotRead> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const rows = Number(metadata.num_rows);
  const names = flatColumns(metadata.schema);
  if (names.length < 2 || rows === 0) {
    return {
      raw: null,
      issues: [issue('dataNotTable', 'The file needs a date and a price column and at least one row.')],
    };
  }
  const memory = memoryNeeded(rows, names.length);
  if (memory > memoryLimitBytes) {
    return {
      raw: null,
      issues: [
        issue(
          'dataTooLarge',
          `The file has ${rows.toLocaleString('en')} rows of ${names.length} columns and would take ${Math.ceil(memory / 1e6)} MB of memory; the limit is ${Math.ceil(memoryLimitBytes / 1e6)} MB. Keep fewer columns, or a part of the rows.`,
        ),
      ],
    };
  }
  const read = async (from: number): Promise<unknown[][]> => {
    let result: unknown[][] = [];
    await parquetRead({
      file,
      metadata,
      compressors,
      columns: names,
      rowStart: from,
      rowEnd: Math.min(rows, from + rowsAtOnce),
      onComplete: (part: unknown[][]) => {
        result = part;
      },
    });
    return result;
  };
  const first = await read(0);
  const sample = first.slice(0, 2000);
  const date = chooseDateColumn({ names, sampleOf: (at) => sample.map((row) => cellText(row[at])), spec });
  if ('issue' in date) return { raw: null, issues: [date.issue] };
  const filters = filtersOf(spec, names);
  if ('issues' in filters) return { raw: null, issues: filters.issues };
  const collect = collector({
    names,
    dateAt: date.at,
    style: date.style,
    sample,
    filters: filters.list,
    rows,
  });
  collect.add(first);
  for (let from = rowsAtOnce; from < rows; from += rowsAtOnce) collect.add(await read(from));
  return { raw: collect.finish(), dialect: null, style: date.style, issues: [] };
}

interface SchemaElement {
  readonly name: string;
  readonly num_children?: number;
  readonly repetition_type?: string;
}

/** Top-level columns with one value a row. */
function flatColumns(schema: readonly SchemaElement[]): string[] {
  const names: string[] = [];
  for (let i = 1; i < schema.length;) {
    const element = schema[i];
    if (!element.num_children && element.repetition_type !== 'REPEATED') names.push(element.name);
    i = afterSubtree(schema, i);
  }
  return names;
}

function afterSubtree(schema: readonly SchemaElement[], at: number): number {
  let next = at + 1;
  for (let k = 0; k < (schema[at].num_children ?? 0); k++) next = afterSubtree(schema, next);
  return next;
}

interface Filter {
  readonly at: number;
  readonly text: string;
}

function filtersOf(spec: DataSpec, names: readonly string[]): { list: Filter[] } | { issues: Issue[] } {
  const list: Filter[] = [];
  for (const [column, value] of Object.entries(spec.where ?? {})) {
    const at = names.findIndex((n) => plainName(n) === plainName(column));
    if (at < 0) return { issues: [unknownColumn(['data', 'where', column], column, names)] };
    list.push({ at, text: String(value) });
  }
  return { list };
}

/** Dates as ISO text without an offset, so that one rule reads every source. */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString().slice(0, 19);
  return typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    typeof value === 'boolean'
    ? String(value)
    : '';
}

interface Collect {
  readonly names: readonly string[];
  readonly dateAt: number;
  readonly style: DateStyle;
  readonly sample: readonly (readonly unknown[])[];
  readonly filters: readonly Filter[];
  /** In the file. */
  readonly rows: number;
}

function collector({ names, dateAt, style, sample, filters, rows }: Collect): {
  add(rows: readonly (readonly unknown[])[]): void;
  finish(): RawTable;
} {
  const builders = names.map((name, at) => {
    if (at === dateAt) return null;
    const isText = sample.some((row) => typeof row[at] === 'string' || row[at] instanceof Date);
    return isText ? textColumn(name) : numberColumn(name, '.', rows);
  });
  const readDate = dateReader(style);
  const times: number[] = [];
  const fileRows: number[] = [];
  const badDates: BadDate[] = [];
  let badDateCount = 0;
  let filteredRows = 0;
  const filteredValues = new Set<string>();
  let fileRow = 1;
  const addRow = (row: readonly unknown[]): void => {
    fileRow++;
    const cell = row[dateAt];
    const time = cell instanceof Date ? Math.floor(cell.getTime()) : readDate(cellText(cell));
    if (Number.isNaN(time)) {
      badDateCount++;
      if (badDates.length < 1000) badDates.push({ row: fileRow, text: cellText(cell), hasNumbers: true });
      return;
    }
    const failed = filters.find((f) => cellText(row[f.at]) !== f.text);
    if (failed !== undefined) {
      filteredRows++;
      if (filteredValues.size < 20) filteredValues.add(cellText(row[failed.at]).slice(0, 40));
      return;
    }
    times.push(time);
    fileRows.push(fileRow);
    builders.forEach((builder, at) => {
      const value = row[at];
      if (typeof value === 'number' || typeof value === 'bigint') builder?.addNumber(Number(value));
      else builder?.add(cellText(value), fileRow);
    });
  };
  return {
    add: (rows) => rows.forEach(addRow),
    finish: () => ({
      dateColumn: names[dateAt],
      dateFormat: style,
      times: Float64Array.from(times),
      fileRows: Int32Array.from(fileRows),
      columns: builders.flatMap((b) => (b === null ? [] : [b.finish()])),
      names,
      filteredRows,
      filteredValues: [...filteredValues],
      badDates,
      badDateCount,
    }),
  };
}
