import type { DateGap, OhlcViolation, SuspectedSplit } from '../../model/dataReport.ts';
import { ohlcColumns } from './columns.ts';
import { dateText, dayMs, type DataTable } from './dataTable.ts';

const gapDays = 7;
const maxListed = 50;

export interface Listed<T> {
  /** The first maxListed. */
  readonly list: readonly T[];
  readonly count: number;
}

function listed<T>(): { add(item: () => T): void; result(): Listed<T> } {
  const list: T[] = [];
  let count = 0;
  return {
    add(item) {
      count++;
      if (list.length < maxListed) list.push(item());
    },
    result: () => ({ list, count }),
  };
}

/** Most frequent distance of two rows, in days. */
export function usualStepDays(times: Float64Array): number {
  const counts = new Map<number, number>();
  for (let i = 1; i < times.length; i++) {
    const step = times[i] - times[i - 1];
    counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  let usual = 0;
  let most = 0;
  for (const [step, count] of counts) if (count > most) [usual, most] = [step, count];
  return usual / dayMs;
}

/** Distances of more than 7 days, and of more than three usual steps (weekly and monthly files). */
export function findGaps(table: DataTable, usualDays: number): Listed<DateGap> {
  const gaps = listed<DateGap>();
  const limit = Math.max(gapDays, 3 * usualDays) * dayMs;
  for (let i = 1; i < table.rows; i++) {
    const step = table.times[i] - table.times[i - 1];
    if (step <= limit) continue;
    gaps.add(() => ({
      from: dateText(table.times[i - 1]),
      to: dateText(table.times[i]),
      days: Math.round(step / dayMs),
      row: table.fileRows[i],
    }));
  }
  return gaps.result();
}

/** Share of changes that are exactly zero, missing cells left out. */
export function zeroChangeShare(values: Float64Array): number {
  let changes = 0;
  let zeros = 0;
  let last = NaN;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (!Number.isNaN(last)) {
      changes++;
      if (value === last) zeros++;
    }
    last = value;
  }
  return changes === 0 ? 0 : zeros / changes;
}

const splitRatios: readonly (readonly [number, string])[] = [
  [2, '2:1'],
  [3, '3:1'],
  [1.5, '3:2'],
  [4, '4:1'],
  [5, '5:1'],
  [6, '6:1'],
  [7, '7:1'],
  [8, '8:1'],
  [10, '10:1'],
  [15, '15:1'],
  [20, '20:1'],
  [25, '25:1'],
  [30, '30:1'],
  [50, '50:1'],
];
/** Smallest |ln ratio| that is looked at. */
const leastJump = 0.3;
/** How far a jump may lie from the exact ratio: the market moved on that day too. */
const splitTolerance = 0.12;
/** Two columns move alike when their log changes differ by less. */
const sameMove = 0.1;

/**
 * Jumps of the unadjusted close (else of the price) that look like a split: |ln ratio| > 0.3 and near 2, 3, 3/2 .. or their
 * inverses. Beside an adjusted close each says whether that moved too: then it was a true fall or rise.
 */
export function findSplits(table: DataTable, price: string): readonly SuspectedSplit[] {
  const names = [...table.numbers.keys()];
  const { close, adjusted } = ohlcColumns(names);
  const column = close ?? price;
  const values = table.numbers.get(column);
  if (values === undefined) return [];
  const other = adjusted !== null && adjusted !== column ? table.numbers.get(adjusted) : undefined;
  const splits = listed<SuspectedSplit>();
  let before = -1;
  for (let i = 0; i < table.rows; i++) {
    if (!(values[i] > 0)) continue;
    const ratio = before < 0 ? 1 : values[i] / values[before];
    const looksLike = Math.abs(Math.log(ratio)) > leastJump ? nearSplit(ratio) : null;
    if (looksLike !== null) {
      const from = before;
      splits.add(() => ({
        date: dateText(table.times[i]),
        row: table.fileRows[i],
        column,
        ratio,
        looksLike,
        adjusted: adjustedMove(other, { from, to: i, ratio }),
      }));
    }
    before = i;
  }
  return splits.result().list;
}

function nearSplit(ratio: number): string | null {
  // A price falls to 1/k in a k:1 split and rises k-fold in a reverse split.
  const size = Math.abs(Math.log(ratio));
  const [nearest, name] = splitRatios.reduce((a, b) =>
    Math.abs(Math.log(b[0]) - size) < Math.abs(Math.log(a[0]) - size) ? b : a,
  );
  if (Math.abs(Math.log(nearest) - size) > splitTolerance) return null;
  return ratio < 1 ? name : name.split(':').reverse().join(':');
}

function adjustedMove(
  adjusted: Float64Array | undefined,
  move: { readonly from: number; readonly to: number; readonly ratio: number },
): SuspectedSplit['adjusted'] {
  if (adjusted === undefined) return 'unknown';
  const change = Math.log(adjusted[move.to] / adjusted[move.from]);
  if (Number.isNaN(change)) return 'unknown';
  return Math.abs(change - Math.log(move.ratio)) < sameMove ? 'movesToo' : 'doesNotMove';
}

/** Files round their prices: a violation within this share of the price is none. */
const rounding = 1e-6;

/** Rows whose high is not the highest or whose low is not the lowest of open, high, low, close. */
export function findOhlcViolations(table: DataTable): Listed<OhlcViolation> {
  const names = ohlcColumns([...table.numbers.keys()]);
  const violations = listed<OhlcViolation>();
  const column = (name: string | null): Float64Array | undefined =>
    name === null ? undefined : table.numbers.get(name);
  const [open, high, low, close] = [names.open, names.high, names.low, names.close].map(column);
  if (high === undefined && low === undefined) return violations.result();
  const others = [
    ['open', open],
    ['close', close],
    ['low', low],
    ['high', high],
  ] as const;
  for (let i = 0; i < table.rows; i++) {
    for (const [name, values] of others) {
      if (values === undefined) continue;
      const value = values[i];
      const slack = rounding * Math.abs(value);
      if (high !== undefined && high[i] < value - slack) {
        violations.add(() => violation(table, i, `high ${high[i]} < ${name} ${value}`));
        break;
      }
      if (low !== undefined && low[i] > value + slack) {
        violations.add(() => violation(table, i, `low ${low[i]} > ${name} ${value}`));
        break;
      }
    }
  }
  return violations.result();
}

function violation(table: DataTable, row: number, what: string): OhlcViolation {
  return { date: dateText(table.times[row]), row: table.fileRows[row], what };
}
