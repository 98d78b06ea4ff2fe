import { minimize } from './lbfgs.ts';

/** Training points of a Gaussian process: row-major (points, dimensions), each in [0, 1]; a categorical column holds indices. */
export interface GpData {
  readonly points: number;
  readonly dimensions: number;
  readonly isCategorical: readonly boolean[];
  readonly x: Float64Array;
}

export interface KernelParams {
  /** Inverse squared length scale of each dimension. */
  readonly weights: Float64Array;
  readonly scale: number;
  /** Variance of the noise, >= minNoise. */
  readonly noise: number;
}

/** A process conditioned on targets. */
export interface GaussianProcess {
  readonly data: GpData;
  readonly kernel: KernelParams;
  /** Inverse of the Cholesky factor of K + noise I: lower triangle, row-major. */
  readonly inverseFactor: Float64Array;
  /** (K + noise I)^-1 y. */
  readonly alpha: Float64Array;
}

const minNoise = 1e-6;

/** Matern 5/2 of the squared distance: (1 + sqrt5 d + 5/3 d^2) exp(-sqrt5 d). */
export function matern52(squared: number): number {
  const r = Math.sqrt(5 * squared);
  return Math.exp(-r) * ((5 / 3) * squared + r + 1);
}

/** Its derivative by the squared distance; finite at 0. */
export function matern52Slope(squared: number): number {
  const r = Math.sqrt(5 * squared);
  return (-5 / 6) * (r + 1) * Math.exp(-r);
}

/** Distance in one dimension, squared; between choices 0 or 1. */
export function squaredDifference(a: number, b: number, isCategorical: boolean): number {
  return isCategorical ? (a === b ? 0 : 1) : (a - b) ** 2;
}

/**
 * Kernel parameters of largest posterior density, as Optuna's GPSampler: log marginal likelihood, log prior
 * -sum(0.1 / w + 0.1 w) + ln s - s + 0.1 ln noise - 30 noise, over ln w, ln s and ln(noise - 1e-6), from all ones.
 * @param y standardised targets, larger is better
 */
export function fitKernel(data: GpData, y: Float64Array): KernelParams {
  const { points: n, dimensions: d, isCategorical, x } = data;
  const pairs = (n * (n + 1)) / 2;
  const differences = new Float64Array(pairs * d);
  for (let i = 0, p = 0; i < n; i++)
    for (let j = 0; j <= i; j++)
      for (let k = 0; k < d; k++)
        differences[p++] = squaredDifference(x[i * d + k], x[j * d + k], isCategorical[k]);
  const matrix = new Float64Array(n * n);
  const slopes = new Float64Array(pairs);
  const loss = (raw: Float64Array, gradient: Float64Array): number => {
    const { weights, scale, noise } = unpack(raw);
    for (let i = 0, p = 0; i < n; i++)
      for (let j = 0; j <= i; j++, p++) {
        let squared = 0;
        for (let k = 0; k < d; k++) squared += weights[k] * differences[p * d + k];
        const r = Math.sqrt(5 * squared);
        const e = scale * Math.exp(-r);
        matrix[i * n + j] = e * ((5 / 3) * squared + r + 1) + (i === j ? noise : 0);
        slopes[p] = (-5 / 6) * (r + 1) * e;
      }
    const inverseFactor = invertFactor(matrix, n);
    if (!inverseFactor) return Infinity;
    let logDeterminant = 0;
    for (let i = 0; i < n; i++) logDeterminant -= Math.log(inverseFactor[i * n + i]);
    const alpha = solve(inverseFactor, y);
    let quadratic = 0;
    for (let i = 0; i < n; i++) quadratic += alpha[i] * y[i];
    const inverse = inverseFromFactor(inverseFactor, n);
    // dL = 1/2 sum (K^-1 - alpha alpha') dK
    gradient.fill(0);
    let scaleSum = 0;
    let trace = 0;
    for (let i = 0, p = 0; i < n; i++)
      for (let j = 0; j <= i; j++, p++) {
        const factor = (i === j ? 0.5 : 1) * (inverse[i * n + j] - alpha[i] * alpha[j]);
        scaleSum += factor * (matrix[i * n + j] - (i === j ? noise : 0));
        if (i === j) trace += factor;
        else {
          const slope = factor * slopes[p];
          for (let k = 0; k < d; k++) gradient[k] += slope * differences[p * d + k];
        }
      }
    let prior = 0;
    for (let k = 0; k < d; k++) {
      const w = weights[k];
      prior -= 0.1 / w + 0.1 * w;
      gradient[k] = gradient[k] * w - (0.1 / w - 0.1 * w);
    }
    prior += Math.log(scale) - scale + 0.1 * Math.log(noise) - 30 * noise;
    gradient[d] = scaleSum - (1 - scale);
    gradient[d + 1] = (trace - (0.1 / noise - 30)) * (noise - minNoise);
    return logDeterminant + 0.5 * quadratic - prior;
  };
  const start = new Float64Array(d + 2);
  start[d + 1] = Math.log(1 - 0.99 * minNoise);
  const { x: best, value } = minimize(loss, start, {
    bounds: null,
    gradientTolerance: 1e-2,
    maxIterations: 100,
  });
  return unpack(Number.isFinite(value) ? best : start);
}

function unpack(raw: Float64Array): KernelParams {
  const d = raw.length - 2;
  return {
    weights: raw.slice(0, d).map(Math.exp),
    scale: Math.exp(raw[d]),
    noise: Math.exp(raw[d + 1]) + minNoise,
  };
}

/** The process given its targets. */
export function condition(data: GpData, kernel: KernelParams, y: Float64Array): GaussianProcess {
  const { points: n, dimensions: d, isCategorical, x } = data;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let squared = 0;
      for (let k = 0; k < d; k++)
        squared += kernel.weights[k] * squaredDifference(x[i * d + k], x[j * d + k], isCategorical[k]);
      matrix[i * n + j] = kernel.scale * matern52(squared) + (i === j ? kernel.noise : 0);
    }
  const inverseFactor = invertFactor(matrix, n);
  if (!inverseFactor) throw new RangeError('the covariance with noise is positive definite');
  return { data, kernel, inverseFactor, alpha: solve(inverseFactor, y) };
}

/** Covariances of a point with the training points, into `out`. */
export function covariances(gp: GaussianProcess, u: Float64Array, out: Float64Array): void {
  const { points, dimensions: d, isCategorical, x } = gp.data;
  const { weights, scale } = gp.kernel;
  for (let i = 0; i < points; i++) {
    let squared = 0;
    for (let k = 0; k < d; k++)
      squared += weights[k] * squaredDifference(u[k], x[i * d + k], isCategorical[k]);
    out[i] = scale * matern52(squared);
  }
}

/** L^-1 of a symmetric matrix K = L L' given by its lower triangle; null when it is not positive definite. */
function invertFactor(matrix: Float64Array, n: number): Float64Array | null {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= factor[i * n + k] * factor[j * n + k];
      if (i === j) {
        if (!(sum > 0)) return null;
        factor[i * n + i] = Math.sqrt(sum);
      } else factor[i * n + j] = sum / factor[j * n + j];
    }
  // Row i of the inverse: -1/L_ii sum_{k<i} L_ik (row k), so memory is walked along rows.
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const diagonal = 1 / factor[i * n + i];
    for (let k = 0; k < i; k++) {
      const f = -factor[i * n + k] * diagonal;
      if (f !== 0) for (let j = 0; j <= k; j++) inverse[i * n + j] += f * inverse[k * n + j];
    }
    inverse[i * n + i] = diagonal;
  }
  return inverse;
}

/** (L L')^-1 b from L^-1. */
export function solve(inverseFactor: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let v = 0;
    for (let j = 0; j <= i; j++) v += inverseFactor[i * n + j] * b[j];
    for (let j = 0; j <= i; j++) out[j] += inverseFactor[i * n + j] * v;
  }
  return out;
}

/** Lower triangle of (L L')^-1 = L^-T L^-1. */
function inverseFromFactor(inverseFactor: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const row = k * n;
    for (let i = 0; i <= k; i++) {
      const f = inverseFactor[row + i];
      const target = i * n;
      for (let j = 0; j <= i; j++) inverse[target + j] += f * inverseFactor[row + j];
    }
  }
  return inverse;
}
