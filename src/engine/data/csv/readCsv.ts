import { open } from 'node:fs/promises';
import { inferSchema, initParser, type Parser } from 'udsv';
import type { CsvDialect } from '../../../model/dataReport.ts';
import type { Issue } from '../../../model/issue.ts';
import type { DataSpec } from '../../../model/study.ts';
import { chooseDateColumn } from '../dateColumn.ts';
import { dateReader, type DateStyle } from '../dates.ts';
import { nearest } from '../../../model/nearest.ts';
import { plainName } from '../plainName.ts';
import { isMissing, parseNumber, unreadable, type DecimalMark } from '../numbers.ts';
import {
  numberColumn,
  textColumn,
  type BadDate,
  type ColumnBuilder,
  type NotRead,
  type RawTable,
} from '../rawTable.ts';
import { detectEncoding, looksLikeData, sniffDialect, type Dialect } from './dialect.ts';

const pieceBytes = 1 << 20;
const headBytes = 1 << 18;
const tailBytes = 1 << 16;
const maxBadDates = 1000;

export interface CsvRead {
  readonly raw: RawTable;
  readonly style: DateStyle;
  readonly dialect: CsvDialect;
  readonly issues: readonly Issue[];
}

export interface CsvOptions {
  readonly path: string;
  readonly bytes: number;
  readonly spec: DataSpec;
  /** Refuse a file that would take more. */
  readonly memoryLimitBytes: number;
}

/** Reads a CSV piece by piece; memory grows with the numbers in it, not with its text. */
export async function readCsv(options: CsvOptions): Promise<CsvRead | NotRead> {
  const { spec, bytes } = options;
  const file = await open(options.path, 'r');
  try {
    const head = await readBytes(file, 0, Math.min(headBytes, bytes));
    const { encoding, byteOrderMark } = detectEncoding(head);
    const decode = (part: Uint8Array): string => new TextDecoder(encoding).decode(part);
    const tailFrom = Math.max(head.length, bytes - tailBytes) & ~1;
    const tail = await readBytes(file, tailFrom, Math.max(0, bytes - tailFrom));
    // A head that is not the whole file ends in the middle of a line.
    const headText = head.length < bytes ? decode(head).replace(/[^\r\n]*$/, '') : decode(head);
    const dialect = sniffDialect({ head: headText, tail: decode(tail), encoding, byteOrderMark }, spec);
    const setup = plan(dialect, options, headText.length / Math.max(1, linesIn(headText)));
    if ('issues' in setup) return { raw: null, issues: setup.issues };

    const decoder = new TextDecoder(encoding);
    const buffer = Buffer.allocUnsafe(pieceBytes);
    let carry = '';
    let position = 0;
    const rows = createRowReader(setup, dialect);
    while (position < bytes) {
      const { bytesRead } = await file.read(buffer, 0, pieceBytes, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      const text = carry + decoder.decode(buffer.subarray(0, bytesRead), { stream: position < bytes });
      const atEnd = position >= bytes;
      const cut = atEnd ? text.length : lastLineEnd(text, dialect.quoted);
      carry = text.slice(cut);
      if (cut > 0) rows.read(text.slice(0, cut));
    }
    return { ...rows.finish(), dialect: reportedDialect(dialect), issues: setup.issuesSoFar };
  } finally {
    await file.close();
  }
}

function reportedDialect(dialect: Dialect): CsvDialect {
  const { encoding, byteOrderMark, delimiter, decimal, quoted, lineEnd } = dialect;
  return { encoding, byteOrderMark, delimiter, decimal, quoted, lineEnd };
}

async function readBytes(
  file: Awaited<ReturnType<typeof open>>,
  from: number,
  length: number,
): Promise<Uint8Array> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, from);
  return buffer.subarray(0, bytesRead);
}

function linesIn(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

/** Index after the last line end that is not inside quotes; 0 when there is none. */
function lastLineEnd(text: string, quoted: boolean): number {
  let cut = text.lastIndexOf('\n');
  if (cut < 0) cut = text.lastIndexOf('\r', text.length - 2);
  if (!quoted) return cut + 1;
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0 && at <= cut; at = text.indexOf('"', at + 1)) quotes++;
  while (cut >= 0 && quotes % 2 === 1) {
    const before = text.lastIndexOf('\n', cut - 1);
    for (let at = text.indexOf('"', before + 1); at >= 0 && at <= cut; at = text.indexOf('"', at + 1))
      quotes--;
    cut = before;
  }
  return cut + 1;
}

interface Setup {
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
function plan(dialect: Dialect, options: CsvOptions, lineLength: number): Setup | { issues: Issue[] } {
  const { spec } = options;
  const names = uniqueNames(dialect.header);
  if (names.length < 2 || dialect.sample.length === 0) {
    const what = dialect.sample.length === 0 ? 'holds no rows below its header' : 'has one column only';
    return {
      issues: [
        error(
          ['data', 'file'],
          'dataNotTable',
          `The file ${what}: a date and a price column are needed. If the columns are divided by something else, say so in data.delimiter.`,
        ),
      ],
    };
  }
  if (looksLikeData(dialect.header, dialect.decimal)) {
    return {
      issues: [
        error(
          ['data', 'file'],
          'dataNoHeader',
          `The first line holds numbers (${dialect.header.slice(0, 3).join(', ')}): put a line with column names above it, such as date,open,high,low,close,volume.`,
        ),
      ],
    };
  }
  const expectedRows = Math.ceil((1.02 * options.bytes) / Math.max(1, lineLength)) + 16;
  const memory = memoryNeeded(expectedRows, names.length);
  if (memory > options.memoryLimitBytes) {
    return {
      issues: [
        error(
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

/** Bytes of a table in memory while it is read: number columns, doubled where they grow, and the sorted copy. */
export function memoryNeeded(rows: number, columns: number): number {
  return Math.ceil(rows) * (columns * 8 * 2 + 24) + 64 * pieceBytes;
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
}

function error(path: Issue['path'], code: string, message: string): Issue {
  return { path, code, severity: 'error', message };
}

export function unknownColumn(path: Issue['path'], name: string, names: readonly string[]): Issue {
  const near = nearest(name, names);
  const list = `The file has: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}.`;
  const base = error(
    path,
    'unknownColumn',
    `There is no column "${name}"${near === null ? '' : `; did you mean "${near}"`}${near === null ? '. ' : '? '}${list}`,
  );
  const isKey = path[1] === 'where';
  return near === null
    ? base
    : { ...base, fix: { title: `Use "${near}"`, path, value: near, ...(isKey ? { rename: near } : {}) } };
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

interface RowReader {
  /** Whole lines. */
  read(text: string): void;
  finish(): { raw: RawTable; style: DateStyle };
}

function createRowReader(setup: Setup, dialect: Dialect): RowReader {
  const { names, dateAt, style, builders, filters, decimal } = setup;
  const width = names.length;
  const delimiter = dialect.delimiter;
  const filler = delimiter.repeat(width - 1) + '\n';
  const readDate = dateReader(style);
  let parser: Parser | null = null;
  let times = new Float64Array(setup.expectedRows);
  let fileRows = new Int32Array(setup.expectedRows);
  let rows = 0;
  let fileRow = 0;
  let filteredRows = 0;
  let badDateCount = 0;
  const badDates: BadDate[] = [];

  const take = (cells: readonly string[]): void => {
    fileRow++;
    const date = cells[dateAt];
    const time = readDate(date);
    if (time !== time) {
      const hasNumbers = builders.some((b, i) => b?.kind === 'number' && isNumberCell(cells[i], decimal));
      if (cells.every((c) => c.trim() === '')) return;
      badDateCount++;
      if (badDates.length < maxBadDates) badDates.push({ row: fileRow, text: date.slice(0, 60), hasNumbers });
      return;
    }
    for (const filter of filters) {
      const cell = cells[filter.at].trim();
      if (cell !== filter.text && !(cell !== '' && Number(cell) === filter.number)) {
        filteredRows++;
        return;
      }
    }
    if (rows === times.length) {
      times = grown(times, new Float64Array(rows * 2));
      fileRows = grown(fileRows, new Int32Array(rows * 2));
    }
    times[rows] = time;
    fileRows[rows++] = fileRow;
    for (let i = 0; i < width; i++) builders[i]?.add(cells[i], fileRow);
  };

  /** A record that runs over a line end had too few cells on its line: its lines are taken one by one. */
  const takeLines = (cells: readonly string[]): void => {
    for (const line of cells.join(delimiter).split('\n')) {
      const parts = line.split(delimiter);
      while (parts.length < width) parts.push('');
      // Delimiters at the end of a line are no cells.
      take(parts.slice(0, width));
    }
  };

  const isBroken = (cells: readonly string[]): boolean =>
    cells.some(
      (cell, i) => cell.includes('\n') && (!dialect.quoted || i === dateAt || builders[i]?.kind === 'number'),
    );

  return {
    read(piece) {
      let text = piece.includes('\r') ? piece.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : piece;
      if (!text.endsWith('\n')) text += '\n';
      if (parser === null) {
        if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
        // The header is ours already; it counts as row 1 plus the lines above it.
        for (let i = 0; i <= dialect.preamble; i++) text = text.slice(text.indexOf('\n') + 1);
        fileRow = dialect.preamble + 1;
        parser = parserFor(names, dialect);
      }
      // Empty lines count as rows of the file but udsv passes over them.
      while (text.includes('\n\n')) text = text.replaceAll('\n\n', `\n${filler}`);
      if (text.startsWith('\n')) text = filler + text.slice(1);
      const lines = linesIn(text) - 1;
      const records = parser.stringArrs<string[]>(text + filler);
      const first = fileRow;
      // A filler row of its own, or joined to a short last line.
      const last = records.at(-1);
      if (last?.every((c) => c === '')) records.pop();
      const isWhole = records.length === lines;
      for (const cells of records) {
        if (!isWhole && isBroken(cells)) takeLines(cells);
        else if (cells[width - 1].includes(delimiter)) take(withoutTail(cells, delimiter));
        else take(cells);
      }
      if (!dialect.quoted) fileRow = first + lines;
    },
    finish() {
      return {
        style,
        raw: {
          dateColumn: names[dateAt],
          dateFormat: style,
          times: times.subarray(0, rows),
          fileRows: fileRows.subarray(0, rows),
          columns: builders.flatMap((b) => (b === null ? [] : [b.finish()])),
          names,
          filteredRows,
          badDates,
          badDateCount,
        },
      };
    },
  };
}

function isNumberCell(cell: string, decimal: DecimalMark): boolean {
  const value = parseNumber(cell, decimal);
  return typeof value === 'number' && !Number.isNaN(value);
}

function grown<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** More cells than names: what lies beyond the last name is left out. */
function withoutTail(cells: readonly string[], delimiter: string): string[] {
  const last = cells[cells.length - 1];
  return [...cells.slice(0, -1), last.slice(0, last.indexOf(delimiter))];
}

function parserFor(names: readonly string[], dialect: Dialect): Parser {
  const schema = inferSchema(`${names.map((_, i) => `c${i}`).join(dialect.delimiter)}\n1\n`, {
    col: dialect.delimiter,
    row: '\n',
    encl: dialect.quoted ? '"' : '',
    header: () => [],
  });
  const cols = names.map((_, i) => ({
    name: `c${i}`,
    type: 's' as const,
    repl: { empty: undefined, null: undefined, NaN: undefined },
  }));
  return initParser({ ...schema, cols });
}
