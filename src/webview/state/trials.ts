import { hyperparameterNames } from '../../model/hyperparameters.ts';
import { metricIds } from '../../model/metrics.ts';
import { trialStates, type TrialState } from '../../model/trial.ts';
import { sparkPoints, type TrialColumns } from '../../protocol/trialColumns.ts';

type Numbers = Int32Array | Uint8Array | Uint16Array | Float32Array | Float64Array;

/**
 * Rows that changed, put into what is known: a row replaces the one with its number, new ones are appended.
 * Applying the same rows twice gives the same columns. The inputs are left as they are; columns in which nothing changed are
 * the same arrays as before.
 */
export function upsertTrials(known: TrialColumns | null, rows: TrialColumns): TrialColumns {
  if (!known || known.count === 0) return rows;
  if (rows.count === 0) return known;
  const at = placesOf(known, rows);
  const total = at.reduce((most, place) => Math.max(most, place + 1), known.count);
  const folds = Math.max(known.folds, rows.folds);
  // A column that says what it said stays the same array: what is worked out from it alone need not be again.
  const isSame = <T extends Numbers>(old: T, fresh: T): boolean =>
    total === known.count && at.every((place, i) => Object.is(old[place], fresh[i]));
  const merge = <T extends Numbers>(old: T, fresh: T): T => {
    if (isSame(old, fresh)) return old;
    const out: Numbers = sameKind(old, total);
    out.set(old);
    at.forEach((place, i) => (out[place] = fresh[i]));
    return out as T; // made by sameKind
  };
  const wide = <T extends Numbers>(old: T, fresh: T, widths: readonly [number, number, number]): T => {
    const [oldWidth, freshWidth, width] = widths;
    const out: Numbers = sameKind(old, total * width);
    out.fill(NaN);
    if (oldWidth === width) out.set(old);
    else
      for (let i = 0; i < known.count; i++)
        for (let k = 0; k < oldWidth; k++) out[i * width + k] = old[i * oldWidth + k];
    at.forEach((place, i) => {
      for (let k = 0; k < width; k++)
        out[place * width + k] = k < freshWidth ? fresh[i * freshWidth + k] : NaN;
    });
    return out as T; // made by sameKind
  };
  const named = <N extends string>(
    names: readonly N[],
    old: Readonly<Record<N, Float64Array>>,
    fresh: Readonly<Record<N, Float64Array>>,
  ): Readonly<Record<N, Float64Array>> =>
    Object.fromEntries(names.map((name) => [name, merge(old[name], fresh[name])])) as Record<N, Float64Array>; // one key a name
  const replaced = new Set(rows.number);
  const kept = Object.entries(known.errors).filter(([number]) => !replaced.has(Number(number)));
  return {
    count: total,
    folds,
    number: merge(known.number, rows.number),
    state: merge(known.state, rows.state),
    source: merge(known.source, rows.source),
    amendment: merge(known.amendment, rows.amendment),
    value: merge(known.value, rows.value),
    params: named(hyperparameterNames, known.params, rows.params),
    metrics: named(metricIds, known.metrics, rows.metrics),
    foldValues: wide(known.foldValues, rows.foldValues, [known.folds, rows.folds, folds]),
    progressFold: merge(known.progressFold, rows.progressFold),
    progressEpoch: merge(known.progressEpoch, rows.progressEpoch),
    spark: wide(known.spark, rows.spark, [sparkPoints, sparkPoints, sparkPoints]),
    startedAtMs: merge(known.startedAtMs, rows.startedAtMs),
    durationMs: merge(known.durationMs, rows.durationMs),
    confirmMean: merge(known.confirmMean, rows.confirmMean),
    confirmSd: merge(known.confirmSd, rows.confirmSd),
    confirmSeeds: merge(known.confirmSeeds, rows.confirmSeeds),
    errors: { ...Object.fromEntries(kept), ...rows.errors },
  };
}

/** Where each changed row goes. Numbers mostly are their own place; otherwise they are looked up. */
function placesOf(known: TrialColumns, rows: TrialColumns): number[] {
  let end = known.count;
  let byNumber: Map<number, number> | null = null;
  const added = new Map<number, number>();
  return Array.from(rows.number, (number) => {
    if (number < known.count && known.number[number] === number) return number;
    byNumber ??= new Map(Array.from(known.number, (n, i) => [n, i]));
    const place = byNumber.get(number) ?? added.get(number) ?? end++;
    added.set(number, place);
    return place;
  });
}

function sameKind<T extends Numbers>(old: T, length: number): T {
  const Kind = old.constructor as new (length: number) => T; // a typed array's own constructor
  return new Kind(length);
}

export function stateAt(trials: TrialColumns, row: number): TrialState {
  return trialStates[trials.state[row]];
}

/** Row of a trial, or -1. */
export function rowOf(trials: TrialColumns, number: number): number {
  if (number < trials.count && trials.number[number] === number) return number;
  return trials.number.indexOf(number);
}

/** Finished folds of a row, in order. */
export function foldsOf(trials: TrialColumns, row: number): readonly number[] {
  const all = trials.foldValues.subarray(row * trials.folds, (row + 1) * trials.folds);
  return Array.from(all).filter((value) => !Number.isNaN(value));
}

/** Spread of the fold values around their mean (standard deviation, n - 1); NaN below two folds. */
export function foldSpread(trials: TrialColumns, row: number): number {
  const values = foldsOf(trials, row);
  if (values.length < 2) return NaN;
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
}

/** Lift over persistence in percent; NaN without metrics. */
export function liftAt(trials: TrialColumns, row: number): number {
  return (1 - trials.metrics.u2[row]) * 100;
}

export function countByState(trials: TrialColumns | null): Readonly<Record<TrialState, number>> {
  const counts = { waiting: 0, running: 0, complete: 0, pruned: 0, failed: 0 };
  if (trials) for (let i = 0; i < trials.count; i++) counts[stateAt(trials, i)]++;
  return counts;
}

/**
 * Half width of the band in which one search seed says nothing, in percent of lift: 2 x SD x sqrt(2), SD of U2 over
 * training seeds. Measured from the confirmation runs where there are any, else what daily prices usually show (0.0014).
 */
export function seedNoise(trials: TrialColumns | null): { percent: number; measured: boolean } {
  let squares = 0;
  let freedom = 0;
  for (let i = 0; i < (trials?.count ?? 0); i++) {
    const seeds = trials!.confirmSeeds[i];
    const sd = trials!.confirmSd[i];
    if (seeds < 2 || Number.isNaN(sd)) continue;
    squares += sd * sd * (seeds - 1);
    freedom += seeds - 1;
  }
  const measured = freedom >= 4;
  const sd = measured ? Math.sqrt(squares / freedom) : usualSeedSd;
  return { percent: 2 * sd * Math.SQRT2 * 100, measured };
}

/** SD of validation U2 over seeds of real LSTMs on daily returns lies between 0.001 and 0.0017. */
const usualSeedSd = 0.0014;
