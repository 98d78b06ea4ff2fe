import { expect, test } from 'vitest';
import type { Series } from './series.ts';
import { fitScaler } from './scaler.ts';

const inputs = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 1000, -1000);
const series: Series = {
  rows: 10,
  times: new Float64Array(10),
  prices: Float64Array.of(1, 2, 4, 8, 16, 32, 64, 128, 1e9, 1),
  inputNames: ['x'],
  inputs,
  relative: Uint8Array.of(0),
  forecast: 'logReturn',
};
const train = { from: 0, to: 8 };

test.each([
  ['standard', 4.5, Math.sqrt(5.25)],
  ['minMax', 1, 7],
  ['robust', 4.5, 3.5],
  ['none', 0, 1],
] as const)('%s is fitted on train rows only', (kind, center, scale) => {
  const state = fitScaler(series, train, kind);
  expect(state.center[0]).toBeCloseTo(center, 12);
  expect(state.scale[0]).toBeCloseTo(scale, 12);
});

test('the target of a constant return has scale 1', () => {
  const { target } = fitScaler(series, train, 'standard');
  expect(target.center).toBeCloseTo(Math.LN2, 12);
  expect(target.scale).toBe(1);
});

test('a column relative to its window has center 0 and the scale of its differences', () => {
  const relative = { ...series, relative: Uint8Array.of(1), inputs: inputs.map((x) => x * x) };
  const state = fitScaler(relative, train, 'standard');
  expect(state.center[0]).toBe(0);
  // Differences 3, 5, .. 15.
  expect(state.scale[0]).toBeCloseTo(4, 12);
});
