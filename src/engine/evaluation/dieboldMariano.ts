import tCdf from '@stdlib/stats-base-dists-t-cdf';
import { normalCdf } from '../normal.ts';

export interface TestStatistic {
  readonly statistic: number;
  readonly p: number;
}

export interface DieboldMariano extends TestStatistic {
  /** Which estimate of the long-run variance was used: the plain sum, or Bartlett's weights where that is not positive. */
  readonly variance: 'plain' | 'bartlett';
}

/**
 * Diebold-Mariano test with the correction of Harvey, Leybourne and Newbold (1997) on a series of loss differences d: positive
 * means that the first forecast is worse. V = (g0 + 2 sum_{k<h} g_k) / n with g_k divided by n; where V <= 0 and h > 1 Bartlett's
 * weights 1 - k/h; statistic mean(d) / sqrt(V) * sqrt((n + 1 - 2h + h(h-1)/n) / n), two-sided p of t(n - 1). Null when the
 * differences have no variance.
 */
export function dieboldMariano(differences: ArrayLike<number>, horizon: number): DieboldMariano | null {
  const n = differences.length;
  if (n < 2 || n + 1 - 2 * horizon + (horizon * (horizon - 1)) / n <= 0) return null;
  const { mean, autocovariance } = moments(differences, horizon - 1);
  let variance: DieboldMariano['variance'] = 'plain';
  let v = longRun(autocovariance, () => 1) / n;
  if (v <= 0 && horizon > 1) {
    variance = 'bartlett';
    v = longRun(autocovariance, (k) => 1 - k / horizon) / n;
  }
  if (!(v > 0)) return null;
  const correction = Math.sqrt((n + 1 - 2 * horizon + (horizon * (horizon - 1)) / n) / n);
  const statistic = (mean / Math.sqrt(v)) * correction;
  return { statistic, p: 2 * tCdf(-Math.abs(statistic), n - 1), variance };
}

/** |e1|^power - |e2|^power. */
export function lossDifferences(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  power: 1 | 2,
): Float64Array {
  return Float64Array.from(
    { length: first.length },
    (_, t) => Math.abs(first[t]) ** power - Math.abs(second[t]) ** power,
  );
}

/**
 * Clark and West (2007, J. Econometrics 138:291) for a model that nests the other, as every model nests "no change":
 * g = e0^2 - (e1^2 - (f0 - f1)^2), t of its mean, one-sided normal p. h = 1: standard deviation with n - 1; h > 1: the
 * long-run variance of dieboldMariano, because forecasts overlap. Null when g has no variance.
 */
export function clarkWest(g: ArrayLike<number>, horizon: number): TestStatistic | null {
  const n = g.length;
  if (n < 2) return null;
  const { mean, autocovariance } = moments(g, horizon - 1);
  let v = horizon === 1 ? (autocovariance[0] * n) / (n - 1) : longRun(autocovariance, () => 1);
  if (v <= 0 && horizon > 1) v = longRun(autocovariance, (k) => 1 - k / horizon);
  if (!(v > 0)) return null;
  const statistic = mean / Math.sqrt(v / n);
  return { statistic, p: normalCdf(-statistic) };
}

function moments(values: ArrayLike<number>, lags: number): { mean: number; autocovariance: Float64Array } {
  const n = values.length;
  let mean = 0;
  for (let t = 0; t < n; t++) mean += values[t];
  mean /= n;
  const autocovariance = new Float64Array(lags + 1);
  for (let k = 0; k <= lags; k++) {
    let sum = 0;
    for (let t = k; t < n; t++) sum += (values[t] - mean) * (values[t - k] - mean);
    autocovariance[k] = sum / n;
  }
  return { mean, autocovariance };
}

function longRun(autocovariance: Float64Array, weight: (lag: number) => number): number {
  let v = autocovariance[0];
  for (let k = 1; k < autocovariance.length; k++) v += 2 * weight(k) * autocovariance[k];
  return v;
}
