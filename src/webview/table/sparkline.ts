import { sparkPoints as perTrial, type TrialColumns } from '../../protocol/trialColumns.ts';

/** Range that all sparklines of a table share, so that they can be compared. */
export interface SparkScale {
  readonly low: number;
  readonly high: number;
  readonly persistence: number | null;
}

export const sparkSize = { width: 60, height: 18 } as const;

/** Ends and the bulk of all curves; one diverged trial must not flatten the others. */
export function sparkScale(trials: TrialColumns, persistence: number | null): SparkScale {
  const ends: number[] = [];
  const all: number[] = [];
  const every = Math.max(1, Math.floor(trials.count / 500));
  for (let row = 0; row < trials.count; row += every) {
    const values = sparkOf(trials, row);
    if (values.length === 0) continue;
    ends.push(values.at(-1)!);
    for (const v of values) all.push(v);
  }
  ends.sort((a, b) => a - b);
  all.sort((a, b) => a - b);
  const at = (sorted: number[], q: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  if (all.length === 0) return { low: 0, high: 1, persistence };
  const low = Math.min(at(ends, 0.01), persistence ?? Infinity);
  const high = Math.max(at(all, 0.9), persistence ?? -Infinity);
  return { low, high: high > low ? high : low + 1e-9, persistence };
}

function sparkOf(trials: TrialColumns, row: number): Float32Array {
  const all = trials.spark.subarray(row * perTrial, (row + 1) * perTrial);
  const end = all.findIndex((v) => Number.isNaN(v));
  return end < 0 ? all : all.subarray(0, end);
}

/** Height of a value in the picture, in pixels from its top. */
export function sparkHeight(value: number, scale: SparkScale): number {
  const inside = Math.max(scale.low, Math.min(scale.high, value));
  const share = (inside - scale.low) / (scale.high - scale.low);
  return sparkSize.height - 2 - share * (sparkSize.height - 4);
}

/** Points of a trial's curve. The width stands for its epochs, so an unfinished one is shorter. */
export function sparkPoints(trials: TrialColumns, row: number, scale: SparkScale): readonly string[] {
  const values = sparkOf(trials, row);
  const longest = Math.max(2, Math.min(perTrial, trials.params.epochs[row] || perTrial));
  const step = (sparkSize.width - 5) / (longest - 1);
  return Array.from(values, (v, i) => `${rounded(1 + i * step)},${rounded(sparkHeight(v, scale))}`);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
