import { logExpectedImprovement, logNormalCdf } from '../normal.ts';
import { covariances, matern52Slope, squaredDifference, type GaussianProcess } from './gaussianProcess.ts';

/** Log of a mean expected improvement at points of the unit cube; larger is better. */
export interface Acquisition {
  value(u: Float64Array): number;
  /** Also writes the derivatives by the dimensions listed, in that order. */
  valueAndGradient(u: Float64Array, dimensions: readonly number[], gradient: Float64Array): number;
}

export interface Fantasies {
  /** (K + noise I)^-1 y for each set of imagined outcomes of the running trials; one set when none is running. */
  readonly alphas: readonly Float64Array[];
  /** Value to improve on, in each set: the best seen or imagined. */
  readonly thresholds: readonly number[];
}

/** Added to the variance, as in Optuna. */
const stabilizingNoise = 1e-12;

/**
 * ln of the mean over fantasies of E[max(0, f(u) - threshold)]. With running trials this has the same maximum as q-EI with those
 * points held fixed (Snoek et al. 2012): the new point is integrated exactly, only the running ones are sampled, so it is smooth
 * where Optuna's qLogEI, sampled throughout, has steps.
 */
export function createAcquisition(gp: GaussianProcess, fantasies: Fantasies): Acquisition {
  const { points: n, dimensions: d, isCategorical, x } = gp.data;
  const { weights, scale } = gp.kernel;
  const { alphas, thresholds } = fantasies;
  const k = new Float64Array(n);
  const v = new Float64Array(n);
  const logs = new Float64Array(alphas.length);
  const z = new Float64Array(alphas.length);
  /** Fills k, v = L^-1 k, z and logs; returns the standard deviation. */
  const evaluate = (u: Float64Array): number => {
    covariances(gp, u, k);
    let variance = scale;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      const row = i * n;
      for (let j = 0; j <= i; j++) sum += gp.inverseFactor[row + j] * k[j];
      v[i] = sum;
      variance -= sum * sum;
    }
    const sd = Math.sqrt(Math.max(0, variance) + stabilizingNoise);
    const logSd = Math.log(sd);
    alphas.forEach((alpha, s) => {
      let mean = 0;
      for (let i = 0; i < n; i++) mean += alpha[i] * k[i];
      z[s] = (mean - thresholds[s]) / sd;
      logs[s] = logSd + logExpectedImprovement(z[s]);
    });
    return sd;
  };
  return {
    value: (u) => {
      evaluate(u);
      return logMeanExp(logs);
    },
    valueAndGradient: (u, dimensions, gradient) => {
      const sd = evaluate(u);
      const value = logMeanExp(logs);
      // d value / d k_i through the means and through the standard deviation.
      const byCovariance = new Float64Array(n);
      let bySd = 0;
      alphas.forEach((alpha, s) => {
        const share = Math.exp(logs[s] - value) / alphas.length;
        const slope = Math.exp(logNormalCdf(z[s]) - logExpectedImprovement(z[s]));
        bySd += (share * (1 - z[s] * slope)) / sd;
        const f = (share * slope) / sd;
        for (let i = 0; i < n; i++) byCovariance[i] += f * alpha[i];
      });
      for (let i = 0; i < n; i++) {
        const f = (-bySd / sd) * v[i];
        for (let j = 0; j <= i; j++) byCovariance[j] += f * gp.inverseFactor[i * n + j];
      }
      gradient.fill(0);
      for (let i = 0; i < n; i++) {
        let squared = 0;
        for (let c = 0; c < d; c++)
          squared += weights[c] * squaredDifference(u[c], x[i * d + c], isCategorical[c]);
        const f = byCovariance[i] * scale * matern52Slope(squared);
        dimensions.forEach((c, at) => {
          gradient[at] += f * weights[c] * 2 * (u[c] - x[i * d + c]);
        });
      }
      return value;
    },
  };
}

function logMeanExp(logs: Float64Array): number {
  if (logs.length === 1) return logs[0];
  let max = -Infinity;
  for (const log of logs) max = Math.max(max, log);
  if (max === -Infinity) return max;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - max);
  return max + Math.log(sum / logs.length);
}
