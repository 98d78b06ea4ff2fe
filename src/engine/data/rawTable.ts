import type { Issue } from '../../model/issue.ts';
import { isMissing, parseNumber, unreadable, type DecimalMark } from './numbers.ts';

/** A cell of a number column that is not a number. */
export interface BadCell {
  /** Row in the file, the header is row 1. */
  readonly row: number;
  readonly text: string;
}

/** A column as read, in file order, before sorting. */
export interface RawColumn {
  readonly name: string;
  readonly kind: 'number' | 'text' | 'empty';
  /** Of number columns; NaN where missing or unreadable. */
  readonly values: Float64Array | null;
  readonly missing: number;
  readonly unreadable: number;
  /** The first of them. */
  readonly badCells: readonly BadCell[];
  /** Of text columns: distinct values, the first maxDistinct. */
  readonly distinct: readonly string[];
  readonly first: string;
  readonly last: string;
}

const maxBadCells = 5;
export const maxDistinct = 50;

export interface ColumnBuilder {
  readonly name: string;
  readonly kind: 'number' | 'text';
  add(text: string, row: number): void;
  addNumber(value: number): void;
  finish(): RawColumn;
}

/** Number column, 8 bytes a row; made for `expectedRows`, doubled when there are more. */
export function numberColumn(name: string, decimal: DecimalMark, expectedRows: number): ColumnBuilder {
  let values = new Float64Array(Math.max(16, expectedRows));
  let rows = 0;
  let missing = 0;
  let bad = 0;
  const badCells: BadCell[] = [];
  let first = '';
  let last = '';
  const push = (value: number): void => {
    if (rows === values.length) {
      const larger = new Float64Array(rows * 2);
      larger.set(values);
      values = larger;
    }
    values[rows++] = value;
    if (value !== value) missing++;
  };
  return {
    name,
    kind: 'number',
    add(text, row) {
      if (rows === 0) first = copyOf(text);
      last = text;
      const value = parseNumber(text, decimal);
      if (value === unreadable) {
        bad++;
        if (badCells.length < maxBadCells) badCells.push({ row, text: copyOf(text) });
        push(NaN);
        missing--;
        return;
      }
      push(value);
    },
    addNumber(value) {
      if (rows === 0) first = String(value);
      last = String(value);
      push(value);
    },
    finish: () => ({
      name,
      kind: missing === rows ? 'empty' : 'number',
      values: values.subarray(0, rows),
      missing,
      unreadable: bad,
      badCells,
      distinct: [],
      first,
      last: copyOf(last),
    }),
  };
}

/** Text column: only counts and the first distinct values are kept. */
export function textColumn(name: string): ColumnBuilder {
  const distinct = new Set<string>();
  let rows = 0;
  let missing = 0;
  let first = '';
  let last = '';
  return {
    name,
    kind: 'text',
    add(text) {
      if (rows++ === 0) first = copyOf(text);
      last = text;
      if (isMissing(text)) missing++;
      else if (distinct.size <= maxDistinct && !distinct.has(text)) distinct.add(copyOf(text));
    },
    addNumber(value) {
      if (rows++ === 0) first = String(value);
      last = String(value);
      if (value !== value) missing++;
    },
    finish: () => ({
      name,
      kind: 'text',
      values: null,
      missing,
      unreadable: 0,
      badCells: [],
      distinct: [...distinct],
      first,
      last: copyOf(last),
    }),
  };
}

/** A string of its own: a part of a larger string keeps all of it in memory. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}

/** A date cell that could not be read. */
export interface BadDate {
  readonly row: number;
  readonly text: string;
  /** Another cell of the row holds a number: then it is data, not a note. */
  readonly hasNumbers: boolean;
}

/** File content in file order, dates parsed. */
export interface RawTable {
  readonly dateColumn: string;
  readonly dateFormat: string;
  readonly times: Float64Array;
  readonly fileRows: Int32Array;
  /** Without the date column, in file order. */
  readonly columns: readonly RawColumn[];
  /** All names in file order, the date column too. */
  readonly names: readonly string[];
  readonly filteredRows: number;
  /** What the rows left out hold where the filter looks, the first few distinct values. */
  readonly filteredValues: readonly string[];
  readonly badDates: readonly BadDate[];
  readonly badDateCount: number;
}

/** A file that is no table of dated rows, and why. */
export interface NotRead {
  readonly raw: null;
  readonly issues: readonly Issue[];
}
