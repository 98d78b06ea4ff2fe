import { expect, test } from 'vitest';
import { createRng } from '../rng.ts';
import type { BaselineTask } from './baselineTask.ts';
import { baselineForecasts, baselineResults } from './baselines.ts';
import type { BaselineId } from '../../model/metrics.ts';

const rng = createRng(12);
let p = 100;
const prices = Float64Array.from({ length: 400 }, () => (p *= Math.exp(0.01 * rng.normal())));
const task: BaselineTask = {
  prices,
  trainFrom: 20,
  trainTo: 300,
  origins: Int32Array.of(299, 310, 390),
  horizon: 7,
  lookback: 6,
};
const at = (id: BaselineId, i: number, h: number): number =>
  baselineForecasts(id, task).values[i * task.horizon + h - 1];

test('the simple rules', () => {
  expect(at('persistence', 1, 7)).toBe(prices[310]);
  expect(at('drift', 1, 3)).toBeCloseTo(prices[310] + (3 * (prices[299] - prices[20])) / 279, 10);
  const mean = prices.slice(20, 300).reduce((a, b) => a + b, 0) / 280;
  expect(at('mean', 2, 1)).toBeCloseTo(mean, 10);
  expect(at('ma5', 1, 2)).toBeCloseTo(prices.slice(306, 311).reduce((a, b) => a + b, 0) / 5, 10);
  // Step 1 is five rows before its target, step 6 ten.
  expect(at('seasonal5', 1, 1)).toBe(prices[306]);
  expect(at('seasonal5', 1, 5)).toBe(prices[310]);
  expect(at('seasonal5', 1, 6)).toBe(prices[306]);
});

test('ar1 is OLS with intercept on log-returns, iterated', () => {
  const r = (i: number): number => Math.log(prices[i] / prices[i - 1]);
  const xs: number[] = [];
  const ys: number[] = [];
  for (let i = 22; i < 300; i++) {
    xs.push(r(i - 1));
    ys.push(r(i));
  }
  const meanX = xs.reduce((a, b) => a + b, 0) / xs.length;
  const meanY = ys.reduce((a, b) => a + b, 0) / ys.length;
  const slope =
    xs.reduce((a, x, i) => a + (x - meanX) * (ys[i] - meanY), 0) /
    xs.reduce((a, x) => a + (x - meanX) ** 2, 0);
  const intercept = meanY - slope * meanX;
  const first = intercept + slope * r(310);
  const second = intercept + slope * first;
  expect(at('ar1', 1, 2)).toBeCloseTo(prices[310] * Math.exp(first + second), 9);
});

test('ar1 works on price changes where a price is not positive', () => {
  const below = prices.map((x) => x - 120);
  const values = baselineForecasts('ar1', { ...task, prices: below }).values;
  expect(values.every(Number.isFinite)).toBe(true);
});

/** Gaussian elimination with pivoting, the plain way. */
function solve(a: number[][], b: number[]): number[] {
  const n = b.length;
  const m = a.map((row, i) => [...row, b[i]]);
  for (let c = 0; c < n; c++) {
    const pivot = m
      .slice(c)
      .reduce((best, row, i) => (Math.abs(row[c]) > Math.abs(m[best][c]) ? c + i : best), c);
    [m[c], m[pivot]] = [m[pivot], m[c]];
    for (let i = 0; i < n; i++) {
      if (i === c) continue;
      const f = m[i][c] / m[c][c];
      for (let j = c; j <= n; j++) m[i][j] -= f * m[c][j];
    }
  }
  return m.map((row, i) => row[n] / row[i]);
}

test.each([1, 3])('nlinear equals ridge regression written out, step %d', (h) => {
  const { trainFrom, trainTo, lookback, horizon } = task;
  let unit = 0;
  for (let i = trainFrom + 1; i < trainTo; i++) unit += Math.abs(prices[i] - prices[i - 1]);
  unit /= trainTo - trainFrom - 1;
  const windows: number[][] = [];
  const targets: number[] = [];
  for (let t = trainFrom + lookback - 1; t <= trainTo - 1 - horizon; t++) {
    windows.push([1, ...[1, 2, 3, 4, 5].map((k) => (prices[t - k] - prices[t]) / unit)]);
    targets.push((prices[t + h] - prices[t]) / unit);
  }
  const n = windows.length;
  const gram = windows[0].map((_, i) =>
    windows[0].map(
      (__, j) => windows.reduce((a, x) => a + x[i] * x[j], 0) / n + (i === j && i > 0 ? 1e-6 : 0),
    ),
  );
  const right = windows[0].map((_, i) => windows.reduce((a, x, r) => a + x[i] * targets[r], 0) / n);
  const w = solve(gram, right);
  const t = 390;
  const x = [1, ...[1, 2, 3, 4, 5].map((k) => (prices[t - k] - prices[t]) / unit)];
  const expected = prices[t] + unit * x.reduce((a, v, i) => a + v * w[i], 0);
  expect(at('nlinear', 2, h)).toBeCloseTo(expected, 7);
});

test('nlinear of a lookback of 1 is persistence plus the mean change', () => {
  const values = baselineForecasts('nlinear', { ...task, lookback: 1, horizon: 1 }).values;
  let change = 0;
  for (let t = 20; t <= 298; t++) change += (prices[t + 1] - prices[t]) / 279;
  expect(values[0]).toBeCloseTo(prices[299] + change, 9);
});

test('nlinear stays finite with more columns than windows', () => {
  const wide = baselineForecasts('nlinear', {
    ...task,
    trainFrom: 0,
    trainTo: 130,
    lookback: 120,
    horizon: 1,
  });
  expect(wide.values.every(Number.isFinite)).toBe(true);
});

test('one result a Baseline, nlinear once a lookback', () => {
  const range = { firstDate: '', lastDate: '' };
  const scaler = {
    kind: 'none',
    columns: [],
    center: [],
    scale: [],
    target: { center: 0, scale: 1 },
  } as const;
  const plan = {
    fold: 0,
    train: { from: 0, to: 300, ...range },
    validation: { from: 300, to: 400, ...range },
    validationOrigins: [299, 397] as [number, number],
    scaler: { ...scaler, columns: [], center: [], scale: [] },
  };
  const results = baselineResults(prices, [plan], { lookbacks: [20, 5, 20], horizon: 2 });
  expect(results.map((r) => `${r.id}${r.lookback ?? ''}`)).toEqual([
    'persistence',
    'drift',
    'mean',
    'ma5',
    'ma20',
    'seasonal5',
    'ar1',
    'nlinear5',
    'nlinear20',
  ]);
  expect(results[0].mean.u2).toBe(1);
  expect(results[0].mean.relMae).toBe(1);
});
