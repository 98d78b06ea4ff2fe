import type { ForecastKind } from '../../model/dataSpec.ts';

/** Forecasts of `horizon` steps from each origin, in price units, and the prices they are about. */
export interface Forecasts {
  /** All prices up to the last target; origin t forecasts prices[t + 1 .. t + horizon]. */
  readonly prices: Float64Array;
  /** Ascending. */
  readonly origins: Int32Array;
  readonly horizon: number;
  /** (origins, horizon), row-major: forecast of prices[origins[i] + h + 1] at [i * horizon + h]. */
  readonly values: Float64Array;
}

export interface BackTransform {
  readonly prices: Float64Array;
  readonly origins: Int32Array;
  readonly horizon: number;
  readonly forecast: ForecastKind;
  /** Target part of the fold's ScalerState. */
  readonly target: { readonly center: number; readonly scale: number };
}

/**
 * Scaled predictions (origins, horizon) back to prices, always anchored on the actual price of the origin:
 * logReturn: P[t] exp(r1 + .. + rh); windowRelative: P[t] exp(x); price: x. No variance correction: at one percent a day
 * h s^2 / 2 is 0.005 % at h = 1.
 */
export function toPrices(predictions: ArrayLike<number>, to: BackTransform): Forecasts {
  const { prices, origins, horizon, forecast, target } = to;
  const values = new Float64Array(origins.length * horizon);
  for (let i = 0; i < origins.length; i++) {
    const last = prices[origins[i]];
    let sum = 0;
    for (let h = 0; h < horizon; h++) {
      const x = predictions[i * horizon + h] * target.scale + target.center;
      sum += x;
      values[i * horizon + h] =
        forecast === 'price' ? x : last * Math.exp(forecast === 'logReturn' ? sum : x);
    }
  }
  return { prices, origins, horizon, values };
}

/** Actual price, forecast and last known price of one horizon step, one entry an origin. */
export interface StepView {
  readonly actual: Float64Array;
  readonly forecast: Float64Array;
  /** Price of the origin: the persistence forecast of every step. */
  readonly last: Float64Array;
}

/** Step h of 0..horizon-1. */
export function stepOf(forecasts: Forecasts, h: number): StepView {
  const { prices, origins, horizon, values } = forecasts;
  const n = origins.length;
  const view = {
    actual: new Float64Array(n),
    forecast: new Float64Array(n),
    last: new Float64Array(n),
  };
  for (let i = 0; i < n; i++) {
    view.actual[i] = prices[origins[i] + h + 1];
    view.forecast[i] = values[i * horizon + h];
    view.last[i] = prices[origins[i]];
  }
  return view;
}

/** All steps one after the other, for pooled numbers. */
export function pooled(forecasts: Forecasts): StepView {
  const steps = Array.from({ length: forecasts.horizon }, (_, h) => stepOf(forecasts, h));
  const join = (pick: (s: StepView) => Float64Array): Float64Array =>
    Float64Array.from(steps.flatMap((s) => [...pick(s)]));
  return { actual: join((s) => s.actual), forecast: join((s) => s.forecast), last: join((s) => s.last) };
}
