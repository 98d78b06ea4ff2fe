import type { Issue } from './issue.ts';

/** What reading a data file found. Plain data: it goes over the wire and is shown beside the study. */
export interface DataReport {
  readonly file: string;
  readonly bytes: number;
  readonly format: 'csv' | 'parquet';
  readonly dialect: CsvDialect | null;
  /** Rows kept: after the filter, without footers and rows without a date. */
  readonly rows: number;
  readonly columns: readonly ColumnReport[];
  readonly dates: DateReport;
  /** Column that is forecast and scored, and why it was taken. */
  readonly price: { readonly column: string; readonly reason: string } | null;
  readonly gaps: readonly DateGap[];
  readonly gapCount: number;
  readonly duplicates: readonly { readonly date: string; readonly rows: readonly number[] }[];
  readonly duplicateCount: number;
  /** Rows that lack a value in a column the study uses; they are left out, never filled. */
  readonly missingRows: number;
  /** Share of price changes that are exactly zero: filled holidays look like this. */
  readonly zeroChangeShare: number;
  readonly suspectedSplits: readonly SuspectedSplit[];
  readonly ohlcViolations: readonly OhlcViolation[];
  readonly ohlcViolationCount: number;
  /** Rows were not in time order and have been sorted. */
  readonly sorted: boolean;
  /** Rows that `where` left out. */
  readonly filteredRows: number;
  /** Rows after the table that hold text instead of a date (sources, notes). */
  readonly footerRows: readonly number[];
  readonly warnings: readonly Issue[];
}

export interface CsvDialect {
  readonly encoding: 'utf-8' | 'utf-16le' | 'windows-1252';
  readonly byteOrderMark: boolean;
  readonly delimiter: ',' | ';' | '\t' | '|';
  readonly decimal: '.' | ',';
  readonly quoted: boolean;
  readonly lineEnd: '\n' | '\r\n' | '\r';
}

export interface ColumnReport {
  readonly name: string;
  readonly kind: 'date' | 'number' | 'text' | 'empty';
  readonly missing: number;
  /** Cells of a number column that are not numbers. */
  readonly unreadable: number;
  /** Of numbers only. */
  readonly min: number | null;
  readonly max: number | null;
  readonly first: string;
  readonly last: string;
  /** Of text only: the distinct values, at most 50. */
  readonly values: readonly string[];
}

export interface DateReport {
  readonly column: string;
  readonly format: string;
  readonly first: string;
  readonly last: string;
  /** Most frequent distance of two rows, in days (0.04 = hourly). */
  readonly usualStepDays: number;
}

/** More than 7 days without a row. */
export interface DateGap {
  readonly from: string;
  readonly to: string;
  readonly days: number;
  /** Row in the file that ends the gap. */
  readonly row: number;
}

/** |ln ratio| > 0.3 and close to the ratio of a split. A question to the user: a true fall looks the same. */
export interface SuspectedSplit {
  readonly date: string;
  readonly row: number;
  readonly column: string;
  /** Value over the value of the row before. */
  readonly ratio: number;
  /** The split it looks like: "2:1". */
  readonly looksLike: string;
  /** Adjusted column of the same file moved by the same ratio (a true move), or did not (a split); unknown without one. */
  readonly adjusted: 'movesToo' | 'doesNotMove' | 'unknown';
}

export interface OhlcViolation {
  readonly date: string;
  readonly row: number;
  /** "high 10.2 < close 10.4" */
  readonly what: string;
}

/** Columns of the file thinned out for a chart: at most 2,000 points each, ends kept. */
export interface DataPreview {
  readonly dates: readonly string[];
  readonly columns: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}
