import type { LayerWeights, ModelWeights } from '../trainers/trainer.ts';

/**
 * One forward pass in double precision, written to be read: LSTM layers and Dense as in Keras 3 (gates i, f, c, o; sigmoid
 * gates, tanh cell and output; zero initial state). window (lookback, features) row-major, scaled; result (horizon), scaled.
 */
export function lstmForward(weights: ModelWeights, window: Float64Array): Float64Array {
  const { features, units } = weights;
  let sequence = window;
  weights.layers.forEach((layer, i) => {
    sequence = layerForward(layer, sequence, { inputs: i === 0 ? features : units, units });
  });
  const state = sequence.subarray(sequence.length - units);
  return affine(state, weights.dense.kernel, Float64Array.from(weights.dense.bias));
}

interface LayerSizes {
  readonly inputs: number;
  readonly units: number;
}

/** (steps, inputs) -> (steps, units) */
function layerForward(
  layer: LayerWeights,
  sequence: Float64Array,
  { inputs, units }: LayerSizes,
): Float64Array {
  const steps = sequence.length / inputs;
  const out = new Float64Array(steps * units);
  const cell = new Float64Array(units);
  let state = new Float64Array(units);
  for (let t = 0; t < steps; t++) {
    const x = sequence.subarray(t * inputs, (t + 1) * inputs);
    const z = affine(x, layer.kernel, affine(state, layer.recurrentKernel, Float64Array.from(layer.bias)));
    state = out.subarray(t * units, (t + 1) * units);
    for (let u = 0; u < units; u++) {
      cell[u] = sigmoid(z[units + u]) * cell[u] + sigmoid(z[u]) * Math.tanh(z[2 * units + u]);
      state[u] = sigmoid(z[3 * units + u]) * Math.tanh(cell[u]);
    }
  }
  return out;
}

/** start + x W, in place; W (x.length, start.length) row-major. */
function affine(x: Float64Array, matrix: Float32Array, start: Float64Array): Float64Array {
  const columns = start.length;
  for (let r = 0; r < x.length; r++) {
    for (let c = 0; c < columns; c++) start[c] += x[r] * matrix[r * columns + c];
  }
  return start;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
