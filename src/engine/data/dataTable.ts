/** A data file in memory: one row a date, in time order, dates distinct. */
export interface DataTable {
  readonly rows: number;
  readonly dateColumn: string;
  /**
   * Milliseconds from 1970-01-01T00:00 to the date as it is written (wall clock; an offset from UTC is ignored, because a
   * trading day is the day of its exchange). Ascending and distinct.
   */
  readonly times: Float64Array;
  /** Number columns by their name in the file; NaN is a missing cell. */
  readonly numbers: ReadonlyMap<string, Float64Array>;
  /** Row of the file each row comes from; the header is row 1. */
  readonly fileRows: Int32Array;
}

export const dayMs = 86_400_000;

/** `2020-01-31`, or `2020-01-31T15:30` when the time of day is not midnight. */
export function dateText(time: number): string {
  const text = new Date(time).toISOString();
  return time % dayMs === 0 ? text.slice(0, 10) : text.slice(0, time % 60_000 === 0 ? 16 : 19);
}

/** First index whose time is >= `time` (times.length when there is none). */
export function firstRowFrom(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rows [from, to) as views; nothing beyond them can be reached through the result. */
export function sliceTable(table: DataTable, from: number, to: number): DataTable {
  // slice copies: a view would still carry the rows after `to` in its buffer.
  return {
    rows: to - from,
    dateColumn: table.dateColumn,
    times: table.times.slice(from, to),
    numbers: new Map([...table.numbers].map(([name, values]) => [name, values.slice(from, to)])),
    fileRows: table.fileRows.slice(from, to),
  };
}
