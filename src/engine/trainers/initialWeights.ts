import { createRng, hashSeed, type Rng } from '../rng.ts';
import type { LayerWeights, ModelWeights } from './trainer.ts';

export interface ModelSizes {
  readonly features: number;
  readonly units: number;
  readonly layers: number;
  readonly horizon: number;
}

/**
 * Initial weights as Keras 3 draws them: kernels glorot uniform (fan_out = 4 x units for the LSTM), recurrent kernel with
 * orthonormal rows, biases 0 with 1 for the forget gate.
 */
export function initialWeights(sizes: ModelSizes, seed: number): ModelWeights {
  const { features, units, layers, horizon } = sizes;
  const random = createRng(hashSeed(seed, 'weights'));
  const layerWeights = Array.from({ length: layers }, (_, l): LayerWeights => {
    const inputs = l === 0 ? features : units;
    return {
      kernel: glorotUniform(random, inputs, 4 * units),
      recurrentKernel: orthonormalRows(random, units, 4 * units),
      bias: new Float32Array(4 * units).fill(1, units, 2 * units),
    };
  });
  const dense = { kernel: glorotUniform(random, units, horizon), bias: new Float32Array(horizon) };
  return { features, units, horizon, layers: layerWeights, dense };
}

/** (fanIn, fanOut), uniform in +-sqrt(6 / (fanIn + fanOut)). Glorot and Bengio, AISTATS 2010. */
function glorotUniform(random: Rng, fanIn: number, fanOut: number): Float32Array {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return Float32Array.from({ length: fanIn * fanOut }, () => limit * (2 * random.uniform() - 1));
}

/**
 * (rows, columns), rows <= columns, orthonormal rows: Gram-Schmidt on normal rows. Its diagonal is positive, so this is the Q of
 * Keras' QR with the signs of R's diagonal taken in (Saxe et al., arXiv 1312.6120).
 */
function orthonormalRows(random: Rng, rows: number, columns: number): Float32Array {
  const q = Float64Array.from({ length: rows * columns }, () => random.normal());
  for (let i = 0; i < rows; i++) {
    const row = q.subarray(i * columns, (i + 1) * columns);
    for (let j = 0; j < i; j++) {
      const other = q.subarray(j * columns, (j + 1) * columns);
      let dot = 0;
      for (let k = 0; k < columns; k++) dot += row[k] * other[k];
      for (let k = 0; k < columns; k++) row[k] -= dot * other[k];
    }
    let squares = 0;
    for (let k = 0; k < columns; k++) squares += row[k] * row[k];
    const scale = 1 / Math.sqrt(squares);
    for (let k = 0; k < columns; k++) row[k] *= scale;
  }
  return Float32Array.from(q);
}
