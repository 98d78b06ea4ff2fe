import type { BaselineTask } from './baselineTask.ts';
import type { Forecasts } from './forecasts.ts';

const ridge = 1e-6;

/**
 * NLinear (Zeng et al. 2022, arXiv 2205.13504; cure-lab/LTSF-Linear): subtract the last value of the window, map it linearly,
 * add it back. Least squares with an intercept and ridge 1e-6 on windows in units of the train rows' mean absolute change.
 *
 * x[t] = (p[t-L+1] - p[t], .., p[t-1] - p[t]), y[t][h] = p[t+h] - p[t], over the train origins of the lookback L.
 */
export function nlinearForecasts(task: BaselineTask): Forecasts {
  const { prices, origins, horizon, lookback } = task;
  const columns = lookback - 1;
  const model = fit(task);
  const values = new Float64Array(origins.length * horizon);
  for (let i = 0; i < origins.length; i++) {
    const t = origins[i];
    const last = prices[t];
    for (let h = 0; h < horizon; h++) {
      let sum = model.intercept[h] * model.unit;
      const weights = model.weights[h];
      for (let k = 1; k <= columns; k++) sum += weights[k - 1] * (prices[Math.max(0, t - k)] - last);
      values[i * horizon + h] = last + sum;
    }
  }
  return { prices, origins, horizon, values };
}

interface LinearModel {
  /** Per step: weight of p[t-k] - p[t] at k-1. */
  readonly weights: readonly Float64Array[];
  /** In units. */
  readonly intercept: Float64Array;
  readonly unit: number;
}

function fit({ prices, trainFrom, trainTo, horizon, lookback }: BaselineTask): LinearModel {
  const columns = lookback - 1;
  const first = trainFrom + lookback - 1;
  const last = trainTo - 1 - horizon;
  const n = last - first + 1;
  let unit = 0;
  for (let i = trainFrom + 1; i < trainTo; i++) unit += Math.abs(prices[i] - prices[i - 1]);
  unit = unit / (trainTo - trainFrom - 1) || 1;
  const centre = prices[trainFrom];
  const p = (i: number): number => (prices[i] - centre) / unit;

  const lagged = laggedProducts(p, { first, last, lags: columns });
  const size = columns + 1;
  const meanLag = Float64Array.from({ length: size }, (_, k) => {
    let sum = 0;
    for (let t = first; t <= last; t++) sum += p(t - k);
    return sum / n;
  });
  const gram = new Float64Array(columns * columns);
  for (let i = 1; i <= columns; i++) {
    for (let j = 1; j <= columns; j++) {
      const raw = lagged[i * size + j] - lagged[i * size] - lagged[j * size] + lagged[0];
      const mean = (meanLag[i] - meanLag[0]) * (meanLag[j] - meanLag[0]);
      gram[(i - 1) * columns + j - 1] = raw / n - mean + (i === j ? ridge : 0);
    }
  }
  const factor = cholesky(gram, columns);
  const weights: Float64Array[] = [];
  const intercept = new Float64Array(horizon);
  for (let h = 1; h <= horizon; h++) {
    const { right, mean } = crossProducts(p, { first, last, lags: columns, meanLag, h });
    const w = solve(factor, right, columns);
    let offset = mean;
    for (let k = 1; k <= columns; k++) offset -= w[k - 1] * (meanLag[k] - meanLag[0]);
    weights.push(w);
    intercept[h - 1] = offset;
  }
  return { weights, intercept, unit };
}

/**
 * S[i][j] = sum over t of p(t-i) p(t-j), i, j = 0..lags, each diagonal from the one before:
 * S[i+1][j+1] = S[i][j] + p(first-1-i) p(first-1-j) - p(last-i) p(last-j). O(lags^2 + n lags) instead of O(n lags^2).
 */
function laggedProducts(
  p: (i: number) => number,
  { first, last, lags }: { readonly first: number; readonly last: number; readonly lags: number },
): Float64Array {
  const size = lags + 1;
  const s = new Float64Array(size * size);
  for (let j = 0; j <= lags; j++) {
    let sum = 0;
    for (let t = first; t <= last; t++) sum += p(t) * p(t - j);
    s[j] = sum;
    s[j * size] = sum;
  }
  for (let i = 0; i < lags; i++) {
    for (let j = i; j < lags; j++) {
      const next = s[i * size + j] + p(first - 1 - i) * p(first - 1 - j) - p(last - i) * p(last - j);
      s[(i + 1) * size + j + 1] = next;
      s[(j + 1) * size + i + 1] = next;
    }
  }
  return s;
}

function crossProducts(
  p: (i: number) => number,
  at: {
    readonly first: number;
    readonly last: number;
    readonly lags: number;
    readonly meanLag: Float64Array;
    readonly h: number;
  },
): { right: Float64Array; mean: number } {
  const n = at.last - at.first + 1;
  let mean = 0;
  for (let t = at.first; t <= at.last; t++) mean += p(t + at.h) - p(t);
  mean /= n;
  const right = new Float64Array(at.lags);
  for (let k = 1; k <= at.lags; k++) {
    let sum = 0;
    const meanX = at.meanLag[k] - at.meanLag[0];
    for (let t = at.first; t <= at.last; t++) sum += (p(t - k) - p(t) - meanX) * (p(t + at.h) - p(t) - mean);
    right[k - 1] = sum / n;
  }
  return { right, mean };
}

/** Lower factor L of a symmetric positive definite matrix, A = L L'. */
function cholesky(a: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
      // The ridge keeps pivots above rounding; the floor is for windows of constant prices.
      l[i * n + j] = i === j ? Math.sqrt(Math.max(sum, ridge / 10)) : sum / l[j * n + j];
    }
  }
  return l;
}

function solve(l: Float64Array, right: Float64Array, n: number): Float64Array {
  const x = Float64Array.from(right);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= l[i * n + k] * x[k];
    x[i] /= l[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= l[k * n + i] * x[k];
    x[i] /= l[i * n + i];
  }
  return x;
}
