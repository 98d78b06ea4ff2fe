import { expect, test } from 'vitest';
import { indicatorKinds, type IndicatorSpec } from '../../model/dataSpec.ts';
import { createRng } from '../rng.ts';
import { computeIndicator, indicatorWarmUp, type IndicatorSource } from './indicators.ts';

const rng = createRng(4);
const rows = 300;
const values = new Float64Array(rows);
let price = 50;
for (let t = 0; t < rows; t++) values[t] = price *= Math.exp(0.02 * rng.normal());
const source: IndicatorSource = {
  values,
  high: values.map((x) => x * 1.01),
  low: values.map((x) => x * 0.98),
  volume: values.map((_, t) => 1000 + 10 * (t % 7)),
};

test.each(indicatorKinds)('%s has values after its warm-up and none before', (kind) => {
  for (const options of [{}, { period: 5, fast: 3, slow: 8, signal: 4 }]) {
    const spec: IndicatorSpec = { kind, ...options };
    for (const { name, values: out } of computeIndicator(spec, source)) {
      const first = out.findIndex((x) => !Number.isNaN(x));
      // What messages about too few rows count on.
      expect(first, name).toBe(indicatorWarmUp(spec));
      expect(out.slice(first).every(Number.isFinite), name).toBe(true);
    }
  }
});

const at = (spec: IndicatorSpec, t: number): number[] =>
  computeIndicator(spec, source).map((o) => o.values[t]);
const window = (t: number, n: number): number[] => [...values.slice(t - n + 1, t + 1)];
const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;

test('sma, roc, bollinger and volatility by their definitions', () => {
  const t = 200;
  expect(at({ kind: 'sma', period: 20 }, t)[0]).toBeCloseTo(values[t] / mean(window(t, 20)) - 1, 10);
  expect(at({ kind: 'roc', period: 12 }, t)[0]).toBeCloseTo(values[t] / values[t - 12] - 1, 10);
  const middle = mean(window(t, 20));
  const sd = Math.sqrt(mean(window(t, 20).map((x) => (x - middle) ** 2)));
  const [b, width] = at({ kind: 'bollinger', period: 20 }, t);
  expect(b).toBeCloseTo((values[t] - (middle - 2 * sd)) / (4 * sd), 8);
  expect(width).toBeCloseTo((4 * sd) / middle, 8);
  const returns = window(t, 21)
    .slice(1)
    .map((x, i) => Math.log(x / window(t, 21)[i]));
  const spread = Math.sqrt(returns.reduce((a, r) => a + (r - mean(returns)) ** 2, 0) / 19);
  expect(at({ kind: 'volatility', period: 20 }, t)[0]).toBeCloseTo(spread, 10);
});

test('rsi lies between 0 and 1 and says 1 for prices that only rise', () => {
  const rising = Float64Array.from({ length: 40 }, (_, t) => 10 + t);
  expect(computeIndicator({ kind: 'rsi' }, { values: rising })[0].values[39]).toBe(1);
  for (let t = 50; t < rows; t++) expect(at({ kind: 'rsi' }, t)[0]).toBeLessThanOrEqual(1);
});

test('obv is 1 when every day rises, -1 when every day falls', () => {
  const volume = new Float64Array(60).fill(500);
  const up = Float64Array.from({ length: 60 }, (_, t) => 10 + t);
  expect(computeIndicator({ kind: 'obv' }, { values: up, volume })[0].values[59]).toBeCloseTo(1, 12);
  const down = up.map((x) => 100 - x);
  expect(computeIndicator({ kind: 'obv' }, { values: down, volume })[0].values[59]).toBeCloseTo(-1, 12);
});
