import { expect, test } from 'vitest';
import type { BaselineTask } from '../../src/engine/evaluation/baselineTask.ts';
import { baselineForecasts } from '../../src/engine/evaluation/baselines.ts';
import { clarkWest, dieboldMariano } from '../../src/engine/evaluation/dieboldMariano.ts';
import { stepOf, type StepView } from '../../src/engine/evaluation/forecasts.ts';
import { stepMetrics } from '../../src/engine/evaluation/metrics.ts';
import { reportMetrics } from '../../src/engine/evaluation/reportMetrics.ts';
import { createRng } from '../../src/engine/rng.ts';
import { u2Interval } from '../../src/engine/evaluation/bootstrap.ts';
import { verdictOf } from '../../src/engine/evaluation/verdict.ts';
import type { BaselineId } from '../../src/model/metrics.ts';
import { readPrices } from './testData.ts';

/** Close prices, train rows [0, floor(.7 n)), test rows [floor(.85 n), n), origins one step before. */
async function task(name: string, horizon = 1): Promise<BaselineTask & { readonly times: Float64Array }> {
  const { table, issues } = await readPrices(name, { price: 'close' });
  if (table === null) throw new Error(issues.map((i) => i.message).join('\n'));
  const prices = table.numbers.get('close') ?? table.numbers.get('Close')!;
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

// Columns: rows, RMSE, MAE, MAPE, MASE, R2 of persistence; U2 of drift, MA5, AR(1); share of rises among all rows.
test.each([
  ['vega', 766, 36.18, 19.9362, 0.729, 1.9182, 0.9765, 0.9999, 1.3295, 0.9813, 0.5601],
  ['arch-sp500.csv.gz', 755, 20.0814, 13.107, 0.542, 1.2347, 0.9951, 0.9999, 1.4528, 1.0012, 0.5377],
  ['arch-nasdaq.csv.gz', 755, 65.1245, 43.5259, 0.698, 1.4828, 0.9962, 0.9999, 1.4425, 0.999, 0.5603],
  ['goog.csv', 323, 9.3905, 6.5476, 1.01, 1.0265, 0.9779, 0.9986, 1.5056, 0.998, 0.5294],
])('one-step baselines of %s', async (name, rows, rmse, mae, mape, mase, r2, drift, ma5, ar1, ups) => {
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
  // The interval is wide on such days: no verdict of "better" from them.
  const interval = u2Interval({ model: [e1.map((x) => x * x)], naive: [squares] }, createRng(1));
  expect(verdictOf(interval, cw)).not.toBe('worse');
});

test('Nikkei of nolds: 160 rows without a price are left out and reported', async () => {
  const { report, issues } = await readPrices('nolds-n225.csv', { price: 'close' });
  expect(report?.rows).toBe(2954);
  expect(report?.missingRows).toBe(160);
  expect(issues.some((i) => i.severity === 'error')).toBe(false);
});
