import { z } from 'zod';
import { hyperparameterNames, type HyperparameterName } from '../../model/hyperparameters.ts';
import { metricIds, type MetricId, type Metrics } from '../../model/metrics.ts';
import { trialStates, type Trial, type TrialRow } from '../../model/trial.ts';
import { paramsAt, sparkPoints, toTrialColumns, type TrialColumns } from '../../protocol/trialColumns.ts';
import { decodeNumbers, encodeNumbers } from './numbers.ts';

/**
 * summary.json: the trials of an experiment as typed columns, so that opening 10,000 of them reads one document. Derived: what
 * is missing or not ended in it is read from the trial documents, and the owner writes it anew. Confirmations are not
 * taken from it (there are few, and they change).
 */
export const summarySchema = z.strictObject({
  format: z.literal(1),
  count: z.int().min(0),
  folds: z.int().min(0),
  columns: z.record(z.string(), z.string()),
  errors: z.record(z.string(), z.strictObject({ code: z.string(), message: z.string() })),
});
export type Summary = z.infer<typeof summarySchema>;

export function summaryOf(rows: readonly TrialRow[], folds: number): Summary {
  const c = toTrialColumns(rows, folds);
  const columns: Record<string, string> = {
    number: encodeNumbers(c.number),
    state: encodeNumbers(c.state),
    source: encodeNumbers(c.source),
    amendment: encodeNumbers(c.amendment),
    value: encodeNumbers(c.value),
    foldValues: encodeNumbers(c.foldValues),
    progressFold: encodeNumbers(c.progressFold),
    progressEpoch: encodeNumbers(c.progressEpoch),
    spark: encodeNumbers(c.spark),
    startedAtMs: encodeNumbers(c.startedAtMs),
    durationMs: encodeNumbers(c.durationMs),
  };
  for (const name of hyperparameterNames) columns[`params.${name}`] = encodeNumbers(c.params[name]);
  for (const id of metricIds) columns[`metrics.${id}`] = encodeNumbers(c.metrics[id]);
  return { format: 1, count: rows.length, folds, columns, errors: c.errors };
}

/** The rows of a summary; null when its columns do not fit together (then the trial documents are read). */
export function rowsOf(summary: Summary): TrialRow[] | null {
  const columns = decodeSummary(summary);
  return columns && Array.from({ length: columns.count }, (_, i) => rowAt(columns, i));
}

function decodeSummary({ count, folds, columns, errors }: Summary): TrialColumns | null {
  let whole = true;
  const missing = <T>(value: T | null, empty: T): T => {
    if (value === null) whole = false;
    return value ?? empty;
  };
  const text = (name: string): string => columns[name] ?? '';
  const f64 = (name: string, length = count): Float64Array =>
    missing(decodeNumbers(text(name), Float64Array, length), new Float64Array(0));
  const decoded: TrialColumns = {
    count,
    folds,
    number: missing(decodeNumbers(text('number'), Int32Array, count), new Int32Array(0)),
    state: missing(decodeNumbers(text('state'), Uint8Array, count), new Uint8Array(0)),
    source: missing(decodeNumbers(text('source'), Uint8Array, count), new Uint8Array(0)),
    amendment: missing(decodeNumbers(text('amendment'), Uint16Array, count), new Uint16Array(0)),
    value: f64('value'),
    params: Object.fromEntries(hyperparameterNames.map((name) => [name, f64(`params.${name}`)])) as Record<
      HyperparameterName,
      Float64Array
    >, // one key a name
    metrics: Object.fromEntries(metricIds.map((id) => [id, f64(`metrics.${id}`)])) as Record<
      MetricId,
      Float64Array
    >, // one key an id
    foldValues: f64('foldValues', count * folds),
    progressFold: missing(decodeNumbers(text('progressFold'), Uint16Array, count), new Uint16Array(0)),
    progressEpoch: missing(decodeNumbers(text('progressEpoch'), Uint16Array, count), new Uint16Array(0)),
    spark: missing(decodeNumbers(text('spark'), Float32Array, count * sparkPoints), new Float32Array(0)),
    startedAtMs: f64('startedAtMs'),
    durationMs: f64('durationMs'),
    confirmMean: new Float64Array(0),
    confirmSd: new Float64Array(0),
    confirmSeeds: new Uint8Array(0),
    errors,
  };
  // Nothing is made by `count` before the columns have shown that it is true.
  if (!whole || !hasNumbersOnly(decoded)) return null;
  for (let i = 0; i < count; i++)
    if (decoded.state[i] >= trialStates.length || (i > 0 && decoded.number[i] <= decoded.number[i - 1]))
      return null;
  return {
    ...decoded,
    confirmMean: new Float64Array(count).fill(NaN),
    confirmSd: new Float64Array(count).fill(NaN),
    confirmSeeds: new Uint8Array(count),
  };
}

/** NaN stands for what is missing; an infinity is damage. */
function hasNumbersOnly({ params, metrics, ...columns }: TrialColumns): boolean {
  const all = [
    columns.value,
    columns.foldValues,
    columns.spark,
    columns.startedAtMs,
    columns.durationMs,
    ...Object.values(params),
    ...Object.values(metrics),
  ];
  return all.every((values) => !values.includes(Infinity) && !values.includes(-Infinity));
}

const sources: readonly Trial['source'][] = ['sampler', 'grid', 'point'];

/** Row i of the columns; the reverse of toTrialColumns. */
export function rowAt(c: TrialColumns, i: number): TrialRow {
  const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const finite = (values: ArrayLike<number>, from: number, length: number): number[] => {
    const out: number[] = [];
    for (let k = from; k < from + length; k++) if (!Number.isNaN(values[k])) out.push(values[k]);
    return out;
  };
  return {
    number: c.number[i],
    state: trialStates[c.state[i]],
    source: sources[c.source[i]] ?? 'sampler',
    amendment: c.amendment[i],
    params: paramsAt(c, i),
    value: orNull(c.value[i]),
    foldValues: finite(c.foldValues, i * c.folds, c.folds),
    metrics: Number.isNaN(c.metrics.u2[i])
      ? null
      : (Object.fromEntries(metricIds.map((id) => [id, c.metrics[id][i]])) as Metrics), // one key an id
    progress: { fold: c.progressFold[i], epoch: c.progressEpoch[i] },
    spark: finite(c.spark, i * sparkPoints, sparkPoints),
    startedAtMs: orNull(c.startedAtMs[i]),
    durationMs: orNull(c.durationMs[i]),
    error: c.errors[c.number[i]] ?? null,
    confirm: Number.isNaN(c.confirmMean[i])
      ? null
      : { mean: c.confirmMean[i], sd: c.confirmSd[i], seeds: c.confirmSeeds[i] },
  };
}
