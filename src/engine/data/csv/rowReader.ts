import { inferSchema, initParser, type Parser } from 'udsv';
import { dateReader, type DateStyle } from '../dates.ts';
import { parseNumber, type DecimalMark } from '../numbers.ts';
import type { BadDate, RawTable } from '../rawTable.ts';
import { cellsOf, type Dialect } from './dialect.ts';
import type { Setup } from './setup.ts';

const maxBadDates = 1000;

/** Takes the text of a CSV in order and keeps its rows. */
export interface RowReader {
  /** Whole lines. */
  read(text: string): void;
  finish(): { raw: RawTable; style: DateStyle };
}

export function createRowReader(setup: Setup, dialect: Dialect): RowReader {
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
  const filteredValues = new Set<string>();
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
        if (filteredValues.size < 20) filteredValues.add(cell.slice(0, 40));
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
      let textLines: readonly string[] | null = null;
      for (const [i, cells] of records.entries()) {
        if (!isWhole && isBroken(cells)) takeLines(cells);
        else if (!cells[width - 1].includes(delimiter)) take(cells);
        else if (!dialect.quoted) take(withoutTail(cells, delimiter));
        else {
          // The delimiter stands inside quotes ("1,234.5"), or there are more cells than names: the line knows.
          textLines ??= isWhole ? text.split('\n') : [];
          const line = textLines[i];
          take(line === undefined ? cells : [...cells.slice(0, -1), cellsOf(line, delimiter)[width - 1]]);
        }
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
          filteredValues: [...filteredValues],
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

export function linesIn(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
