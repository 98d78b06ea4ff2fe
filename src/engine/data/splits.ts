import type { SplitSpec } from '../../model/splitSpec.ts';

/** Half-open range of rows [from, to). */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface FoldRanges {
  readonly train: Range;
  readonly validation: Range;
}

/** Fewest train windows a fold may have, at the largest lookback of the space. */
const minTrainSamples = 30;
/** Fewest targets a validation block may have. */
const minValidationTargets = 10;

/** Number of windows of `lookback` rows with `horizon` targets in a block of `rows` rows: rows - T - H + 1. */
export function sampleCount(rows: number, lookback: number, horizon: number): number {
  return Math.max(0, rows - lookback - horizon + 1);
}

/**
 * Train origins of a block [a, b): t with t-T+1 >= a and t+H <= b-1, as [first, last], both included; last < first when
 * there is none. The second half is the purge: no target of a train window lies in or after the validation block.
 */
export function trainOrigins(train: Range, lookback: number, horizon: number): readonly [number, number] {
  return [train.from + lookback - 1, train.to - 1 - horizon];
}

/**
 * Origins that forecast a block [c, d): t with t+1 >= c and t+H <= d-1. Inputs may reach back before c (known past), so that
 * the first target is row c and every lookback is scored on the same targets.
 */
export function scoredOrigins(block: Range, horizon: number): readonly [number, number] {
  return [block.from - 1, block.to - 1 - horizon];
}

export interface WalkForwardOptions {
  readonly folds: number;
  /** Rows of each validation block; default floor(rows / (folds + 1)). */
  readonly size?: number;
  /** Rows thrown away between train and validation. */
  readonly gap?: number;
  /** Longest train block; the oldest rows go first. */
  readonly maxTrain?: number;
}

/**
 * Walk-forward folds in time order; the validation blocks follow each other and the last one ends at `rows`. Equal to
 * TimeSeriesSplit of scikit-learn. A fold whose train block would be empty has train.to <= train.from.
 */
export function walkForward(rows: number, options: WalkForwardOptions): FoldRanges[] {
  const size = options.size ?? Math.floor(rows / (options.folds + 1));
  return Array.from({ length: options.folds }, (_, i) => {
    const from = rows - (options.folds - i) * size;
    const trainTo = from - (options.gap ?? 0);
    const trainFrom = options.maxTrain === undefined ? 0 : Math.max(0, trainTo - options.maxTrain);
    return { train: { from: trainFrom, to: trainTo }, validation: { from, to: from + size } };
  });
}

/** First test row of `rows` rows for a share: floor(rows x (1 - share)), safe against 0.85 = 0.8499999. */
export function testStart(rows: number, share: number): number {
  return Math.floor(rows * (1 - share) + 1e-9);
}

/** Folds of the search rows [0, rows) as the study asks for; the test range lies outside and is not known here. */
export function planFolds(rows: number, validation: SplitSpec['validation']): FoldRanges[] {
  if (validation.kind === 'holdout') {
    const from = testStart(rows, validation.share);
    return [{ train: { from: 0, to: from - validation.gap }, validation: { from, to: rows } }];
  }
  const size = Math.floor(rows * validation.size + 1e-9);
  const base = { folds: validation.folds, size, gap: validation.gap };
  const firstTrain = rows - validation.folds * size - validation.gap;
  return walkForward(
    rows,
    validation.window === 'sliding' ? { ...base, maxTrain: Math.max(0, firstTrain) } : base,
  );
}

/** Does every fold hold at least minTrainSamples windows of the largest lookback and minValidationTargets targets? */
export function foldsHold(
  folds: readonly FoldRanges[],
  need: { readonly lookback: number; readonly horizon: number },
): boolean {
  return folds.every(
    ({ train, validation }) =>
      sampleCount(train.to - train.from, need.lookback, need.horizon) >= minTrainSamples &&
      validation.to - validation.from >= minValidationTargets + need.horizon - 1,
  );
}

/** Fewest search rows with which `foldsHold` is true; null when no number of rows is enough (blocks leave no train rows). */
export function searchRowsNeeded(
  validation: SplitSpec['validation'],
  need: { readonly lookback: number; readonly horizon: number },
): number | null {
  const limit = 20_000_000;
  const holds = (rows: number): boolean => foldsHold(planFolds(rows, validation), need);
  let high = 16;
  while (!holds(high)) {
    high *= 2;
    if (high > limit) return null;
  }
  let low = high / 2;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  // Rounding of shares makes the boundary uneven by a row or two: the number named must be enough.
  return high;
}
