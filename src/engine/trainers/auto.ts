import type { Params } from '../../model/hyperparameters.ts';
import { neutralParams } from '../../model/neutralParams.ts';
import type { FoldTensors, Trainer } from './trainer.ts';

/*
 * `trainer: auto`: both trainers are timed on this machine at four sizes, a small model of each says what a batch of any size costs,
 * and the one that needs less time for the study's space is taken for the whole experiment.
 */

export type BatchSize = Pick<Params, 'units' | 'layers' | 'batchSize' | 'lookback' | 'recurrentDropout'>;

/** How long one batch of a one-layer net took. */
export interface SpeedPoint {
  readonly units: number;
  readonly batchSize: number;
  /** With recurrent dropout: TensorFlow then calls its kernel once a step and is several times slower, the embedded trainer is not. */
  readonly hasRecurrentDropout: boolean;
  /** Shortest of several, ms. */
  readonly ms: number;
}

/** Corners of the usual sizes; what lies outside is taken at the nearest edge. */
export const speedUnits = [32, 128] as const;
export const speedBatchSizes = [32, 128] as const;
/** As long as studies usually look back: what TensorFlow needs for a batch beyond its steps then weighs as it does in trials. */
export const timedLookback = 50;
export const timedFeatures = 5;
const batchesInEpoch = 4;
const timedEpochs = 3;

/** Multiplications of a training batch's matrix products: forward, and twice as many on the way back. */
function multiplications(
  { units, layers, batchSize, lookback }: Omit<BatchSize, 'recurrentDropout'>,
  features: number,
): number {
  const perStep = (features + units) * 4 * units + (layers - 1) * 2 * units * 4 * units;
  return 3 * perStep * batchSize * lookback;
}

/**
 * Times a trainer here, a second or some. To be called where the trainer lives: in its worker process.
 * @param now milliseconds, monotonic
 */
export async function measureSpeed(trainer: Pick<Trainer, 'fit'>, now: () => number): Promise<SpeedPoint[]> {
  const points: SpeedPoint[] = [];
  for (const hasRecurrentDropout of [false, true]) {
    for (const units of speedUnits) {
      for (const batchSize of speedBatchSizes) {
        const recurrentDropout = hasRecurrentDropout ? 0.2 : 0;
        const size = { units, layers: 1, batchSize, lookback: timedLookback, recurrentDropout };
        points.push({ units, batchSize, hasRecurrentDropout, ms: await batchMs(trainer, size, now) });
      }
    }
  }
  return points;
}

/** Shortest time of a training batch, ms: the mean of an epoch of a few. */
export async function batchMs(
  trainer: Pick<Trainer, 'fit'>,
  size: BatchSize,
  now: () => number,
): Promise<number> {
  const params: Params = { ...neutralParams, ...size, dropout: 0.2, epochs: timedEpochs };
  let shortest = Infinity;
  let startedAt = now();
  await trainer.fit(params, timedFold(size.lookback, size.batchSize * batchesInEpoch), {
    seeds: { init: 1, shuffle: 1, dropout: 1 },
    earlyStopping: null,
    onEpochEnd: () => {
      shortest = Math.min(shortest, now() - startedAt);
      startedAt = now();
      return 'continue';
    },
  });
  return shortest / batchesInEpoch;
}

function timedFold(lookback: number, windows: number): FoldTensors {
  const rows = lookback + windows;
  const value = (i: number): number => ((i * i * 7 + i * 3) % 31) / 31 - 0.5;
  return {
    inputs: Float32Array.from({ length: rows * timedFeatures }, (_, i) => value(i)),
    rows,
    features: timedFeatures,
    relative: new Uint8Array(timedFeatures),
    targets: Float32Array.from({ length: rows }, (_, i) => value(i + 5)),
    horizon: 1,
    trainOrigins: Int32Array.from({ length: windows }, (_, i) => lookback - 1 + i),
    validationOrigins: new Int32Array(0),
  };
}

/** Milliseconds of one training batch. */
export type SpeedModel = (size: BatchSize, features: number) => number;

/**
 * Time a multiplication, interpolated between the measured corners in the logarithms of units and batch size, with or without
 * recurrent dropout, times the multiplications of the batch.
 * @throws Error when a corner was not measured
 */
export function speedModel(points: readonly SpeedPoint[]): SpeedModel {
  const costAt = (units: number, batchSize: number, hasRecurrentDropout: boolean): number => {
    const point = points.find(
      (p) => p.units === units && p.batchSize === batchSize && p.hasRecurrentDropout === hasRecurrentDropout,
    );
    if (!point) throw new Error(`no speed measured at ${units} units, batch ${batchSize}`);
    const size = { units, layers: 1, batchSize, lookback: timedLookback };
    return Math.log(point.ms / multiplications(size, timedFeatures));
  };
  const [fewUnits, manyUnits] = speedUnits;
  const [smallBatch, largeBatch] = speedBatchSizes;
  return (size, features) => {
    const u = positionBetween(size.units, fewUnits, manyUnits);
    const b = positionBetween(size.batchSize, smallBatch, largeBatch);
    const masked = size.recurrentDropout > 0;
    const atSmall = between(costAt(fewUnits, smallBatch, masked), costAt(manyUnits, smallBatch, masked), u);
    const atLarge = between(costAt(fewUnits, largeBatch, masked), costAt(manyUnits, largeBatch, masked), u);
    return Math.exp(between(atSmall, atLarge, b)) * multiplications(size, features);
  };
}

/** Where a value lies between two on a logarithmic scale: 0 at the lower and below, 1 at the upper and above. */
function positionBetween(value: number, low: number, high: number): number {
  return Math.min(1, Math.max(0, Math.log(value / low) / Math.log(high / low)));
}

function between(a: number, b: number, position: number): number {
  return a + (b - a) * position;
}

export interface TrainerCandidate {
  readonly trainer: 'wasm' | 'tensorflow';
  /** Named in the reason. */
  readonly build: string;
  readonly speed: readonly SpeedPoint[];
}

export interface FasterTrainer {
  readonly chosen: TrainerCandidate;
  /** A sentence with the expected ratio and its sizes. */
  readonly reason: string;
}

/** Advantage that TensorFlow must have: it starts slower, takes more memory and can be missing on the next machine. */
const worthwhile = 0.9;

/**
 * The faster trainer over some Params of a study's space (all of a grid, or a sample).
 * @param features inputs of a step
 */
export function fasterTrainer(
  candidates: { readonly wasm: TrainerCandidate; readonly tensorflow: TrainerCandidate },
  samples: readonly BatchSize[],
  features: number,
): FasterTrainer {
  const { wasm, tensorflow } = candidates;
  const wasmMs = speedModel(wasm.speed);
  const tensorflowMs = speedModel(tensorflow.speed);
  // A window costs its share of a batch: the sum over samples stands for epochs over the same windows.
  const total = (model: SpeedModel): number =>
    samples.reduce((sum, size) => sum + model(size, features) / size.batchSize, 0);
  const ratio = total(tensorflowMs) / total(wasmMs);
  const chosen = ratio < worthwhile ? tensorflow : wasm;
  const usual = samples.map((s) => `${s.units}/${s.layers}/${s.batchSize}`);
  const sizes = usual.length <= 1 ? usual.join('') : `${usual.length} sizes of the space`;
  const masked = samples.filter((s) => s.recurrentDropout > 0).length;
  const share = masked === 0 ? '' : `, ${masked} with recurrent dropout`;
  const text = `TensorFlow would take ${ratio.toFixed(2)} of the embedded trainer's time`;
  return {
    chosen,
    reason: `${chosen.trainer} (${chosen.build}): measured here over ${sizes}${share}, ${text}${ratio < 1 && ratio >= worthwhile ? `, not below ${worthwhile}` : ''}`,
  };
}
