import type { Issue } from './issue.ts';

/** What reading a data file found; plain data, goes over the wire and into the panel. Rows are numbered as in the file (header = 1). */
export interface DataReport {
  readonly file: string;
  readonly format: 'csv' | 'parquet';
  readonly sizeBytes: number;
  /** Rows used, after the filter. */
  readonly rows: number;
  readonly columns: readonly ColumnReport[];
  readonly dateColumn: string;
  /** The series that is forecast, as chosen or given. */
  readonly priceColumn: string;
  readonly firstDate: string;
  readonly lastDate: string;
  readonly dialect: {
    readonly delimiter: string;
    readonly decimal: string;
    readonly dateFormat: string;
    readonly encoding: string;
  };
  /** More than 7 days between two rows. */
  readonly gaps: readonly { readonly after: string; readonly before: string; readonly days: number }[];
  readonly duplicateDates: readonly { readonly date: string; readonly rows: readonly number[] }[];
  /** Share of days on which the price did not change, 0 to 1. */
  readonly zeroChangeShare: number;
  /** Price changes that look like a split: a question, never a repair. */
  readonly suspectedSplits: readonly {
    readonly date: string;
    readonly ratio: number;
    readonly near: string;
  }[];
  /** Rows whose high or low contradicts open, close. */
  readonly ohlcViolations: readonly number[];
  readonly sorted: boolean;
  readonly skippedRows: readonly { readonly row: number; readonly why: string }[];
  readonly warnings: readonly Issue[];
}

export interface ColumnReport {
  readonly name: string;
  readonly kind: 'number' | 'date' | 'text';
  readonly missing: number;
  readonly min: number | null;
  readonly max: number | null;
}
