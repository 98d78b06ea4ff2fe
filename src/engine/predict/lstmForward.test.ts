import { expect, it } from 'vitest';
import { lstmForward } from './lstmForward.ts';

it('gives the golden output of a small LSTM computed in NumPy', () => {
  const [steps, features, units] = [4, 2, 3];
  const gate = (i: number, j: number, shift: number): number => (((7 * i + 3 * j + shift) % 11) - 5) / 10;
  const matrix = (rows: number, shift: number): Float32Array =>
    Float32Array.from({ length: rows * 12 }, (_, k) => gate(Math.floor(k / 12), k % 12, shift));
  const bias = Float32Array.from(
    { length: 12 },
    (_, j) => (((5 * j) % 7) - 3) / 10 + (j >= 3 && j < 6 ? 1 : 0),
  );
  const window = Float64Array.from({ length: steps * features }, (_, k) => {
    return (((5 * Math.floor(k / 2) + 2 * (k % 2)) % 7) - 3) / 4;
  });
  const out = lstmForward(
    {
      features,
      units,
      horizon: 1,
      layers: [{ kernel: matrix(2, 0), recurrentKernel: matrix(3, 4), bias }],
      dense: { kernel: Float32Array.from([0.5, -0.25, 0.75]), bias: Float32Array.from([0.1]) },
    },
    window,
  );
  // The weights pass through float32 here, so seven digits of 0.284132635446754.
  expect(out[0]).toBeCloseTo(0.284132635446754, 7);
});
