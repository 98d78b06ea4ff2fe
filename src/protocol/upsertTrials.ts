import { hyperparameterNames } from '../model/hyperparameters.ts';
import { metricIds } from '../model/metrics.ts';
import { sparkPoints, type TrialColumns } from './trialColumns.ts';

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
