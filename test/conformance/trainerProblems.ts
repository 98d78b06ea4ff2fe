import { initialWeights } from '../../src/engine/trainers/initialWeights.ts';
import type {
  EarlyStopping,
  EpochReport,
  FitResult,
  FitSeeds,
  FoldTensors,
  ModelWeights,
  Trainer,
} from '../../src/engine/trainers/trainer.ts';
import type { Params } from '../../src/model/hyperparameters.ts';

/** Small defaults; a test changes what it is about. */
export const smallParams: Params = {
  lookback: 7,
  units: 6,
  layers: 2,
  dropout: 0,
  recurrentDropout: 0,
  learningRate: 0.01,
  batchSize: 8,
  epochs: 1,
  optimizer: 'adam',
  momentum: 0,
  weightDecay: 0,
  clipNorm: 0,
  loss: 'mse',
};

export const seeds: FitSeeds = { init: 1, shuffle: 2, dropout: 3 };

export interface FoldSizes {
  readonly features: number;
  readonly horizon: number;
  readonly lookback: number;
  /** Train windows; half as many are validated. */
  readonly windows: number;
}

/** A fold with no two windows alike; feature 1 is relative to the window; rows that are no origin have NaN targets. */
export function makeFold({ features, horizon, lookback, windows }: FoldSizes): FoldTensors {
  const validated = Math.ceil(windows / 2);
  const rows = lookback + windows + validated + 3;
  const trainOrigins = Int32Array.from({ length: windows }, (_, i) => lookback - 1 + i);
  const validationOrigins = Int32Array.from({ length: validated }, (_, i) => lookback + windows + i);
  const targets = new Float32Array(rows * horizon).fill(NaN);
  for (const origin of [...trainOrigins, ...validationOrigins]) {
    for (let step = 0; step < horizon; step++)
      targets[origin * horizon + step] = Math.cos(origin * 0.9 + step);
  }
  return {
    inputs: Float32Array.from(
      { length: rows * features },
      (_, i) => Math.sin(i * 1.7) + 0.3 * Math.sin(i * 0.13),
    ),
    rows,
    features,
    relative: Uint8Array.from({ length: features }, (_, f) => (f === 1 ? 1 : 0)),
    targets,
    horizon,
    trainOrigins,
    validationOrigins,
  };
}

export function startWeights(params: Params, fold: FoldTensors): ModelWeights {
  const { features, horizon } = fold;
  return initialWeights({ features, horizon, units: params.units, layers: params.layers }, seeds.init);
}

export interface FitRun extends FitResult {
  readonly losses: readonly number[];
}

/** Fits and keeps the loss of each epoch. `onEpoch` may answer stop. */
export async function fit(
  trainer: Trainer,
  params: Params,
  fold: FoldTensors,
  options: {
    readonly weights?: ModelWeights;
    readonly earlyStopping?: EarlyStopping;
    readonly onEpoch?: (report: EpochReport) => Promise<'continue' | 'stop'> | 'continue' | 'stop';
    readonly betweenBatches?: () => Promise<void> | null;
  } = {},
): Promise<FitRun> {
  const losses: number[] = [];
  const result = await trainer.fit(params, fold, {
    seeds,
    earlyStopping: options.earlyStopping ?? null,
    ...(options.weights && { initialWeights: options.weights }),
    ...(options.betweenBatches && { betweenBatches: options.betweenBatches }),
    onEpochEnd: (report) => {
      losses.push(report.trainLoss);
      return options.onEpoch?.(report) ?? 'continue';
    },
  });
  return { ...result, losses };
}

/**
 * Gradients of one batch, seen through the interface: one step of plain descent with a learning rate of 1024 (a power of two, so
 * that nothing is lost but the weights' own rounding).
 */
export async function gradientsOf(
  trainer: Trainer,
  params: Params,
  fold: FoldTensors,
): Promise<{ gradients: ModelWeights; loss: number }> {
  const weights = startWeights(params, fold);
  const rate = 1024;
  const step: Params = { ...params, optimizer: 'sgd', learningRate: rate, epochs: 1, batchSize: 4096 };
  const after = await fit(trainer, step, fold, { weights });
  const difference = (a: Float32Array, b: Float32Array): Float32Array =>
    a.map((value, i) => (value - b[i]) / rate);
  const gradients: ModelWeights = {
    ...weights,
    layers: weights.layers.map((layer, l) => ({
      kernel: difference(layer.kernel, after.weights.layers[l].kernel),
      recurrentKernel: difference(layer.recurrentKernel, after.weights.layers[l].recurrentKernel),
      bias: difference(layer.bias, after.weights.layers[l].bias),
    })),
    dense: {
      kernel: difference(weights.dense.kernel, after.weights.dense.kernel),
      bias: difference(weights.dense.bias, after.weights.dense.bias),
    },
  };
  return { gradients, loss: after.losses[0] };
}
