import { describe, expect, it } from 'vitest';
import { initialWeights } from './initialWeights.ts';

const sizes = { features: 5, units: 20, layers: 2, horizon: 3 };

describe('initial weights are drawn as Keras draws them', () => {
  const { layers, dense } = initialWeights(sizes, 1);

  it('kernels are uniform in the limits of Glorot', () => {
    const cases = [
      [layers[0].kernel, 5, 80],
      [layers[1].kernel, 20, 80],
      [dense.kernel, 20, 3],
    ] as const;
    for (const [kernel, fanIn, fanOut] of cases) {
      const limit = Math.sqrt(6 / (fanIn + fanOut));
      expect(kernel).toHaveLength(fanIn * fanOut);
      expect(Math.max(...kernel)).toBeLessThanOrEqual(limit);
      expect(Math.max(...kernel)).toBeGreaterThan(0.9 * limit);
      expect(Math.min(...kernel)).toBeLessThan(-0.9 * limit);
    }
  });

  it('recurrent kernels have orthonormal rows', () => {
    for (const { recurrentKernel } of layers) {
      for (let i = 0; i < 20; i++) {
        for (let j = 0; j <= i; j++) {
          let dot = 0;
          for (let k = 0; k < 80; k++) dot += recurrentKernel[i * 80 + k] * recurrentKernel[j * 80 + k];
          expect(Math.abs(dot - (i === j ? 1 : 0))).toBeLessThan(1e-6);
        }
      }
    }
  });

  it('biases are 0, and 1 for the forget gate', () => {
    for (const { bias } of layers) {
      expect([...bias]).toEqual([
        ...Array<number>(20).fill(0),
        ...Array<number>(20).fill(1),
        ...Array<number>(40).fill(0),
      ]);
    }
    expect([...dense.bias]).toEqual([0, 0, 0]);
  });

  it('come from the seed alone', () => {
    expect(initialWeights(sizes, 1)).toEqual(initialWeights(sizes, 1));
    expect(initialWeights(sizes, 2)).not.toEqual(initialWeights(sizes, 1));
  });
});
