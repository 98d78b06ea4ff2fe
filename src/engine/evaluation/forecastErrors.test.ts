import { expect, test } from 'vitest';
import { createRng } from '../rng.ts';
import { forecastErrors, type FoldForecasts } from './forecastErrors.ts';
import type { Forecasts } from './forecasts.ts';
import { lagTestOf } from './lagTest.ts';
import { foldMetrics } from './metrics.ts';
import { errorsByMove } from './residuals.ts';

const dayMs = 86_400_000;
const monday = Date.UTC(2024, 0, 1);
const rng = createRng(5);
const prices = new Float64Array(400).fill(100);
for (let t = 1; t < prices.length; t++) prices[t] = prices[t - 1] * Math.exp(0.01 * rng.normal());
const times = Float64Array.from(prices, (_, t) => monday + t * dayMs);
const dateText = (time: number): string => new Date(time).toISOString().slice(0, 10);

function block(first: number, count: number, horizon = 2): Forecasts {
  const origins = Int32Array.from({ length: count }, (_, i) => first + i);
  const values = Float64Array.from({ length: count * horizon }, (_, i) => {
    const t = origins[Math.floor(i / horizon)];
    return prices[t] + 0.2 * (prices[t + 1] - prices[t]) + 0.3 * rng.normal();
  });
  return { prices, origins, horizon, values };
}

const folds: readonly FoldForecasts[] = [
  { fold: 0, forecasts: block(100, 98) },
  { fold: 1, forecasts: block(199, 98) },
];
const errors = forecastErrors(folds, { times, dateText });

test('folds and steps are those the trial was scored by', () => {
  const scored = folds.map(({ forecasts }) => foldMetrics(forecasts)!);
  scored.forEach(({ metrics }, i) => expect(errors.byFold[i].u2).toBeCloseTo(metrics.u2, 12));
  errors.byStep.forEach(({ u2 }, h) =>
    expect(u2).toBeCloseTo((scored[0].steps[h].u2 + scored[1].steps[h].u2) / 2, 12),
  );
  expect(errors.byFold.map(({ firstDate, rows }) => [firstDate, rows])).toEqual([
    [dateText(times[101]), 98],
    [dateText(times[200]), 98],
  ]);
});

test('every row is counted once in each part, and the sum ends where the squared errors do', () => {
  for (const parts of [errors.byFold, errors.byQuarter, errors.byWeekday, errors.byMove])
    expect(parts.reduce((sum, part) => sum + part.rows, 0)).toBe(errors.rows);
  let sum = 0;
  for (const { forecasts } of folds)
    forecasts.origins.forEach((t, i) => {
      for (let h = 0; h < 2; h++) {
        const actual = prices[t + h + 1];
        sum += ((forecasts.values[2 * i + h] - actual) ** 2 - (prices[t] - actual) ** 2) / 2;
      }
    });
  expect(errors.cumulative.difference.at(-1)).toBeCloseTo(sum, 10);
  expect(errors.cumulative.dates[98]).toBe(dateText(times[200]));
});

test('weekday errors are in percent of the last price: a price level ten times as high changes nothing', () => {
  const high = prices.map((p) => 10 * p);
  const times10 = folds.map(({ fold, forecasts }) => ({
    fold,
    forecasts: { ...forecasts, prices: high, values: forecasts.values.map((v) => 10 * v) },
  }));
  const other = forecastErrors(times10, { times, dateText });
  errors.byWeekday.forEach((day, i) => {
    expect(other.byWeekday[i].rmse).toBeCloseTo(day.rmse, 10);
    expect(other.byWeekday[i].u2).toBeCloseTo(day.u2, 10);
  });
  const [mondays] = errors.byWeekday;
  const own = folds.flatMap(({ forecasts }) =>
    [...forecasts.origins].flatMap((t, i) =>
      (t + 1) % 7 === 0 ? [((forecasts.values[2 * i] - prices[t + 1]) / prices[t]) * 100] : [],
    ),
  );
  expect(mondays.weekday).toBe(1);
  expect(mondays.rows).toBe(own.length);
  expect(mondays.bias).toBeCloseTo(own.reduce((a, x) => a + x, 0) / own.length, 10);
});

test('moves: equal groups, smallest first; days without a change have no direction', () => {
  const last = new Float64Array(8);
  const actual = Float64Array.of(3, 0, -1, 0, 2, -4, 1, -2);
  const forecast = actual.map((x) => x / 2);
  expect(errorsByMove({ actual, forecast, last })).toEqual([
    { from: 0, to: 0, u2: 1, direction: null, rows: 2 },
    { from: 1, to: 1, u2: 0.5, direction: 1, rows: 2 },
    { from: 2, to: 2, u2: 0.5, direction: 1, rows: 2 },
    { from: 3, to: 4, u2: 0.5, direction: 1, rows: 2 },
  ]);
});

test('the test for copying takes no change across the border of two folds', () => {
  const view = (from: number, count: number, jump: number) => ({
    actual: prices.slice(from + 1, from + 1 + count).map((p) => p + jump),
    last: prices.slice(from, from + count).map((p) => p + jump),
    forecast: prices.slice(from, from + count).map((p) => p + jump),
  });
  // Laid end to end, the jump of a thousand between the folds would be the only change that counts.
  const copy = lagTestOf([view(10, 60, 0), view(200, 60, 1000)], 1);
  expect(copy).toMatchObject({ shift: 1, copies: true });
  expect(copy.correlation[4]).toBeCloseTo(1, 10);
  const glued = lagTestOf(
    [
      {
        actual: Float64Array.of(...view(10, 60, 0).actual, ...view(200, 60, 1000).actual),
        last: Float64Array.of(...view(10, 60, 0).last, ...view(200, 60, 1000).last),
        forecast: Float64Array.of(...view(10, 60, 0).forecast, ...view(200, 60, 1000).forecast),
      },
    ],
    1,
  );
  expect(glued.shift).toBe(0);
});
