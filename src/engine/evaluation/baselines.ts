import type { BaselineResult, FoldPlan } from '../../model/experiment.ts';
import { baselineIds, type BaselineId } from '../../model/metrics.ts';
import type { BaselineTask } from './baselineTask.ts';
import type { Forecasts } from './forecasts.ts';
import { foldMetrics, meanOf } from './metrics.ts';
import { nlinearForecasts } from './nlinear.ts';

/**
 * Forecasts of step h = 1..H from origin t, p = prices, [a, b) = train rows:
 * persistence p[t]; drift p[t] + h (p[b-1] - p[a]) / (b-a-1); mean: mean of the train prices; ma5, ma20: mean of the last k
 * prices, p[t] included; seasonal5 p[t+h-5k] with k = ceil(h/5); ar1: log-returns r[i] on r[i-1] by OLS with intercept, iterated,
 * p[t] exp(sum) (on price changes where a train price is not positive); nlinear: see nlinear.ts.
 */
export function baselineForecasts(id: BaselineId, task: BaselineTask): Forecasts {
  const { prices, origins, horizon } = task;
  if (id === 'nlinear') return nlinearForecasts(task);
  const at = rule(id, task);
  const values = new Float64Array(origins.length * horizon);
  for (let i = 0; i < origins.length; i++) {
    for (let h = 1; h <= horizon; h++) values[i * horizon + h - 1] = at(origins[i], h);
  }
  return { prices, origins, horizon, values };
}

function rule(id: Exclude<BaselineId, 'nlinear'>, task: BaselineTask): (t: number, h: number) => number {
  const { prices: p, trainFrom: a, trainTo: b } = task;
  switch (id) {
    case 'persistence':
      return (t) => p[t];
    case 'drift': {
      const slope = (p[b - 1] - p[a]) / (b - a - 1);
      return (t, h) => p[t] + h * slope;
    }
    case 'mean': {
      const mean = meanOfRows(p, a, b);
      return () => mean;
    }
    case 'ma5':
      return (t) => meanOfRows(p, Math.max(0, t - 4), t + 1);
    case 'ma20':
      return (t) => meanOfRows(p, Math.max(0, t - 19), t + 1);
    case 'seasonal5':
      return (t, h) => p[Math.max(0, t + h - 5 * Math.ceil(h / 5))];
    case 'ar1':
      return ar1(task);
  }
}

function meanOfRows(p: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += p[i];
  return sum / (to - from);
}

function ar1({ prices: p, trainFrom: a, trainTo: b }: BaselineTask): (t: number, h: number) => number {
  let positive = true;
  for (let i = 0; i < p.length; i++) positive &&= p[i] > 0;
  const step = positive
    ? (i: number): number => Math.log(p[i] / p[i - 1])
    : (i: number): number => p[i] - p[i - 1];
  const { intercept, slope } = regressOnLast(step, a, b);
  return (t, h) => {
    let change = t > 0 ? step(t) : 0;
    let sum = 0;
    for (let k = 0; k < h; k++) {
      change = intercept + slope * change;
      sum += change;
    }
    return positive ? p[t] * Math.exp(sum) : p[t] + sum;
  };
}

/** OLS of step(i) on step(i-1), both inside the rows [a, b). */
function regressOnLast(
  step: (i: number) => number,
  a: number,
  b: number,
): { intercept: number; slope: number } {
  let n = 0;
  let meanX = 0;
  let meanY = 0;
  for (let i = a + 2; i < b; i++) {
    n++;
    meanX += step(i - 1);
    meanY += step(i);
  }
  meanX /= n;
  meanY /= n;
  let xx = 0;
  let xy = 0;
  for (let i = a + 2; i < b; i++) {
    const x = step(i - 1) - meanX;
    xx += x * x;
    xy += x * (step(i) - meanY);
  }
  const slope = xx > 0 ? xy / xx : 0;
  return { intercept: n > 0 ? meanY - slope * meanX : 0, slope };
}

/** Task of one fold: fitted on its train rows, scored on its validation origins. */
export function baselineTask(
  prices: Float64Array,
  plan: FoldPlan,
  sizes: { readonly lookback: number; readonly horizon: number },
): BaselineTask {
  const [first, last] = plan.validationOrigins;
  return {
    prices,
    trainFrom: plan.train.from,
    trainTo: plan.train.to,
    origins: Int32Array.from({ length: last - first + 1 }, (_, i) => first + i),
    horizon: sizes.horizon,
    lookback: sizes.lookback,
  };
}

/** Every Baseline on every fold; nlinear once for each distinct lookback. */
export function baselineResults(
  prices: Float64Array,
  folds: readonly FoldPlan[],
  sizes: { readonly lookbacks: readonly number[]; readonly horizon: number },
): BaselineResult[] {
  const result = (id: BaselineId, lookback: number): BaselineResult => {
    const perFold = folds.map((plan) => {
      const scored = foldMetrics(
        baselineForecasts(id, baselineTask(prices, plan, { lookback, horizon: sizes.horizon })),
      );
      // Prices are finite and the forecasts are linear in them or bounded by their returns.
      if (scored === null)
        throw new Error(`baseline ${id} gave a number that is not finite in fold ${plan.fold}`);
      return scored.metrics;
    });
    return { id, ...(id === 'nlinear' ? { lookback } : {}), folds: perFold, mean: meanOf(perFold) };
  };
  const lookbacks = [...new Set(sizes.lookbacks)].sort((x, y) => x - y);
  return baselineIds.flatMap((id) =>
    id === 'nlinear' ? lookbacks.map((lookback) => result(id, lookback)) : [result(id, 1)],
  );
}
