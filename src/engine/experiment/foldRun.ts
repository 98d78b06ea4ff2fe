import type { FoldPlan } from '../../model/experiment.ts';
import { isFault } from '../../model/fault.ts';
import type { Params } from '../../model/hyperparameters.ts';

import type { FoldRecord } from '../../model/trial.ts';
import type { FoldOutcome, FoldTask } from '../../protocol/worker.ts';
import { foldTensors } from '../data/foldTensors.ts';
import type { Series } from '../data/series.ts';
import { toPrices, type Forecasts } from '../evaluation/forecasts.ts';
import { foldMetrics, type FoldMetrics } from '../evaluation/metrics.ts';
import type { EarlyStopping, Trainer } from '../trainers/trainer.ts';

/** What a worker holds of an experiment: the rows of the search, how they are folded, what is forecast. */
export interface WorkerSeries {
  readonly series: Series;
  readonly plans: readonly FoldPlan[];
  /** Train on all search rows and predict the test range; there only while a test runs. */
  readonly refit: FoldPlan | null;
  readonly horizon: number;
  readonly earlyStopping: EarlyStopping | null;
}

/** Answers whether training goes on after an epoch; called with numbers that are rounded already. */
export type OnEpoch = (epoch: number, train: number, validation: number) => Promise<'continue' | 'stop'>;

const curveDigits = 6;

/** Sampler, pruner, event and file all see this number, so that a resumed run decides as the first one did. */
export function roundCurve(value: number): number {
  return Number(value.toPrecision(curveDigits));
}

export interface RunFoldOptions {
  readonly task: FoldTask;
  readonly onEpoch: OnEpoch;
  readonly elapsedMs: () => number;
  /** Most bytes the fit may take; null: what the trainer can have. */
  readonly memoryBytes: number | null;
  /** See FitOptions. */
  readonly betweenBatches: () => Promise<void> | null;
}

/** Fits one fold and scores it on its validation origins in price units. Faults come back as outcomes; bugs are thrown. */
export async function runFold(
  data: WorkerSeries,
  trainer: Trainer,
  { task, onEpoch, elapsedMs, memoryBytes, betweenBatches }: RunFoldOptions,
): Promise<FoldOutcome> {
  const { params, objective } = task;
  const isRefit = task.fold === 'refit';
  const plan = task.fold === 'refit' ? data.refit : data.plans[task.fold];
  if (!plan) throw new Error(`no plan for fold ${task.fold}`);
  const needed = trainer.memoryBytes(params, data.series.inputNames.length, data.horizon);
  if (memoryBytes !== null && needed > memoryBytes) return tooLarge(needed, memoryBytes);
  const from = elapsedMs();
  const tensors = foldTensors(data.series, plan, { lookback: params.lookback, horizon: data.horizon });
  const preparedAt = elapsedMs();
  const score = (scaled: Float32Array): { forecasts: Forecasts; scored: FoldMetrics | null } => {
    const forecasts = toPrices(scaled, {
      prices: data.series.prices,
      origins: tensors.validationOrigins,
      horizon: data.horizon,
      forecast: data.series.forecast,
      target: plan.scaler.target,
    });
    return { forecasts, scored: foldMetrics(forecasts) };
  };
  const train: number[] = [];
  const validation: number[] = [];
  let diverged = false;
  const record = (endedBy: FoldRecord['endedBy'], scored: FoldMetrics | null): FoldRecord => ({
    fold: plan.fold,
    curve: { train, validation },
    endedBy,
    metrics: scored?.metrics ?? null,
    steps: scored ? [...scored.steps] : [],
  });
  try {
    const fit = await trainer.fit(params, tensors, {
      seeds: task.seeds,
      earlyStopping: data.earlyStopping,
      betweenBatches,
      onEpochEnd: async ({ epoch, trainLoss, validationPredictions }) => {
        // A refit looks at the test rows once, when it has ended: no curve of them.
        if (isRefit) return 'continue';
        const { scored } = score(validationPredictions);
        if (scored === null || !Number.isFinite(trainLoss)) {
          diverged = true;
          return 'stop';
        }
        train.push(roundCurve(trainLoss));
        validation.push(roundCurve(scored.metrics[objective]));
        return onEpoch(epoch, train[epoch], validation[epoch]);
      },
    });
    const ms = { prepare: preparedAt - from, fit: elapsedMs() - preparedAt };
    const last = diverged || fit.endedBy === 'diverged' ? null : score(fit.validationPredictions);
    if (last?.scored == null) return divergence(params, record('diverged', null));
    if (fit.endedBy === 'stop')
      return {
        kind: 'done',
        record: record('stop', null),
        value: null,
        metrics: null,
        predictions: null,
        weights: null,
        ms,
      };
    return {
      kind: 'done',
      record: record(fit.endedBy, last.scored),
      value: last.scored.metrics[objective],
      metrics: last.scored.metrics,
      predictions: task.keepPredictions ? Float32Array.from(last.forecasts.values) : null,
      weights: task.keepWeights ? fit.weights : null,
      ms,
    };
  } catch (error) {
    if (!isFault(error)) throw error;
    return { kind: 'fault', code: error.code, message: error.message, record: null };
  }
}

function tooLarge(needed: number, allowed: number): FoldOutcome {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  return {
    kind: 'fault',
    code: 'outOfMemory',
    message: `The trial needs ${megabytes(needed)} MB and ${megabytes(allowed)} MB are allowed. Allow more, or use fewer units, layers, a smaller batchSize or lookback.`,
    record: null,
  };
}

function divergence(params: Params, record: FoldRecord): FoldOutcome {
  return {
    kind: 'fault',
    code: 'diverged',
    message: `The loss left the finite numbers in fold ${record.fold + 1}, epoch ${record.curve.train.length + 1}: learningRate ${params.learningRate} is too high for ${params.optimizer} here. Lower it, or set clipNorm to 1.`,
    record,
  };
}

/**
 * Gates, cells, masks and copies cost a unit as much as this many more inputs would: measured over 4 to 128 units, whose rates
 * lie between 9 and 82 GFLOPS without it.
 */
const elementwiseColumns = 18;

/** Floating point operations of a fit: per window and step, forward once and backward twice, of all matrix products and what goes with them. */
export function flopsOf(
  params: Params,
  sizes: { readonly features: number; readonly trainWindows: number; readonly validationWindows: number },
): number {
  const { units, layers, lookback, epochs } = params;
  const columns = sizes.features + units + (layers - 1) * 2 * units + layers * elementwiseColumns;
  const forward = 2 * 4 * units * columns * lookback;
  return epochs * forward * (3 * sizes.trainWindows + sizes.validationWindows);
}
