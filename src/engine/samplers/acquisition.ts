import { logExpectedImprovement, logNormalCdf } from '../normal.ts';
import { covariances, matern52Slope, squaredDifference, type GaussianProcess } from './gaussianProcess.ts';

/** Log expected improvement at points of the unit cube; larger is better. */
export interface Acquisition {
  value(u: Float64Array): number;
  /** Also writes the derivatives by the dimensions listed, in that order. */
  valueAndGradient(u: Float64Array, dimensions: readonly number[], gradient: Float64Array): number;
}

/** Added to the variance, as in Optuna. */
const stabilizingNoise = 1e-12;

/**
 * ln E[max(0, f(u) - threshold)] for f normal with the process' mean and variance at u (Ament et al. 2023), and its gradient.
 * @param threshold value to improve on, in the units of the targets
 */
export function createAcquisition(gp: GaussianProcess, threshold: number): Acquisition {
  const { points: n, dimensions: d, isCategorical, x } = gp.data;
  const { weights, scale } = gp.kernel;
  const k = new Float64Array(n);
  const v = new Float64Array(n);
  /** Fills k and v = L^-1 k. */
  const posterior = (u: Float64Array): { mean: number; sd: number } => {
    covariances(gp, u, k);
    let variance = scale;
    let mean = 0;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      const row = i * n;
      for (let j = 0; j <= i; j++) sum += gp.inverseFactor[row + j] * k[j];
      v[i] = sum;
      variance -= sum * sum;
      mean += gp.alpha[i] * k[i];
    }
    return { mean, sd: Math.sqrt(Math.max(0, variance) + stabilizingNoise) };
  };
  return {
    value: (u) => {
      const { mean, sd } = posterior(u);
      return Math.log(sd) + logExpectedImprovement((mean - threshold) / sd);
    },
    valueAndGradient: (u, dimensions, gradient) => {
      const { mean, sd } = posterior(u);
      const z = (mean - threshold) / sd;
      const logEi = logExpectedImprovement(z);
      // d log EI / d mean = slope / sd, d log EI / d sd = (1 - z slope) / sd, slope = Phi / (phi + z Phi).
      const slope = Math.exp(logNormalCdf(z) - logEi);
      const byCovariance = gp.alpha.map((a) => (slope / sd) * a);
      // d sd / d k = -K^-1 k / sd = -L^-T v / sd
      const bySd = -(1 - z * slope) / (sd * sd);
      for (let i = 0; i < n; i++) {
        const f = bySd * v[i];
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
      return Math.log(sd) + logEi;
    },
  };
}
