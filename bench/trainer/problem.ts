import { initialWeights } from '../../src/engine/trainers/initialWeights.ts';
import type { FoldTensors, ModelWeights } from '../../src/engine/trainers/trainer.ts';
import type { Params } from '../../src/model/hyperparameters.ts';

/** One size of the table. */
export interface Size {
  readonly units: number;
  readonly layers: number;
  readonly batch: number;
}

export const lookback = 60;
export const features = 5;

/** The usual sizes. */
export const sizes: readonly Size[] = [50, 100, 150].flatMap((units) =>
  [1, 2, 3].flatMap((layers) => [32, 64, 128].map((batch) => ({ units, layers, batch }))),
);

export interface Problem {
  readonly params: Params;
  readonly fold: FoldTensors;
  readonly weights: ModelWeights;
}

/** One batch of windows and a model of the given size: what is timed is a step of Adam on it. */
export function makeProblem({ units, layers, batch }: Size, dropout: number): Problem {
  const rows = lookback + batch;
  return {
    params: {
      lookback,
      units,
      layers,
      dropout,
      recurrentDropout: 0,
      learningRate: 0.001,
      batchSize: batch,
      epochs: 1,
      optimizer: 'adam',
      momentum: 0,
      weightDecay: 0,
      clipNorm: 0,
      loss: 'mse',
    },
    fold: {
      inputs: Float32Array.from({ length: rows * features }, (_, i) => noise(i)),
      rows,
      features,
      relative: new Uint8Array(features),
      targets: Float32Array.from({ length: rows }, (_, i) => noise(i + 7919)),
      horizon: 1,
      trainOrigins: Int32Array.from({ length: batch }, (_, i) => lookback - 1 + i),
      validationOrigins: new Int32Array(0),
    },
    weights: initialWeights({ features, units, layers, horizon: 1 }, 1),
  };
}

/** In [-1, 1), no pattern: a wave would let the gradients of the batch cancel and leave little but rounding to compare. */
function noise(i: number): number {
  const x = Math.sin(i * 12.9898 + 4.1414) * 43758.5453;
  return 2 * (x - Math.floor(x)) - 1;
}
