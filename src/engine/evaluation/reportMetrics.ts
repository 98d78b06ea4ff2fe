import type { StepView } from './forecasts.ts';

/** Measures for the report beside those of model/metrics.ts. None is a headline: on price levels persistence gets R2 0.98 too. */
export interface ReportMetrics {
  /** Mean of 200 |e| / (|y| + |f|). */
  readonly smape: number;
  /** 1 - sum e^2 / sum (y - mean y)^2, about the mean of these rows. */
  readonly r2: number;
  /** MAE over the mean absolute change of the train prices. */
  readonly mase: number;
  /** RMSE over the root mean squared change of the train prices. */
  readonly rmsse: number;
  /** Theil's U1: RMSE / (sqrt(mean y^2) + sqrt(mean f^2)). */
  readonly u1: number;
  /** 1 - MSE / MSE of persistence; negative = worse than persistence. */
  readonly skill: number;
  /** Mean error, forecast - actual. */
  readonly bias: number;
}

/** `train`: prices the model was fitted on. Ratios without a base (constant prices) are 0. */
export function reportMetrics({ actual, forecast, last }: StepView, train: ArrayLike<number>): ReportMetrics {
  const n = actual.length;
  let squares = 0;
  let absolutes = 0;
  let naive = 0;
  let percent = 0;
  let sumY = 0;
  let sumYY = 0;
  let sumFF = 0;
  let sumE = 0;
  for (let i = 0; i < n; i++) {
    const e = forecast[i] - actual[i];
    squares += e * e;
    absolutes += Math.abs(e);
    sumE += e;
    naive += (actual[i] - last[i]) ** 2;
    const size = Math.abs(actual[i]) + Math.abs(forecast[i]);
    percent += size > 0 ? (200 * Math.abs(e)) / size : 0;
    sumY += actual[i];
    sumYY += actual[i] ** 2;
    sumFF += forecast[i] ** 2;
  }
  let total = 0;
  for (let i = 0; i < n; i++) total += (actual[i] - sumY / n) ** 2;
  let trainAbsolute = 0;
  let trainSquares = 0;
  for (let i = 1; i < train.length; i++) {
    trainAbsolute += Math.abs(train[i] - train[i - 1]);
    trainSquares += (train[i] - train[i - 1]) ** 2;
  }
  const changes = Math.max(1, train.length - 1);
  const over = (value: number, base: number): number => (base > 0 ? value / base : 0);
  const rmse = Math.sqrt(squares / n);
  return {
    smape: percent / n,
    r2: total > 0 ? 1 - squares / total : 0,
    mase: over(absolutes / n, trainAbsolute / changes),
    rmsse: over(rmse, Math.sqrt(trainSquares / changes)),
    u1: over(rmse, Math.sqrt(sumYY / n) + Math.sqrt(sumFF / n)),
    skill: naive > 0 ? 1 - squares / naive : 0,
    bias: sumE / n,
  };
}
