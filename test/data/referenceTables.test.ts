import { expect, test } from 'vitest';
import type { BaselineTask } from '../../src/engine/evaluation/baselineTask.ts';
import { baselineForecasts } from '../../src/engine/evaluation/baselines.ts';
import { directionResult } from '../../src/engine/evaluation/directionTest.ts';
import { clarkWest, dieboldMariano } from '../../src/engine/evaluation/dieboldMariano.ts';
import { stepOf, type StepView } from '../../src/engine/evaluation/forecasts.ts';
import { stepMetrics } from '../../src/engine/evaluation/metrics.ts';
import { reportMetrics } from '../../src/engine/evaluation/reportMetrics.ts';
import { createRng } from '../../src/engine/rng.ts';
import { dateText } from '../../src/engine/data/dataTable.ts';
import { u2Interval, type PairedLosses } from '../../src/engine/evaluation/bootstrap.ts';
import { verdictOf } from '../../src/engine/evaluation/verdict.ts';
import type { BaselineId } from '../../src/model/metrics.ts';
import { readPrices } from './testData.ts';

interface PriceTask extends BaselineTask {
  readonly times: Float64Array;
}

/** Close prices, train rows [0, floor(.7 n)), test rows [floor(.85 n), n), origins one step before. */
async function task(name: string, horizon = 1, column = 'close'): Promise<PriceTask> {
  const { table, issues } = await readPrices(name, { price: column });
  if (table === null) throw new Error(issues.map((i) => i.message).join('\n'));
  const prices = table.numbers.get(column) ?? table.numbers.get('Close')!;
  const from = Math.floor(0.85 * prices.length);
  const origins = Int32Array.from({ length: prices.length - from - horizon + 1 }, (_, i) => from - 1 + i);
  return {
    prices,
    times: table.times,
    trainFrom: 0,
    trainTo: Math.floor(0.7 * prices.length),
    origins,
    horizon,
    lookback: 60,
  };
}

const view = (t: BaselineTask, id: BaselineId, h = 0): StepView => stepOf(baselineForecasts(id, t), h);

// Columns: rows, RMSE, MAE, MAPE, MASE, R2 of persistence; U2 of drift, MA5, AR(1); share of rises among all rows, and among those
// with a change, which is what "always up" scores in the report (one row of each file of arch has none).
test.each([
  ['vega', 766, 36.18, 19.9362, 0.729, 1.9182, 0.9765, 0.9999, 1.3295, 0.9813, 0.5601, 0.5601],
  ['arch-sp500.csv.gz', 755, 20.0814, 13.107, 0.542, 1.2347, 0.9951, 0.9999, 1.4528, 1.0012, 0.5377, 0.5385],
  ['arch-nasdaq.csv.gz', 755, 65.1245, 43.5259, 0.698, 1.4828, 0.9962, 0.9999, 1.4425, 0.999, 0.5603, 0.561],
  ['goog.csv', 323, 9.3905, 6.5476, 1.01, 1.0265, 0.9779, 0.9986, 1.5056, 0.998, 0.5294, 0.5294],
])('one-step baselines of %s', async (name, ...row) => {
  const [rows, rmse, mae, mape, mase, r2, drift, ma5, ar1, ups, alwaysUp] = row;
  const t = await task(name);
  const naive = view(t, 'persistence');
  expect(naive.actual.length).toBe(rows);
  const m = stepMetrics(naive);
  const r = reportMetrics(naive, t.prices.subarray(0, t.trainTo));
  expect(m.rmse).toBeCloseTo(rmse, 4);
  expect(m.mae).toBeCloseTo(mae, 4);
  expect(m.mape).toBeCloseTo(mape, 3);
  expect(r.mase).toBeCloseTo(mase, 4);
  expect(r.r2).toBeCloseTo(r2, 4);
  expect(stepMetrics(view(t, 'drift')).u2).toBeCloseTo(drift, 4);
  expect(stepMetrics(view(t, 'ma5')).u2).toBeCloseTo(ma5, 4);
  expect(stepMetrics(view(t, 'ar1')).u2).toBeCloseTo(ar1, 4);
  const rises = naive.actual.filter((y, i) => y > naive.last[i]).length;
  expect(rises / rows).toBeCloseTo(ups, 4);
  expect(directionResult(naive).alwaysUp).toBeCloseTo(alwaysUp, 4);
});

test('S&P 500: train to 2014-03-18, validation to 2017-03-31, test from 2017-04-03', async () => {
  const t = await task('vega');
  const from = t.origins[0] + 1;
  expect([t.trainTo - 1, from - 1, from].map((row) => dateText(t.times[row]))).toEqual([
    '2014-03-18',
    '2017-03-31',
    '2017-04-03',
  ]);
});

test('MASE of persistence is far from 1 where a price has grown: 36.6 for AAPL from 1990 on', async () => {
  const t = await task('skfolio-sp500.csv.gz', 1, 'AAPL');
  const naive = view(t, 'persistence');
  expect(reportMetrics(naive, t.prices.subarray(0, t.trainTo)).mase).toBeCloseTo(36.565, 3);
  expect(stepMetrics(naive)).toMatchObject({ u2: 1, relMae: 1 });
});

test('S&P 500, error of step h alone', async () => {
  const t = await task('vega', 20);
  const expected = [
    [1, 36.18, 19.936, 766],
    [5, 72.808, 44.048, 762],
    [10, 106.323, 66.035, 757],
    [20, 154.547, 96.354, 747],
  ];
  for (const [h, rmse, mae, rows] of expected) {
    const all = await task('vega', h);
    const m = stepMetrics(view(all, 'persistence', h - 1));
    expect(all.origins.length).toBe(rows);
    expect(m.rmse).toBeCloseTo(rmse, 3);
    expect(m.mae).toBeCloseTo(mae, 3);
  }
  expect(t.origins.length).toBe(747);
});

test('S&P 500: the gain of AR(1) is one crash', async () => {
  const t = await task('vega');
  const model = view(t, 'ar1');
  const e0 = model.actual.map((y, i) => y - model.last[i]);
  const e1 = model.actual.map((y, i) => y - model.forecast[i]);
  const d = e0.map((x, i) => x * x - e1[i] * e1[i]);
  const g = d.map((x, i) => x + (model.last[i] - model.forecast[i]) ** 2);
  const dm = dieboldMariano(d, 1);
  expect(dm?.statistic).toBeCloseTo(1.821, 3);
  expect(dm?.p).toBeCloseTo(0.069, 3);
  const cw = clarkWest(g, 1);
  expect(cw?.statistic).toBeCloseTo(2.08, 3);
  expect(cw?.p).toBeCloseTo(0.019, 3);
  const crash = t.origins.findIndex((o) => t.times[o + 1] >= Date.UTC(2020, 1, 20));
  expect(model.actual.length - crash).toBe(41);
  const before: StepView = {
    actual: model.actual.slice(0, crash),
    forecast: model.forecast.slice(0, crash),
    last: model.last.slice(0, crash),
  };
  expect(stepMetrics(before).u2).toBeCloseTo(1.0008, 4);
  expect(dieboldMariano(d.slice(0, crash), 1)?.statistic).toBeCloseTo(-0.16, 2);
  const squares = e0.map((x) => x * x);
  const sum = (x: Float64Array): number => x.reduce((a, b) => a + b, 0);
  expect(sum(squares.slice(crash)) / sum(squares)).toBeCloseTo(0.63, 2);
  // arch 8.0.0, MovingBlockBootstrap(9), percentile, 20,000 repeats, three seeds: .9675 to .9676 and 1.0031 to 1.0034.
  const losses: PairedLosses = { model: [e1.map((x) => x * x)], naive: [squares] };
  const options = { repeats: 20_000, level: 0.95 };
  const interval = u2Interval(losses, createRng(1), options);
  expect(interval[0]).toBeCloseTo(0.9676, 3);
  expect(interval[1]).toBeCloseTo(1.0032, 3);
  expect(verdictOf(interval, cw)).toBe('notDistinguishable');
  // Broken twin: who draws single days forgets that the days of a crash hang together, and calls it better (arch: .9644 to .9996).
  const single = u2Interval(losses, createRng(1), { ...options, block: 1 });
  expect(single[1]).toBeCloseTo(0.9996, 3);
  expect(verdictOf(single, cw)).toBe('better');
});

test('S&P 500: the best of N useless candidates looks good on validation and is not on test', async () => {
  const { prices, trainTo, origins } = await task('vega');
  const from = origins[0] + 1;
  const changes = (a: number, b: number): Float64Array =>
    Float64Array.from({ length: b - a }, (_, i) => prices[a + i] - prices[a + i - 1]);
  const [validation, tested] = [changes(trainTo, from), changes(from, prices.length)];
  const squares = (x: Float64Array): number => x.reduce((sum, value) => sum + value * value, 0);
  const noise = 0.1 * Math.sqrt(squares(validation) / validation.length);
  const rng = createRng(4);
  // A candidate forecasts the last price plus noise: a tenth of persistence's RMSE on validation.
  const u2 = (days: Float64Array): number =>
    Math.sqrt(squares(days.map((d) => d - noise * rng.normal())) / squares(days));
  const repeats = 40;
  const mean = [10, 30, 100].map(() => ({ validation: 0, test: 0 }));
  for (let r = 0; r < repeats; r++) {
    const candidates = Array.from({ length: 100 }, () => ({ validation: u2(validation), test: u2(tested) }));
    [10, 30, 100].forEach((n, k) => {
      const best = candidates.slice(0, n).reduce((a, b) => (b.validation < a.validation ? b : a));
      mean[k].validation += best.validation / repeats;
      mean[k].test += best.test / repeats;
    });
  }
  [0.9993, 0.9976, 0.996].forEach((expected, k) => {
    expect(Math.abs(mean[k].validation - expected)).toBeLessThan(0.0006);
    expect(mean[k].test).toBeGreaterThan(1.0005);
    expect(mean[k].test).toBeLessThan(1.0013);
  });
});

test('Nikkei of nolds: 160 rows without a price are left out and reported', async () => {
  const { report, issues } = await readPrices('nolds-n225.csv', { price: 'close' });
  expect(report?.rows).toBe(2954);
  expect(report?.missingRows).toBe(160);
  expect(issues.some((i) => i.severity === 'error')).toBe(false);
});
