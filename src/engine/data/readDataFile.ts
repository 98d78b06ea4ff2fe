import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DataReport } from '../../model/dataReport.ts';
import type { Issue } from '../../model/issue.ts';
import { nearest } from '../../model/nearest.ts';
import type { DataSpec } from '../../model/dataSpec.ts';
import { badCellIssues, columnReports, countMissingRows, missingIssue } from './columnReport.ts';
import { resolveColumns } from './columns.ts';
import { readCsv } from './csv/readCsv.ts';
import { dateText, type DataTable } from './dataTable.ts';
import { findGaps, findOhlcViolations, findSplits, usualStepDays, zeroChangeShare } from './findings.ts';
import { gapIssues, ohlcIssues, splitIssues, zeroIssues } from './findingIssues.ts';
import { decideDates, duplicateIssue, findDuplicates, judgeBadDates, timeOrder } from './orderRows.ts';
import { readParquet } from './parquet.ts';
import type { RawTable } from './rawTable.ts';

export interface DataFile {
  /** Null when an issue of severity error stands in `issues`. */
  readonly table: DataTable | null;
  /** Null when the file could not be read at all. */
  readonly report: DataReport | null;
  readonly issues: readonly Issue[];
}

export interface ReadOptions {
  /** A file that would take more memory is refused; default 1.5 GB. */
  readonly memoryLimitBytes?: number;
}

const defaultMemoryLimitBytes = 1.5e9;

/** Reads a CSV or Parquet file. Never throws for what is wrong with the file: that comes back as issues. */
export async function readDataFile(
  path: string,
  spec: DataSpec,
  options: ReadOptions = {},
): Promise<DataFile> {
  const size = await fileSize(path);
  if (typeof size !== 'number') return { table: null, report: null, issues: [size] };
  const isParquet = /\.(parquet|pq|parq)$/i.test(path);
  const task = {
    path,
    bytes: size,
    spec,
    memoryLimitBytes: options.memoryLimitBytes ?? defaultMemoryLimitBytes,
  };
  const reading = isParquet ? readParquet(task) : readCsv(task);
  const read = await reading.catch((error: unknown) => ({ raw: null, issues: [unreadable(error, path)] }));
  if (read.raw === null) return { table: null, report: null, issues: read.issues };
  const found = {
    file: basename(path),
    bytes: size,
    format: isParquet ? 'parquet' : 'csv',
    dialect: read.dialect,
  } as const;
  return finish(read, spec, found);
}

function issue(code: string, message: string): Issue {
  return { path: ['data', 'file'], code, severity: 'error', message };
}

/** What the system answered when the file was asked for; what is no answer of the system is a bug and is thrown. */
function unreadable(error: unknown, path: string): Issue {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) throw error;
  return issue(
    'dataUnreadable',
    `${path} cannot be read (${String(error.code)}): check its permissions and its disk.`,
  );
}

async function fileSize(path: string): Promise<number | Issue> {
  try {
    const info = await stat(path);
    if (!info.isFile())
      return issue(
        'dataUnreadable',
        `${path} is ${info.isDirectory() ? 'a folder' : 'a device'}, not a file.`,
      );
    if (info.size === 0) return issue('dataNotTable', `${path} is empty.`);
    return info.size;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return issue(
        'dataMissing',
        `There is no file ${path}. The path in data.file is relative to the study file.`,
      );
    }
    return unreadable(error, path);
  }
}

interface Read {
  readonly raw: RawTable;
  readonly style: Parameters<typeof decideDates>[1];
  readonly issues: readonly Issue[];
}

function finish(
  read: Read,
  spec: DataSpec,
  found: Pick<DataReport, 'file' | 'bytes' | 'format' | 'dialect'>,
): DataFile {
  const { raw } = read;
  const issues: Issue[] = [...read.issues];
  const dates = decideDates(raw, read.style, spec);
  const notes = judgeBadDates(withImpossibleDays(raw, dates.times), dates.format);
  issues.push(...dates.issues, ...notes.issues);
  if (raw.times.length === 0) {
    issues.push(noRows(raw, spec));
    return { table: null, report: null, issues };
  }
  const { permutation, sorted } = timeOrder(dates.times);
  const table = orderedTable(raw, dates.times, sorted ? permutation : null);
  if (sorted) {
    issues.push({
      path: ['data', 'file'],
      code: 'sorted',
      severity: 'info',
      message: 'The rows of the file are not in time order; they have been sorted by date.',
    });
  }
  const duplicates = findDuplicates(table.times, table.fileRows);
  if (duplicates.count > 0) issues.push(duplicateIssue(duplicates, raw));

  const texts = raw.names.filter((name) => !table.numbers.has(name));
  const columns = resolveColumns(spec, [...table.numbers.keys()], texts);
  const badCells = badCellIssues(raw, columns);
  issues.push(...columns.issues, ...badCells);
  const missingRows = countMissingRows(table, columns);
  // A cell that holds text counts as missing, too: said once.
  if (missingRows > 0 && badCells.length === 0) issues.push(missingIssue(table, columns, missingRows));
  const usual = usualStepDays(table.times);
  const gaps = findGaps(table, usual);
  const violations = findOhlcViolations(table);
  const price = columns.price;
  const zeroShare =
    price === null ? 0 : zeroChangeShare(table.numbers.get(price.column) ?? new Float64Array());
  const splits = price === null ? [] : findSplits(table, price.column);
  issues.push(...gapIssues(gaps), ...ohlcIssues(violations, columns));
  // Changes from row to row say nothing where rows of several series follow each other.
  if (duplicates.count === 0) issues.push(...zeroIssues(zeroShare), ...splitIssues(splits, columns, spec));
  const report: DataReport = {
    ...found,
    rows: table.rows,
    columns: columnReports(raw, table),
    dates: {
      column: raw.dateColumn,
      format: dates.format,
      first: dateText(table.times[0]),
      last: dateText(table.times[table.rows - 1]),
      usualStepDays: usual,
    },
    price,
    gaps: gaps.list,
    gapCount: gaps.count,
    duplicates: duplicates.list,
    duplicateCount: duplicates.count,
    missingRows,
    zeroChangeShare: zeroShare,
    suspectedSplits: splits,
    ohlcViolations: violations.list,
    ohlcViolationCount: violations.count,
    sorted,
    filteredRows: raw.filteredRows,
    footerRows: notes.footerRows,
    warnings: issues.filter((issue) => issue.severity !== 'error'),
  };
  const failed = issues.some((issue) => issue.severity === 'error');
  return { table: failed ? null : table, report, issues };
}

/** Days that do not exist in the decided order (31/02/2020) become unreadable dates of rows with numbers. */
function withImpossibleDays(raw: RawTable, times: Float64Array): RawTable {
  const impossible: number[] = [];
  for (let i = 0; i < times.length; i++) if (Number.isNaN(times[i])) impossible.push(i);
  if (impossible.length === 0) return raw;
  return {
    ...raw,
    badDateCount: raw.badDateCount + impossible.length,
    badDates: [
      ...raw.badDates,
      ...impossible
        .slice(0, 1000)
        .map((i) => ({ row: raw.fileRows[i], text: 'no such day', hasNumbers: true })),
    ],
  };
}

function noRows(raw: RawTable, spec: DataSpec): Issue {
  if (raw.filteredRows > 0) {
    const [name, value] = Object.entries(spec.where ?? {})[0];
    const near = nearest(String(value), raw.filteredValues);
    return {
      path: ['data', 'where', name],
      code: 'whereNoRows',
      severity: 'error',
      message: `None of the ${raw.filteredRows} rows has ${name} = ${value}${near === null ? '.' : `; did you mean "${near}"?`} The file has ${raw.filteredValues.slice(0, 8).join(', ')}${raw.filteredValues.length > 8 ? ', …' : ''}. Upper and lower case count.`,
      ...(near === null
        ? {}
        : { fix: { title: `Use "${near}"`, path: ['data', 'where', name], value: near } }),
    };
  }
  return {
    path: ['data', 'file'],
    code: 'dataNotTable',
    severity: 'error',
    message: 'The file holds no row with a date.',
  };
}

/** Rows in time order; null: they are in it already. */
function orderedTable(raw: RawTable, times: Float64Array, permutation: Uint32Array | null): DataTable {
  const pick = (values: Float64Array): Float64Array => {
    if (permutation === null) return values;
    const out = new Float64Array(permutation.length);
    for (let i = 0; i < out.length; i++) out[i] = values[permutation[i]];
    return out;
  };
  const numbers = raw.columns.flatMap((c) =>
    c.kind !== 'text' && c.values !== null ? [[c.name, pick(c.values)] as const] : [],
  );
  return {
    rows: times.length,
    dateColumn: raw.dateColumn,
    times: pick(times),
    numbers: new Map(numbers),
    fileRows: permutation === null ? raw.fileRows : Int32Array.from(permutation, (i) => raw.fileRows[i]),
  };
}
