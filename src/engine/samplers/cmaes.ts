import { decode, dimensionOf, encode, fromUnit, toUnit } from '../../model/dimension.ts';
import type { HyperparameterName, Params, ParamValue } from '../../model/hyperparameters.ts';
import { configurationOf, countOf, isActive, type SearchSpace } from '../../model/searchSpace.ts';
import { normalQuantile } from '../normal.ts';
import type { Rng } from '../rng.ts';
import { observationsOf, type Observation } from './observations.ts';
import { randomAllowed, rulesOf } from './proposals.ts';
import type { Sampler } from './sampler.ts';

/** Draws from the normal distribution before a random configuration is proposed instead. */
const attempts = 100;
const initialSigma = 1 / 6;

/**
 * CMA-ES (Hansen 2016, arXiv:1604.00772) on the unit cube: stepped values and ordered choices are rounded, an unordered choice is the
 * part of [0, 1] the coordinate falls in, points outside are drawn again. A sampler has no memory, so the distribution is
 * worked out anew from the history: finished trials in order, a generation at a time. Within the lag a trial is drawn from the
 * distribution of an earlier generation than its own, as in asynchronous CMA-ES. The first generation is random.
 *
 * Once all that is selected shares a value of few, nothing would leave that value again. So each such coordinate keeps a chance of
 * one in a generation to leave its cell (the margin of Hamano et al. 2022, arXiv:2205.13482).
 */
export const cmaesSampler: Sampler = {
  suggest: (space, history, _number, rng) => {
    const rules = rulesOf(space, history);
    const searched = space.parameters.filter((p) => countOf(p.distribution) !== 1);
    const dimensions = searched.length;
    const observations = observationsOf(space, history).filter((o) => o.state !== 'running');
    const settings = settingsOf(dimensions);
    if (dimensions === 0 || observations.length < settings.population)
      return randomAllowed(space, rules, rng);
    const state = replay(space, observations, settings);
    const axes = eigen(state.covariance, dimensions);
    const stretch = marginOf(state, searched.map(cellsOf), settings.population);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const u = draw(state, axes, rng).map((v, i) => state.mean[i] + stretch[i] * (v - state.mean[i]));
      if (u.some((v) => v < 0 || v > 1) && attempt < attempts / 2) continue;
      const params = toParams(
        space,
        u.map((v) => Math.min(1, Math.max(0, v))),
      );
      if (rules.allows(params)) return params;
    }
    return randomAllowed(space, rules, rng);
  },
};

interface Settings {
  readonly population: number;
  readonly weights: Float64Array;
  readonly muEff: number;
  readonly cSigma: number;
  readonly dSigma: number;
  readonly cc: number;
  readonly c1: number;
  readonly cMu: number;
  readonly expectedNorm: number;
}

/** Default strategy parameters, table 1 of the tutorial, without negative weights. */
function settingsOf(n: number): Settings {
  const population = 4 + Math.floor(3 * Math.log(Math.max(1, n)));
  const mu = Math.floor(population / 2);
  const raw = Float64Array.from({ length: mu }, (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1));
  const sum = raw.reduce((a, b) => a + b, 0);
  const weights = raw.map((w) => w / sum);
  const muEff = 1 / weights.reduce((a, w) => a + w * w, 0);
  const cSigma = (muEff + 2) / (n + muEff + 5);
  const c1 = 2 / ((n + 1.3) ** 2 + muEff);
  return {
    population,
    weights,
    muEff,
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cSigma,
    cc: (4 + muEff / n) / (n + 4 + (2 * muEff) / n),
    c1,
    cMu: Math.min(1 - c1, (2 * (muEff - 2 + 1 / muEff)) / ((n + 2) ** 2 + muEff)),
    expectedNorm: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}

interface State {
  mean: Float64Array;
  sigma: number;
  covariance: Float64Array;
  pathSigma: Float64Array;
  pathC: Float64Array;
}

function replay(space: SearchSpace, observations: readonly Observation[], settings: Settings): State {
  const searched = space.parameters.filter((p) => countOf(p.distribution) !== 1);
  const n = searched.length;
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i++) covariance[i * n + i] = 1;
  const state: State = {
    mean: new Float64Array(n).fill(0.5),
    sigma: initialSigma,
    covariance,
    pathSigma: new Float64Array(n),
    pathC: new Float64Array(n),
  };
  const { population } = settings;
  for (let start = 0; start + population <= observations.length; start += population) {
    const generation = observations
      .slice(start, start + population)
      .map((o) => ({ u: positionOf(space, o.params, state.mean), rank: rankOf(o) }))
      .sort((a, b) => a.rank.pruned - b.rank.pruned || compare(a.rank.value, b.rank.value));
    update(
      state,
      generation.map(({ u }) => u),
      { settings, generation: start / population },
    );
  }
  return state;
}

/** Complete trials before pruned ones, those that came further first. */
function rankOf(o: Observation): { pruned: number; value: number } {
  switch (o.state) {
    case 'complete':
      return { pruned: 0, value: o.value };
    case 'pruned':
      return { pruned: 1 / (o.step + 3), value: o.value };
    case 'running':
      return { pruned: 1, value: Infinity };
  }
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Place in the unit cube; an inactive hyperparameter says nothing, so it stays at the mean. */
function positionOf(space: SearchSpace, params: Params, mean: Float64Array): Float64Array {
  const searched = space.parameters.filter((p) => countOf(p.distribution) !== 1);
  return Float64Array.from(searched, (parameter, d) =>
    isActive(parameter, params)
      ? toUnit(dimensionOf(parameter.distribution), encode(parameter.distribution, params[parameter.name]))
      : mean[d],
  );
}

function toParams(space: SearchSpace, u: Float64Array): Params {
  const values: Partial<Record<HyperparameterName, ParamValue>> = {};
  let d = 0;
  for (const { name, distribution } of space.parameters) {
    const position = countOf(distribution) === 1 ? 0 : u[d++];
    values[name] = decode(distribution, fromUnit(dimensionOf(distribution), position));
  }
  return configurationOf(space, values);
}

function update(
  state: State,
  sorted: readonly Float64Array[],
  { settings, generation }: { readonly settings: Settings; readonly generation: number },
): void {
  const { weights, muEff, cSigma, dSigma, cc, c1, cMu, expectedNorm } = settings;
  const n = state.mean.length;
  const { sigma } = state;
  const steps = sorted.slice(0, weights.length).map((u) => u.map((v, i) => (v - state.mean[i]) / sigma));
  const mean = new Float64Array(n);
  steps.forEach((step, k) => step.forEach((v, i) => (mean[i] += weights[k] * v)));
  const { vectors, scales } = eigen(state.covariance, n);
  // C^-1/2 <y>_w
  const whitened = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    let along = 0;
    for (let i = 0; i < n; i++) along += vectors[i * n + k] * mean[i];
    for (let i = 0; i < n; i++) whitened[i] += (vectors[i * n + k] * along) / scales[k];
  }
  const factorSigma = Math.sqrt(cSigma * (2 - cSigma) * muEff);
  state.pathSigma = state.pathSigma.map((p, i) => (1 - cSigma) * p + factorSigma * whitened[i]);
  const norm = Math.hypot(...state.pathSigma);
  const isSlow =
    norm / Math.sqrt(1 - (1 - cSigma) ** (2 * (generation + 1))) < (1.4 + 2 / (n + 1)) * expectedNorm;
  const factorC = isSlow ? Math.sqrt(cc * (2 - cc) * muEff) : 0;
  state.pathC = state.pathC.map((p, i) => (1 - cc) * p + factorC * mean[i]);
  const lost = isSlow ? 0 : c1 * cc * (2 - cc);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let rankMu = 0;
      steps.forEach((step, k) => (rankMu += weights[k] * step[i] * step[j]));
      state.covariance[i * n + j] =
        (1 - c1 - cMu + lost) * state.covariance[i * n + j] +
        c1 * state.pathC[i] * state.pathC[j] +
        cMu * rankMu;
    }
  state.mean = state.mean.map((m, i) => Math.min(1, Math.max(0, m + sigma * mean[i])));
  state.sigma = Math.min(1, Math.max(1e-3, sigma * Math.exp((cSigma / dSigma) * (norm / expectedNorm - 1))));
}

interface Axes {
  /** Eigenvectors in columns. */
  readonly vectors: Float64Array;
  /** Square roots of the eigenvalues. */
  readonly scales: Float64Array;
}

function draw(state: State, { vectors, scales }: Axes, rng: Rng): Float64Array {
  const n = state.mean.length;
  const u = state.mean.slice();
  for (let k = 0; k < n; k++) {
    const z = state.sigma * scales[k] * rng.normal();
    for (let i = 0; i < n; i++) u[i] += vectors[i * n + k] * z;
  }
  return u;
}

/** Equal parts of [0, 1] that are one value each; null where there are none, or they are not equal. */
function cellsOf({ distribution }: SearchSpace['parameters'][number]): number | null {
  const dimension = dimensionOf(distribution);
  if (dimension.kind === 'categorical') return dimension.choices;
  return dimension.step === null || dimension.log ? null : countOf(distribution);
}

/** How much wider than drawn each coordinate must be to leave the cell of the mean with probability 1 / (dimensions x population). */
function marginOf(
  { mean, sigma, covariance }: State,
  cells: readonly (number | null)[],
  population: number,
): number[] {
  const n = mean.length;
  const reach = normalQuantile(1 - 1 / (n * population));
  return cells.map((count, i) => {
    if (count === null) return 1;
    const cell = Math.min(count - 1, Math.floor(mean[i] * count));
    const edge = Math.min(
      cell > 0 ? mean[i] - cell / count : Infinity,
      cell < count - 1 ? (cell + 1) / count - mean[i] : Infinity,
    );
    const deviation = sigma * Math.sqrt(Math.max(covariance[i * n + i], 1e-12));
    return Math.max(1, edge / reach / deviation);
  });
}

/** Eigenvectors of a small symmetric matrix by cyclic Jacobi rotations (Golub & Van Loan, 8.5). */
function eigen(matrix: Float64Array, n: number): Axes {
  const a = matrix.slice();
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p * n + q] ** 2;
    if (off < 1e-24) break;
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        if (a[p * n + q] === 0) continue;
        const theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        rotate({ a, vectors, n }, { p, q, c, s: t * c });
      }
  }
  return {
    vectors,
    scales: Float64Array.from({ length: n }, (_, i) => Math.sqrt(Math.max(a[i * n + i], 1e-12))),
  };
}

function rotate(
  { a, vectors, n }: { readonly a: Float64Array; readonly vectors: Float64Array; readonly n: number },
  { p, q, c, s }: { readonly p: number; readonly q: number; readonly c: number; readonly s: number },
): void {
  for (let i = 0; i < n; i++) {
    const ip = a[i * n + p];
    const iq = a[i * n + q];
    a[i * n + p] = c * ip - s * iq;
    a[i * n + q] = s * ip + c * iq;
  }
  for (let i = 0; i < n; i++) {
    const pi = a[p * n + i];
    const qi = a[q * n + i];
    a[p * n + i] = c * pi - s * qi;
    a[q * n + i] = s * pi + c * qi;
    const vp = vectors[i * n + p];
    const vq = vectors[i * n + q];
    vectors[i * n + p] = c * vp - s * vq;
    vectors[i * n + q] = s * vp + c * vq;
  }
}
