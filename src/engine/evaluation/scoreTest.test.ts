import { describe, expect, test } from 'vitest';
import { createRng } from '../rng.ts';
import { u2Interval, u2Of } from './bootstrap.ts';
import { directionResult, pesaranTimmermann, wilsonInterval } from './directionTest.ts';
import { toPrices, type Forecasts } from './forecasts.ts';
import { lagTest } from './lagTest.ts';
import { foldMetrics } from './metrics.ts';
import { scoreTest, type TestScores } from './scoreTest.ts';
import { seedInterval } from './seedInterval.ts';
import { verdictOf } from './verdict.ts';

const dayMs = 86_400_000;
const rng = createRng(21);
const n = 700;
let p = 100;
const prices = Float64Array.from({ length: n }, () => (p *= Math.exp(0.01 * rng.normal())));

/** Forecasts of the last 300 rows, by a rule of origin and step (from 1). */
function forecasts(horizon: number, rule: (t: number, h: number) => number): Forecasts {
  const origins = Int32Array.from({ length: 300 - horizon + 1 }, (_, i) => 399 + i);
  const values = new Float64Array(origins.length * horizon);
  origins.forEach((t, i) => {
    for (let h = 1; h <= horizon; h++) values[i * horizon + h - 1] = rule(t, h);
  });
  return { prices, origins, horizon, values };
}

function score(runs: readonly Forecasts[]): TestScores {
  return scoreTest({
    runs: runs.map((f, seed) => ({ seed, forecasts: f })),
    times: Float64Array.from(prices, (_, t) => t * dayMs),
    trainTo: 400,
    lookback: 10,
    trials: 12,
    leakChecks: () => ['checked'],
    rng: createRng(3),
    dateText: (time) => new Date(time).toISOString().slice(0, 10),
  });
}

/** A share of the true change, with noise. */
const seeing =
  (share: number) =>
  (t: number, h: number): number =>
    prices[t] + share * (prices[t + h] - prices[t]) + 0.1 * rng.normal();

describe('verdict', () => {
  test('a forecast that sees a third of each change is better', () => {
    const s = score([forecasts(1, seeing(0.3)), forecasts(1, seeing(0.3))]);
    expect(s.verdict).toBe('better');
    expect(s.u2Interval[0]).toBeLessThan(s.u2);
    expect(s.u2Interval[1]).toBeGreaterThan(s.u2);
    expect(s.clarkWest?.p).toBeLessThan(0.001);
    expect(s.suspicious).toMatchObject({ fired: true, checks: ['checked'] });
  });

  test('persistence itself is not distinguishable, and no test has a number', () => {
    const s = score([forecasts(1, (t) => prices[t])]);
    expect(s.verdict).toBe('notDistinguishable');
    expect([s.u2, s.relMae]).toEqual([1, 1]);
    expect([s.dieboldMariano, s.clarkWest, s.seedInterval]).toEqual([null, null, null]);
    expect(s.lagTest).toMatchObject({ shift: 1, copies: true });
    expect(s.suspicious).toMatchObject({ fired: false, checks: [] });
    expect(s.sentence).toContain('chosen from 12 trials');
  });

  test('noise on top of persistence is worse', () => {
    const s = score([forecasts(1, (t) => prices[t] * Math.exp(0.015 * rng.normal()))]);
    expect(s.verdict).toBe('worse');
    expect(s.metrics['skill']).toBeLessThan(0);
  });

  test('it takes both the interval and Clark-West', () => {
    expect(verdictOf([0.9, 0.99], { statistic: 2, p: 0.02 })).toBe('better');
    expect(verdictOf([0.9, 0.99], { statistic: 1, p: 0.16 })).toBe('notDistinguishable');
    expect(verdictOf([0.9, 0.99], null)).toBe('notDistinguishable');
    expect(verdictOf([0.9, 1.01], { statistic: 2, p: 0.02 })).toBe('notDistinguishable');
    expect(verdictOf([1.01, 1.1], null)).toBe('worse');
  });
});

test('several steps and seeds: every array has its length, U2 is the mean over steps', () => {
  const s = score([forecasts(5, seeing(0.2)), forecasts(5, seeing(0.1))]);
  expect(s.byStep.map((b) => b.step)).toEqual([1, 2, 3, 4, 5]);
  expect(s.u2).toBeCloseTo(s.byStep.reduce((sum, b) => sum + b.u2, 0) / 5, 12);
  expect(s.predictions.actual.length).toBe(296 * 5);
  expect(s.predictions.actual[5 * 10 + 2]).toBe(prices[409 + 3]);
  expect(s.predictions.dates[0]).toBe(new Date(400 * dayMs).toISOString().slice(0, 10));
  expect(s.cumulative.length).toBe(296);
  expect(s.byQuarter.reduce((sum, q) => sum + q.rows, 0)).toBe(296);
  expect(s.byWeekday.length).toBe(7);
  expect(s.seeds.length).toBe(2);
  expect(s.baselines['persistence']['u2']).toBe(1);
  expect(s.baselines['nlinear']['u2']).toBeGreaterThan(0.5);
});

test('losses of a day are averaged over seeds, not the forecasts', () => {
  // Errors of opposite sign: averaged forecasts would be perfect.
  const up = forecasts(1, (t) => prices[t + 1] + 1);
  const down = forecasts(1, (t) => prices[t + 1] - 1);
  expect(score([up, down]).u2).toBeCloseTo(score([up]).u2, 12);
});

test('back-transform of each kind of forecast', () => {
  const to = {
    prices: Float64Array.of(10, 20),
    origins: Int32Array.of(0, 1),
    horizon: 2,
    target: { center: 0.1, scale: 2 },
  };
  const raw = [0, 0.5, 1, -1];
  expect([...toPrices(raw, { ...to, forecast: 'price' }).values]).toEqual([0.1, 1.1, 2.1, -1.9]);
  const expected = (p0: number, ...sums: number[]): number[] => sums.map((s) => p0 * Math.exp(s));
  expect([...toPrices(raw, { ...to, forecast: 'windowRelative' }).values]).toEqual([
    ...expected(10, 0.1, 1.1),
    ...expected(20, 2.1, -1.9),
  ]);
  const returns = [...toPrices(raw, { ...to, forecast: 'logReturn' }).values];
  [...expected(10, 0.1, 1.2), ...expected(20, 2.1, 0.2)].forEach((x, i) =>
    expect(returns[i]).toBeCloseTo(x, 10),
  );
});

test('a forecast that is not finite has no metrics', () => {
  expect(foldMetrics(forecasts(1, () => Infinity))).toBeNull();
  expect(foldMetrics(forecasts(1, () => NaN))).toBeNull();
});

test('the bootstrap interval holds the true ratio about as often as it says', () => {
  let held = 0;
  const repeats = 100;
  for (let seed = 0; seed < repeats; seed++) {
    const draw = createRng(seed);
    const naive = Float64Array.from({ length: 300 }, () => draw.normal() ** 2);
    const model = naive.map((x) => x * 0.81 * (1 + 0.3 * draw.normal()) ** 2);
    const truth = Math.sqrt(0.81 * 1.09);
    const [low, high] = u2Interval({ model: [model], naive: [naive] }, draw, { repeats: 300, level: 0.95 });
    if (low <= truth && truth <= high) held++;
  }
  // A binomial of 100 with 0.95 lies below 86 once in ten thousand; the bootstrap itself is a little narrow.
  expect(held).toBeGreaterThanOrEqual(86);
});

test('u2Of weighs rows', () => {
  const losses = { model: [Float64Array.of(1, 100)], naive: [Float64Array.of(4, 100)] };
  expect(u2Of(losses, Float64Array.of(1, 0))).toBe(0.5);
});

test('direction: share, always up and its interval', () => {
  const view = {
    last: Float64Array.of(1, 1, 1, 1, 1),
    actual: Float64Array.of(2, 2, 2, 0, 1),
    forecast: Float64Array.of(2, 2, 0, 0, 2),
  };
  const d = directionResult(view);
  expect([d.share, d.alwaysUp, d.rows]).toEqual([0.75, 0.75, 4]);
  const [low, high] = wilsonInterval(0.56, 766);
  expect(0.56 - low).toBeCloseTo(0.035, 3);
  expect(high - 0.56).toBeCloseTo(0.035, 3);
});

test('Pesaran-Timmermann: nothing for chance, much for skill, null for one sign only', () => {
  const last = new Float64Array(400);
  const actual = last.map(() => rng.normal());
  const chance = pesaranTimmermann({ last, actual, forecast: last.map(() => rng.normal()) });
  expect(Math.abs(chance?.statistic ?? 9)).toBeLessThan(3);
  const skill = pesaranTimmermann({ last, actual, forecast: actual.map((x) => x + rng.normal()) });
  expect(skill?.p).toBeLessThan(1e-6);
  expect(pesaranTimmermann({ last, actual, forecast: last.map(() => 1) })).toBeNull();
});

test('lag test: a forecast that knows the change fits at 0, a copy at 1', () => {
  const knowing = forecasts(1, (t) => prices[t + 1]);
  const view = {
    actual: Float64Array.from(knowing.origins, (t) => prices[t + 1]),
    last: Float64Array.from(knowing.origins, (t) => prices[t]),
    forecast: knowing.values,
  };
  expect(lagTest(view, 0)).toMatchObject({ shift: 0, copies: false });
  expect(lagTest({ ...view, forecast: view.last }, 1)).toMatchObject({ shift: 1, copies: true });
});

test('seeds: mean and t-interval', () => {
  const s = seedInterval([1, 2, 3, 4, 5]);
  expect(s.mean).toBe(3);
  // t(0.975, 4) = 2.7764451.
  expect(s.interval?.[1]).toBeCloseTo(3 + (2.7764451 * Math.sqrt(2.5)) / Math.sqrt(5), 6);
  expect(seedInterval([1]).interval).toBeNull();
});
