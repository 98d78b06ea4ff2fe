import {
  hyperparameterNames,
  hyperparameterSpecs,
  type HyperparameterName,
  type Params,
} from '../model/hyperparameters.ts';
import { metricIds, type MetricId } from '../model/metrics.ts';
import { trialStates, type TrialRow } from '../model/trial.ts';

export const sparkPoints = 24;

/**
 * Trials as typed columns: what crosses to the webview, all at first and then only the rows that changed.
 * Missing numbers are NaN. Row i of every column is the trial `number[i]`.
 */
export interface TrialColumns {
  readonly count: number;
  readonly folds: number;
  readonly number: Int32Array;
  /** Index into trialStates. */
  readonly state: Uint8Array;
  /** 0 sampler, 1 grid, 2 point. */
  readonly source: Uint8Array;
  readonly amendment: Uint16Array;
  readonly value: Float64Array;
  /** One column a hyperparameter; categorical ones hold the index into `hyperparameterSpecs[name].choices`. */
  readonly params: Readonly<Record<HyperparameterName, Float64Array>>;
  readonly metrics: Readonly<Record<MetricId, Float64Array>>;
  /** (count, folds): objective of each finished fold. */
  readonly foldValues: Float64Array;
  readonly progressFold: Uint16Array;
  readonly progressEpoch: Uint16Array;
  /** (count, sparkPoints): NaN behind the last point. */
  readonly spark: Float32Array;
  readonly startedAtMs: Float64Array;
  readonly durationMs: Float64Array;
  readonly confirmMean: Float64Array;
  readonly confirmSd: Float64Array;
  readonly confirmSeeds: Uint8Array;
  /** Sparse: errors of failed trials by number. */
  readonly errors: Readonly<Record<number, { readonly code: string; readonly message: string }>>;
}

const sources = ['sampler', 'grid', 'point'] as const;

export function toTrialColumns(rows: readonly TrialRow[], folds: number): TrialColumns {
  const count = rows.length;
  const numbers = (of: (row: TrialRow) => number | null | undefined): Float64Array =>
    Float64Array.from(rows, (row) => of(row) ?? NaN);
  const foldValues = new Float64Array(count * folds).fill(NaN);
  const spark = new Float32Array(count * sparkPoints).fill(NaN);
  const errors: Record<number, { code: string; message: string }> = {};
  rows.forEach((row, i) => {
    row.foldValues.slice(0, folds).forEach((value, f) => (foldValues[i * folds + f] = value));
    row.spark.slice(0, sparkPoints).forEach((value, s) => (spark[i * sparkPoints + s] = value));
    if (row.error) errors[row.number] = row.error;
  });
  return {
    count,
    folds,
    number: Int32Array.from(rows, (row) => row.number),
    state: Uint8Array.from(rows, (row) => trialStates.indexOf(row.state)),
    source: Uint8Array.from(rows, (row) => sources.indexOf(row.source)),
    amendment: Uint16Array.from(rows, (row) => row.amendment),
    value: numbers((row) => row.value),
    params: Object.fromEntries(
      hyperparameterNames.map((name) => [name, numbers((row) => paramAsNumber(name, row.params[name]))]),
    ) as Record<HyperparameterName, Float64Array>, // one key a name
    metrics: Object.fromEntries(metricIds.map((id) => [id, numbers((row) => row.metrics?.[id])])) as Record<
      MetricId,
      Float64Array
    >, // one key an id
    foldValues,
    progressFold: Uint16Array.from(rows, (row) => row.progress.fold),
    progressEpoch: Uint16Array.from(rows, (row) => row.progress.epoch),
    spark,
    startedAtMs: numbers((row) => row.startedAtMs),
    durationMs: numbers((row) => row.durationMs),
    confirmMean: numbers((row) => row.confirm?.mean),
    confirmSd: numbers((row) => row.confirm?.sd),
    confirmSeeds: Uint8Array.from(rows, (row) => row.confirm?.seeds ?? 0),
    errors,
  };
}

/** Index of a categorical value, the number itself otherwise. */
export function paramAsNumber(name: HyperparameterName, value: number | string): number {
  if (typeof value === 'number') return value;
  const spec = hyperparameterSpecs[name];
  return spec.type === 'categorical' ? (spec.choices as readonly string[]).indexOf(value) : NaN;
}

/** The reverse of paramAsNumber. */
export function paramFromNumber(name: HyperparameterName, value: number): number | string {
  const spec = hyperparameterSpecs[name];
  return spec.type === 'categorical' ? (spec.choices[value] ?? '') : value;
}

/** The configuration of a row. */
export function paramsAt(columns: TrialColumns, row: number): Params {
  return Object.fromEntries(
    hyperparameterNames.map((name) => [name, paramFromNumber(name, columns.params[name][row])]),
  ) as Params; // one key a name
}
