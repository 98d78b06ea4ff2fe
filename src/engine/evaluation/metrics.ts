import { metricIds, type Metrics } from '../../model/metrics.ts';
import { stepOf, type Forecasts, type StepView } from './forecasts.ts';

/** Stands for a ratio to persistence where persistence makes no error at all and the model does. */
const worstRatio = 1e9;

function ratio(value: number, base: number): number {
  if (base > 0) return Math.min(value / base, worstRatio);
  return value === 0 ? 1 : worstRatio;
}

/**
 * Error measures of one horizon step in price units. u2 = RMSE / RMSE of persistence and relMae = MAE / MAE of persistence on
 * the same rows. mape in percent, over rows whose price is not zero. direction: share of changes from the origin with the
 * right sign; rows without an actual change are left out, a forecast of no change counts one half.
 */
export function stepMetrics({ actual, forecast, last }: StepView): Metrics {
  const n = actual.length;
  let squares = 0;
  let absolutes = 0;
  let naiveSquares = 0;
  let naiveAbsolutes = 0;
  let percent = 0;
  let percentRows = 0;
  for (let i = 0; i < n; i++) {
    const error = forecast[i] - actual[i];
    const naive = last[i] - actual[i];
    squares += error * error;
    absolutes += Math.abs(error);
    naiveSquares += naive * naive;
    naiveAbsolutes += Math.abs(naive);
    if (actual[i] !== 0) {
      percent += Math.abs(error / actual[i]);
      percentRows++;
    }
  }
  const mse = squares / n;
  return {
    mse,
    mae: absolutes / n,
    rmse: Math.sqrt(mse),
    mape: percentRows > 0 ? (100 * percent) / percentRows : 0,
    relMae: ratio(absolutes, naiveAbsolutes),
    u2: ratio(Math.sqrt(squares), Math.sqrt(naiveSquares)),
    direction: direction({ actual, forecast, last }),
  };
}

/** See stepMetrics; 0.5 when no row has a change. */
export function direction({ actual, forecast, last }: StepView): number {
  let hits = 0;
  let rows = 0;
  for (let i = 0; i < actual.length; i++) {
    const change = Math.sign(actual[i] - last[i]);
    if (change === 0) continue;
    rows++;
    const expected = Math.sign(forecast[i] - last[i]);
    hits += expected === 0 ? 0.5 : expected === change ? 1 : 0;
  }
  return rows === 0 ? 0.5 : hits / rows;
}

export interface FoldMetrics {
  /** Mean over horizon steps: what a trial's fold value is taken from. */
  readonly metrics: Metrics;
  readonly steps: readonly Metrics[];
}

/** Metrics of one fold, per step and their mean; null when a forecast is not finite (the model diverged). */
export function foldMetrics(forecasts: Forecasts): FoldMetrics | null {
  for (const value of forecasts.values) if (!Number.isFinite(value)) return null;
  const steps = Array.from({ length: forecasts.horizon }, (_, h) => stepMetrics(stepOf(forecasts, h)));
  const metrics = meanOf(steps);
  return metricIds.every((id) => Number.isFinite(metrics[id])) ? { metrics, steps } : null;
}

/** Plain mean of each measure. */
export function meanOf(list: readonly Metrics[]): Metrics {
  return Object.fromEntries(
    metricIds.map((id) => [id, list.reduce((sum, m) => sum + m[id], 0) / list.length]),
  ) as Metrics; // one key an id
}
