import { expect, test } from 'vitest';
import { clarkWest, dieboldMariano, lossDifferences } from './dieboldMariano.ts';
import type { StepView } from './forecasts.ts';
import { direction, stepMetrics } from './metrics.ts';
import { reportMetrics } from './reportMetrics.ts';

// Worked by hand in docs/evaluation.md; MASE, RMSSE, sMAPE and U1 agree with sktime and statsmodels.
const actual = Float64Array.of(10, 11, 12, 11, 13, 14);
const last = Float64Array.of(10, 10, 11, 12, 11, 13);
const train = [8, 9, 9.5, 9, 10];
const view = (...forecast: number[]): StepView => ({ actual, last, forecast: Float64Array.from(forecast) });
const first = view(10, 10.5, 11.5, 11.5, 12, 13.5);

test('measures of the worked vector', () => {
  const m = stepMetrics(first);
  expect(m.mae).toBeCloseTo(0.5, 12);
  expect(m.rmse).toBeCloseTo(0.57735026919, 11);
  expect(m.mape).toBeCloseTo(4.086885336885, 11);
  expect(m.u2).toBeCloseTo(0.5, 12);
  expect(m.relMae).toBeCloseTo(0.5, 12);
  expect(m.direction).toBe(1);
  const r = reportMetrics(first, train);
  expect(r.smape).toBeCloseTo(4.16454833674, 11);
  expect(r.r2).toBeCloseTo(0.815384615385, 11);
  expect(r.mase).toBeCloseTo(0.666666666667, 11);
  expect(r.rmsse).toBeCloseTo(0.73029674334, 11);
  expect(r.u1).toBeCloseTo(0.024606209942, 11);
  expect(r.skill).toBeCloseTo(0.75, 12);
});

test('direction leaves out days without a change and counts a forecast of no change as half', () => {
  const second = view(10.5, 10.5, 10.5, 11.5, 11, 13.5);
  expect(direction(second)).toBe(0.7);
  // Broken twin: a plain match of signs counts the day without a change, and no forecast as a miss.
  const hits = second.forecast.filter((f, i) => Math.sign(f - last[i]) === Math.sign(actual[i] - last[i]));
  expect(hits.length / actual.length).toBe(0.5);
});

test('a forecast that equals persistence has U2 and relMae of exactly 1', () => {
  const m = stepMetrics(view(...last));
  expect([m.u2, m.relMae, m.direction]).toEqual([1, 1, 0.5]);
});

test('constant prices give finite measures', () => {
  const flat = Float64Array.of(5, 5, 5);
  const m = stepMetrics({ actual: flat, last: flat, forecast: Float64Array.of(5, 5, 6) });
  expect(Object.values(m).every(Number.isFinite)).toBe(true);
  expect(m.u2).toBeGreaterThan(1e6);
});

const t = Array.from({ length: 40 }, (_, i) => i);
const e1 = t.map((i) => Math.sin(1.3 * i) + 0.2);
const e2 = t.map((i) => 0.8 * Math.cos(0.7 * i) - 0.1);

// h = 1 agrees with R forecast::dm.test and statsmodels; h = 3 needs Bartlett's weights, its p is from mpmath at 30 digits.
test.each([
  [1, 2, 2.28020306821639, 0.028143550987, 'plain'],
  [1, 1, 2.03854919175285, 0.0483155672788, 'plain'],
  [2, 2, 2.7184729780997, 0.00973637904, 'plain'],
  [3, 2, 2.91087673959, 0.00592986716418, 'bartlett'],
] as const)('Diebold-Mariano, horizon %d, power %d', (horizon, power, statistic, p, variance) => {
  const dm = dieboldMariano(lossDifferences(e1, e2, power), horizon);
  expect(dm?.statistic).toBeCloseTo(statistic, 11);
  expect(dm?.p).toBeCloseTo(p, 11);
  expect(dm?.variance).toBe(variance);
});

test('no difference, no statistic', () => {
  expect(dieboldMariano(new Float64Array(40), 1)).toBeNull();
  expect(clarkWest(new Float64Array(40), 1)).toBeNull();
});
