import type { Params } from '../../../model/hyperparameters.ts';
import type { ModelSizes } from '../initialWeights.ts';
import type { FoldTensors, ModelWeights } from '../trainer.ts';

/*
 * A training with nothing random in it: data and weights are sums and products of small integers, the same bits on every machine.
 * The self-check compares its gradients with the plain reference's, the digest names a variant by its weights after 20 steps.
 */

export interface FixedTraining {
  readonly params: Params;
  readonly fold: FoldTensors;
  readonly weights: ModelWeights;
  readonly dropoutSeed: number;
}

interface FixedSizes {
  readonly params: Params;
  readonly features: number;
  readonly horizon: number;
}

/** One batch of params.batchSize windows; feature 1 is relative to the window. */
export function fixedTraining({ params, features, horizon }: FixedSizes): FixedTraining {
  const rows = params.lookback + params.batchSize;
  const value = (i: number, modulus: number): number => ((i * i * 7 + i * 3) % modulus) / modulus - 0.5;
  const origins = Int32Array.from({ length: params.batchSize }, (_, i) => params.lookback - 1 + i);
  const fold: FoldTensors = {
    inputs: Float32Array.from({ length: rows * features }, (_, i) => value(i, 31)),
    rows,
    features,
    relative: Uint8Array.from({ length: features }, (_, f) => (f === 1 ? 1 : 0)),
    targets: Float32Array.from({ length: rows * horizon }, (_, i) => value(i, 17)),
    horizon,
    trainOrigins: origins,
    validationOrigins: origins,
  };
  const weights = fixedWeights({ features, horizon, units: params.units, layers: params.layers });
  return { params, fold, weights, dropoutSeed: 11 };
}

function fixedWeights({ features, units, layers, horizon }: ModelSizes): ModelWeights {
  const tensor = (length: number, shift: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => (((i + shift) * (i + 5) * 3) % 23) / 46 - 0.25);
  return {
    features,
    units,
    horizon,
    layers: Array.from({ length: layers }, (_, l) => ({
      kernel: tensor((l === 0 ? features : units) * 4 * units, l),
      recurrentKernel: tensor(units * 4 * units, l + 7),
      bias: tensor(4 * units, l + 11),
    })),
    dense: { kernel: tensor(units * horizon, 2), bias: tensor(horizon, 3) },
  };
}

/** All tensors of a model, layer by layer, then the head. */
export function tensorsOf(weights: ModelWeights): Float32Array[] {
  const layers = weights.layers.flatMap((layer) => [layer.kernel, layer.recurrentKernel, layer.bias]);
  return [...layers, weights.dense.kernel, weights.dense.bias];
}
