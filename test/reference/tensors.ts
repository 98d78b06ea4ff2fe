import type { ModelWeights } from '../../src/engine/trainers/trainer.ts';
import type { ReferenceModel } from './lstm.ts';

/** Tensors of a model with their names, layer by layer, then the head. */
export function namedTensors(model: ReferenceModel): readonly (readonly [string, Float64Array])[];
export function namedTensors(model: ModelWeights): readonly (readonly [string, Float32Array])[];
export function namedTensors(
  model: ReferenceModel | ModelWeights,
): readonly (readonly [string, Float64Array | Float32Array])[] {
  const layers = model.layers.flatMap((layer, l) => [
    [`kernel ${l}`, layer.kernel] as const,
    [`recurrentKernel ${l}`, layer.recurrentKernel] as const,
    [`bias ${l}`, layer.bias] as const,
  ]);
  return [...layers, ['dense kernel', model.dense.kernel], ['dense bias', model.dense.bias]];
}

/** The same weights in double. */
export function toReference(weights: ModelWeights): ReferenceModel {
  const double = (values: Float32Array): Float64Array => Float64Array.from(values);
  return {
    ...weights,
    layers: weights.layers.map((layer) => ({
      kernel: double(layer.kernel),
      recurrentKernel: double(layer.recurrentKernel),
      bias: double(layer.bias),
    })),
    dense: { kernel: double(weights.dense.kernel), bias: double(weights.dense.bias) },
  };
}

/** Rounded to float32. */
export function fromReference(model: ReferenceModel): ModelWeights {
  const single = (values: Float64Array): Float32Array => Float32Array.from(values);
  return {
    ...model,
    layers: model.layers.map((layer) => ({
      kernel: single(layer.kernel),
      recurrentKernel: single(layer.recurrentKernel),
      bias: single(layer.bias),
    })),
    dense: { kernel: single(model.dense.kernel), bias: single(model.dense.bias) },
  };
}

/** Largest |a - b| over the largest |b|, tensor by tensor; the worst. A NaN on either side is Infinity. */
export function worstDifference(a: ReferenceModel | ModelWeights, b: ReferenceModel | ModelWeights): number {
  const left = namedTensors(a as ReferenceModel); // both kinds have the same tensors
  const right = namedTensors(b as ReferenceModel);
  let worst = 0;
  left.forEach(([, values], n) => {
    const expected = right[n][1];
    let difference = 0;
    let largest = 0;
    values.forEach((value, i) => {
      const d = Math.abs(value - expected[i]);
      difference = Math.max(difference, Number.isNaN(d) ? Infinity : d);
      largest = Math.max(largest, Math.abs(expected[i]));
    });
    worst = Math.max(worst, difference / Math.max(largest, 1e-12));
  });
  return worst;
}
