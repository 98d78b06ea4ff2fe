import type { CsvDialect } from '../../../model/dataReport.ts';
import type { DataSpec } from '../../../model/dataSpec.ts';
import { decimalEvidence, isMissing, parseNumber, unreadable, type DecimalMark } from '../numbers.ts';

type Delimiter = CsvDialect['delimiter'];
const delimiters: readonly Delimiter[] = ['\t', '|', ';', ','];

export interface Dialect extends CsvDialect {
  /** Lines before the header (titles, notes). */
  readonly preamble: number;
  readonly header: readonly string[];
  /** The file leaves open whether its commas are decimal marks or thousands marks. */
  readonly decimalOpen: boolean;
  /** Cells of the rows looked at, without the header. */
  readonly sample: readonly (readonly string[])[];
}

export type Encoding = CsvDialect['encoding'];

/** UTF-16 by its mark, UTF-8 where the bytes allow it, else Windows-1252. */
export function detectEncoding(head: Uint8Array): { encoding: Encoding; byteOrderMark: boolean } {
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', byteOrderMark: true };
  const byteOrderMark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
  try {
    // stream: the head may end in the middle of a character.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return { encoding: 'utf-8', byteOrderMark };
  } catch {
    return { encoding: 'windows-1252', byteOrderMark };
  }
}

/** Cells of one line; for guessing, and where udsv leaves open what the last cell is. Doubled quotes are dropped. */
export function cellsOf(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter);
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (const char of line) {
    if (char === '"') quoted = !quoted;
    else if (char === delimiter && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += char;
  }
  cells.push(cell);
  return cells;
}

/** Lines; one that ends inside quotes goes on in the next. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (!text.includes('"')) return lines;
  const whole: string[] = [];
  let open = '';
  for (const line of lines) {
    const joined = open === '' ? line : `${open}\n${line}`;
    const isOpen = (joined.split('"').length - 1) % 2 === 1 && joined.length < longestQuote;
    open = isOpen ? joined : '';
    if (!isOpen) whole.push(joined);
  }
  if (open !== '') whole.push(open);
  return whole;
}

/** Characters after which a quote that was never closed stops counting as one. */
const longestQuote = 10_000;

interface Layout {
  readonly delimiter: Delimiter;
  /** Most frequent number of cells. */
  readonly width: number;
  readonly agreeing: number;
}

function layoutOf(lines: readonly string[], delimiter: Delimiter): Layout {
  const counts = new Map<number, number>();
  for (const line of lines) {
    const width = cellsOf(line, delimiter).length;
    counts.set(width, (counts.get(width) ?? 0) + 1);
  }
  let width = 1;
  let agreeing = 0;
  for (const [w, n] of counts) if (w > 1 && n > agreeing) [width, agreeing] = [w, n];
  return { delimiter, width, agreeing };
}

/**
 * Delimiter, quotes, decimal mark and header of a CSV from its first and last part (the last one because prices of 1,000 and
 * more may come late). `tail` starts in the middle of a line.
 */
export function sniffDialect(
  parts: {
    readonly head: string;
    readonly tail: string;
    readonly encoding: Encoding;
    readonly byteOrderMark: boolean;
  },
  spec: Pick<DataSpec, 'delimiter' | 'decimal'>,
): Dialect {
  const lineEnd = parts.head.includes('\r\n')
    ? '\r\n'
    : parts.head.includes('\n')
      ? '\n'
      : parts.head.includes('\r')
        ? '\r'
        : '\n';
  const allLines = linesOf(parts.head);
  const firstLines = allLines.slice(0, 60).filter((line) => line.trim() !== '');
  const layouts = (spec.delimiter ? [spec.delimiter] : delimiters).map((d) => layoutOf(firstLines, d));
  const best = layouts.reduce((a, b) => (b.agreeing > a.agreeing ? b : a));
  // The header may be shorter or longer than the rows by a trailing delimiter.
  const headerAt = Math.max(
    0,
    allLines.findIndex((line) => {
      const width = cellsOf(line, best.delimiter).length;
      return (
        line.trim() !== '' &&
        (best.agreeing === 0 || Math.abs(width - best.width) <= 1) &&
        (width > 1 || best.agreeing === 0)
      );
    }),
  );
  const header = cellsOf(allLines[headerAt] ?? '', best.delimiter).map((name) => name.trim());
  // Where quotes hold line ends, a part that starts anywhere cannot be cut into rows.
  const tail = allLines.some((line) => line.includes('\n')) ? [] : linesOf(parts.tail).slice(1);
  const rows = [...allLines.slice(headerAt + 1, 2000), ...tail];
  const sample = rows.filter((line) => line.trim() !== '').map((line) => cellsOf(line, best.delimiter));
  const decimal = spec.decimal ? { mark: spec.decimal, open: false } : guessDecimal(sample, best.delimiter);
  return {
    encoding: parts.encoding,
    byteOrderMark: parts.byteOrderMark,
    delimiter: best.delimiter,
    decimal: decimal.mark,
    quoted: parts.head.includes('"') || parts.tail.includes('"'),
    lineEnd,
    preamble: headerAt,
    header,
    decimalOpen: decimal.open,
    sample,
  };
}

function guessDecimal(
  sample: readonly (readonly string[])[],
  delimiter: string,
): { mark: DecimalMark; open: boolean } {
  const votes = { '.': 0, ',': 0, ambiguousComma: 0 };
  for (const row of sample) {
    // The first cell is nearly always the date: 31.12.2020 says nothing about numbers.
    for (const cell of row) {
      if (/^\s*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}/.test(cell)) continue;
      const evidence = decimalEvidence(cell);
      if (evidence === '.' || evidence === ',') votes[evidence]++;
      else if (evidence === 'ambiguous' && cell.includes(',')) votes.ambiguousComma++;
    }
  }
  if (votes[','] > votes['.']) return { mark: ',', open: false };
  if (votes['.'] > 0) return { mark: '.', open: false };
  if (votes.ambiguousComma === 0) return { mark: '.', open: false };
  return { mark: delimiter === ';' ? ',' : '.', open: true };
}

/** Does the first line hold data instead of names? */
export function looksLikeData(header: readonly string[], decimal: DecimalMark): boolean {
  const numbers = header.filter((cell) => {
    const value = isMissing(cell) ? NaN : parseNumber(cell, decimal);
    return value !== unreadable && !Number.isNaN(value);
  }).length;
  return numbers > header.length / 2;
}
