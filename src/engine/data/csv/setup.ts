import type { Issue } from '../../../model/issue.ts';
import { chooseDateColumn } from '../dateColumn.ts';
import { dateReader, type DateStyle } from '../dates.ts';
import { isMissing, parseNumber, unreadable, type DecimalMark } from '../numbers.ts';
import { plainName } from '../plainName.ts';
import { numberColumn, textColumn, type ColumnBuilder } from '../rawTable.ts';
import { dataError, megabytes, memoryNeeded, unknownColumn, type ReadTask } from '../readTask.ts';
import { looksLikeData, type Dialect } from './dialect.ts';

/** What each column of a CSV is, before its rows are read. */
export interface Setup {
  readonly names: readonly string[];
  readonly expectedRows: number;
  readonly dateAt: number;
  readonly style: DateStyle;
  readonly builders: readonly (ColumnBuilder | null)[];
  readonly filters: readonly { readonly at: number; readonly text: string; readonly number: number }[];
  readonly decimal: DecimalMark;
  readonly issuesSoFar: Issue[];
}

/** Decides from the sample what each column is; issues instead when the file cannot be a table of dated rows. */
export function planCsv(
  dialect: Dialect,
  options: ReadTask,
  lineLength: number,
): Setup | { issues: Issue[] } {
  const { spec } = options;
  const names = uniqueNames(dialect.header);
  if (names.length < 2 || dialect.sample.length === 0) {
    const what = dialect.sample.length === 0 ? 'holds no rows below its header' : 'has one column only';
    return {
      issues: [
        dataError(
          ['data', 'file'],
          'dataNotTable',
          `The file ${what}: a date and a price column are needed. If the columns are divided by something else, say so in data.delimiter.`,
        ),
      ],
    };
  }
  if (looksLikeData(dialect.header, dialect.decimal)) return { issues: [noHeader(dialect)] };
  const expectedRows = Math.ceil((1.02 * options.bytes) / Math.max(1, lineLength)) + 16;
  const memory = memoryNeeded(expectedRows, names.length);
  if (memory > options.memoryLimitBytes) {
    return {
      issues: [
        dataError(
          ['data', 'file'],
          'dataTooLarge',
          `The file has about ${expectedRows.toLocaleString('en')} rows of ${names.length} columns and would take ${megabytes(memory)} of memory; the limit is ${megabytes(options.memoryLimitBytes)}. Keep fewer columns, or a part of the rows.`,
        ),
      ],
    };
  }
  const sampleOf = (at: number): string[] => dialect.sample.map((row) => row[at] ?? '');
  const date = chooseDateColumn({ names, sampleOf, spec });
  if ('issue' in date) return { issues: [date.issue] };
  if (!Number.isNaN(dateReader(date.style)(names[date.at]))) return { issues: [noHeader(dialect)] };
  const issuesSoFar: Issue[] = [];
  if (dialect.decimalOpen) {
    issuesSoFar.push({
      path: ['data', 'decimal'],
      code: 'ambiguousDecimal',
      severity: 'warning',
      message: `Numbers like "1,234" could be 1234 or 1.234; they are read as ${dialect.decimal === ',' ? '1.234' : '1234'}. Set data.decimal to "." or "," to say which.`,
      fix: { title: 'Write the decimal mark down', path: ['data', 'decimal'], value: dialect.decimal },
    });
  }
  const filters: { at: number; text: string; number: number }[] = [];
  for (const [column, value] of Object.entries(spec.where ?? {})) {
    const at = names.findIndex((n) => plainName(n) === plainName(column));
    if (at < 0) return { issues: [unknownColumn(['data', 'where', column], column, names)] };
    filters.push({ at, text: String(value).trim(), number: Number(value) });
  }
  const builders = names.map((name, at) =>
    at === date.at
      ? null
      : isNumeric(sampleOf(at), dialect.decimal)
        ? numberColumn(name, dialect.decimal, expectedRows)
        : textColumn(name),
  );
  return {
    names,
    expectedRows,
    dateAt: date.at,
    style: date.style,
    builders,
    filters,
    decimal: dialect.decimal,
    issuesSoFar,
  };
}

function noHeader({ header }: Dialect): Issue {
  return dataError(
    ['data', 'file'],
    'dataNoHeader',
    `The first line holds data (${header.slice(0, 3).join(', ')}) instead of names: put a line with column names above it, such as date,open,high,low,close,volume.`,
  );
}

/** Names made distinct and not empty. */
function uniqueNames(header: readonly string[]): string[] {
  const seen = new Map<string, number>();
  // An empty last name comes from a delimiter at the end of the line.
  const cells = header.at(-1) === '' && header.length > 2 ? header.slice(0, -1) : header;
  return cells.map((cell, i) => {
    const name = cell === '' ? `column${i + 1}` : cell;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}

/** At least half of the cells that say something are numbers; a column without any says nothing and counts as numbers. */
function isNumeric(cells: readonly string[], decimal: DecimalMark): boolean {
  const filled = cells.filter((c) => !isMissing(c));
  return filled.filter((c) => parseNumber(c, decimal) !== unreadable).length >= 0.5 * filled.length;
}
