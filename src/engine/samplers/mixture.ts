import { lowerEdge, modelBounds, type Dimension } from '../../model/dimension.ts';
import { logNormalMass, logNormalPdf, normalCdf, normalQuantile } from '../normal.ts';
import type { Rng } from '../rng.ts';

/**
 * A mixture of product kernels over dimensions: TPE's density, as Optuna 5.0 builds it (samplers/_tpe/parzen_estimator.py).
 * One kernel an observation and one for the prior, which comes last.
 */
export interface Mixture {
  /** One point: a number for each dimension, on its scale (Dimension). */
  sample(rng: Rng): Float64Array;
  /** Log density at each point; in ln x for logarithmic dimensions (no 1/x), probability mass for stepped ones. */
  logDensity(points: readonly Float64Array[]): Float64Array;
}

interface KernelColumn {
  /** Adds the log factor of every kernel at value x to `logs` (length kernels). */
  addLog(x: number, logs: Float64Array): void;
  sample(kernel: number, rng: Rng): number;
}

/**
 * @param columns one array a dimension, with the observations in trial order (the weights depend on it)
 */
export function createMixture(dimensions: readonly Dimension[], columns: readonly Float64Array[]): Mixture {
  const observed = columns[0].length;
  const kernels = observed + 1;
  const weights = kernelWeights(observed);
  const kernelColumns = dimensions.map((dimension, d) =>
    dimension.kind === 'categorical'
      ? categoricalColumn(dimension.choices, columns[d])
      : numericColumn(dimension, columns[d]),
  );
  const cumulative = new Float64Array(kernels);
  let sum = 0;
  for (let k = 0; k < kernels; k++) cumulative[k] = sum += weights[k];
  return {
    sample: (rng) => {
      const kernel = Math.min(kernels - 1, lowerBound(cumulative, rng.uniform() * sum));
      return Float64Array.from(kernelColumns, (column) => column.sample(kernel, rng));
    },
    logDensity: (points) => {
      const logWeights = weights.map(Math.log);
      const logs = new Float64Array(kernels);
      return Float64Array.from(points, (point) => {
        logs.set(logWeights);
        kernelColumns.forEach((column, d) => column.addLog(point[d], logs));
        return logSumExp(logs);
      });
    },
  };
}

/**
 * Weights, oldest first, normalised with the prior's 1: all 1 below 25 observations; else a ramp from 1/n to 1 over the n - 25
 * oldest and 1 for the 25 newest.
 */
export function kernelWeights(observed: number): Float64Array {
  const weights = new Float64Array(observed + 1).fill(1);
  const ramp = observed - 25;
  for (let i = 0; i < ramp; i++)
    weights[i] = ramp === 1 ? 1 / observed : 1 / observed + (i / (ramp - 1)) * (1 - 1 / observed);
  let sum = 0;
  for (const weight of weights) sum += weight;
  return weights.map((weight) => weight / sum);
}

/** Each kernel prefers its own choice: 1/K everywhere and 1 more there, K the number of kernels; the prior is uniform. */
function categoricalColumn(choices: number, observations: Float64Array): KernelColumn {
  const observed = observations.length;
  const share = 1 / (observed + 1);
  const total = choices * share + 1;
  const logSeen = Math.log((share + 1) / total);
  const logOther = Math.log(share / total);
  const logPrior = -Math.log(choices);
  return {
    addLog: (x, logs) => {
      for (let k = 0; k < observed; k++) logs[k] += observations[k] === x ? logSeen : logOther;
      logs[observed] += logPrior;
    },
    sample: (kernel, rng) => {
      const u = rng.uniform();
      if (kernel === observed) return Math.min(choices - 1, Math.floor(u * choices));
      let rest = u * total;
      for (let c = 0; c < choices; c++) {
        rest -= share + (observations[kernel] === c ? 1 : 0);
        if (rest < 0) return c;
      }
      return choices - 1;
    },
  };
}

/** Truncated normals; a stepped dimension has the mass of its cells. */
function numericColumn(
  dimension: Extract<Dimension, { kind: 'numeric' }>,
  observations: Float64Array,
): KernelColumn {
  const observed = observations.length;
  const { low, high } = modelBounds(dimension);
  const mu = new Float64Array(observed + 1);
  for (let i = 0; i < observed; i++) mu[i] = dimension.log ? Math.log(observations[i]) : observations[i];
  const sigma = bandwidths(mu.subarray(0, observed), low, high);
  mu[observed] = 0.5 * (low + high);
  sigma[observed] = high - low;
  const sample = (kernel: number, rng: Rng): number => {
    if (low === high) return dimension.low;
    const x = truncatedNormal(rng.uniform(), {
      low: (low - mu[kernel]) / sigma[kernel],
      high: (high - mu[kernel]) / sigma[kernel],
    });
    const value = mu[kernel] + sigma[kernel] * x;
    const natural = dimension.log ? Math.exp(value) : value;
    const { step } = dimension;
    const stepped =
      step === null ? natural : dimension.low + Math.round((natural - dimension.low) / step) * step;
    return Math.min(dimension.high, Math.max(dimension.low, stepped));
  };
  const addLog =
    low === high
      ? () => undefined
      : dimension.step === null
        ? continuousLog({ mu, sigma, low, high, isLog: dimension.log })
        : steppedLog({ mu, sigma, low, high }, dimension);
  return { addLog, sample };
}

/**
 * Sigma of each observation: the larger gap to its neighbours in sorted order (equal values stay in trial order), the ends being
 * the bounds; the outermost look inwards only where there are two or more. Clipped to [range / min(100, 1 + kernels), range].
 * One place more than observations is returned, for the prior.
 */
export function bandwidths(mu: Float64Array, low: number, high: number): Float64Array {
  const n = mu.length;
  const sigma = new Float64Array(n + 1);
  const sorted = mu.slice().sort();
  // Rank of each observation: where its value starts, plus the equal ones before it.
  const equalsBefore = new Int32Array(n);
  const smallest = (high - low) / Math.min(100, 2 + n);
  for (let i = 0; i < n; i++) {
    const start = lowerBound(sorted, mu[i]);
    const rank = start + equalsBefore[start]++;
    const left = rank === 0 ? mu[i] - low : mu[i] - sorted[rank - 1];
    const right = rank === n - 1 ? high - mu[i] : sorted[rank + 1] - mu[i];
    let gap = Math.max(left, right);
    if (n >= 2 && rank === 0) gap = right;
    else if (n >= 2 && rank === n - 1) gap = left;
    sigma[i] = Math.min(high - low, Math.max(smallest, gap));
  }
  return sigma;
}

interface Kernels {
  readonly mu: Float64Array;
  readonly sigma: Float64Array;
  readonly low: number;
  readonly high: number;
}

/** Beyond this many sigmas to both bounds nothing of a kernel is cut off (mass 1 - 2e-19). */
const uncut = 9;

function continuousLog(kernels: Kernels & { readonly isLog: boolean }): KernelColumn['addLog'] {
  const { mu, sigma, low, high, isLog } = kernels;
  const inverse = sigma.map((s) => 1 / s);
  const constant = sigma.map((s, k) => {
    const a = (low - mu[k]) / s;
    const b = (high - mu[k]) / s;
    const logMass = a < -uncut && b > uncut ? 0 : logNormalMass(a, b);
    return logNormalPdf(0) - Math.log(s) - logMass;
  });
  return (x, logs) => {
    const at = isLog ? Math.log(x) : x;
    for (let k = 0; k < logs.length; k++) {
      const z = (at - mu[k]) * inverse[k];
      logs[k] += constant[k] - 0.5 * z * z;
    }
  };
}

/** A cell this many sigmas away has a mass so small that a kernel there counts for nothing: one term of its series will do. */
const farCell = 12;

function steppedLog(
  kernels: Kernels,
  dimension: { readonly step: number | null; readonly log: boolean },
): KernelColumn['addLog'] {
  const { low, high } = kernels;
  const step = dimension.step ?? 0;
  // Many observations share value and bandwidth: the mass is computed once for each distinct pair.
  const distinct = distinctKernels(kernels);
  const logTotal = distinct.mu.map((mu, j) =>
    logNormalMass((low - mu) / distinct.sigma[j], (high - mu) / distinct.sigma[j]),
  );
  const known = new Map<number, Float64Array>();
  const massesAt = (x: number): Float64Array => {
    const left = dimension.log ? Math.log(lowerEdge(x, step)) : x - step / 2;
    const right = dimension.log ? Math.log(x + step / 2) : x + step / 2;
    return distinct.mu.map((mu, j) => {
      const a = (left - mu) / distinct.sigma[j];
      const b = (right - mu) / distinct.sigma[j];
      const distance = a > 0 ? a : -b;
      const logMass = distance > farCell ? logNormalPdf(distance) - Math.log(distance) : logNormalMass(a, b);
      return logMass - logTotal[j];
    });
  };
  return (x, logs) => {
    let masses = known.get(x);
    if (!masses) known.set(x, (masses = massesAt(x)));
    for (let k = 0; k < logs.length; k++) logs[k] += masses[distinct.index[k]];
  };
}

function distinctKernels({ mu, sigma }: Kernels): {
  readonly mu: Float64Array;
  readonly sigma: Float64Array;
  readonly index: Int32Array;
} {
  const byMu = new Map<number, Map<number, number>>();
  const index = new Int32Array(mu.length);
  const first: number[] = [];
  for (let k = 0; k < mu.length; k++) {
    let bySigma = byMu.get(mu[k]);
    if (!bySigma) byMu.set(mu[k], (bySigma = new Map<number, number>()));
    let at = bySigma.get(sigma[k]);
    if (at === undefined) {
      at = first.length;
      first.push(k);
      bySigma.set(sigma[k], at);
    }
    index[k] = at;
  }
  return {
    mu: Float64Array.from(first, (k) => mu[k]),
    sigma: Float64Array.from(first, (k) => sigma[k]),
    index,
  };
}

/** Inverse distribution function of a normal truncated to [low, high] with low <= 0 <= high. */
function truncatedNormal(u: number, { low, high }: { low: number; high: number }): number {
  const below = normalCdf(low);
  const above = normalCdf(-high);
  const inside = 1 - below - above;
  const p = below + u * inside;
  // The nearer tail keeps the digits.
  const x = p < 0.5 ? normalQuantile(p) : -normalQuantile(above + (1 - u) * inside);
  return Math.min(high, Math.max(low, x));
}

/** Terms this far below the largest are under the last digit of the sum however many there are. */
const negligible = -60;

function logSumExp(logs: Float64Array): number {
  let max = -Infinity;
  for (const log of logs) if (log > max) max = log;
  if (max === -Infinity) return max;
  let sum = 0;
  for (const log of logs) if (log - max > negligible) sum += Math.exp(log - max);
  return max + Math.log(sum);
}

/** First index with sorted[index] >= x; the length when there is none. */
function lowerBound(sorted: Float64Array, x: number): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (sorted[middle] < x) from = middle + 1;
    else to = middle;
  }
  return from;
}
