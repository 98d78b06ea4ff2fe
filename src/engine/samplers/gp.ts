import { satisfies } from '../../model/constraints.ts';
import { decode, dimensionOf, encode, fromUnit, toUnit, type Dimension } from '../../model/dimension.ts';
import type { HyperparameterName, Params, ParamValue } from '../../model/hyperparameters.ts';
import {
  configurationOf,
  countOf,
  isActive,
  valuesOf,
  type SearchSpace,
  type SpaceParameter,
} from '../../model/searchSpace.ts';
import type { Rng } from '../rng.ts';
import { createAcquisition, type Acquisition } from './acquisition.ts';
import { condition, covariances, fitKernel, type GaussianProcess, type GpData } from './gaussianProcess.ts';
import { climb, nearestIndex, type MixedSpace } from './mixedSearch.ts';
import { observationsOf, type Observation } from './observations.ts';
import { constraintsOf, randomAllowed, rulesOf } from './proposals.ts';
import type { Sampler } from './sampler.ts';
import { createSobol } from './sobol.ts';

export interface GpOptions {
  /** Random trials before the process is used, >= 1; Optuna's 10. */
  readonly startupTrials: number;
}

/**
 * Most trials the process is fitted to: the cost of a suggestion grows with their cube. Beyond it the better half of this number
 * and the newest others are used.
 */
const gpTrials = 200;
/** Most running trials that are imagined, the newest. */
const gpRunning = 64;
const sobolPoints = 2048;
const localSearches = 10;
/** Points by merit that are looked through for one not yet proposed. */
const offersKept = 300;

/**
 * Bayesian optimisation with a Gaussian process, as Optuna 5.0's GPSampler: Matern 5/2 with a length scale a dimension and 0/1
 * distance between choices, maximum a posteriori kernel, log expected improvement, 2048 quasi-random points, ten local searches.
 * It differs where it must: the fit starts from the same place each time (a sampler has no memory), running trials are
 * believed to end at their predicted mean, and at most 200 trials are used. Pruned trials count with their last value, or the median of the complete ones
 * if that is worse; diverged ones with the worst value. An inactive hyperparameter sits at one fixed place.
 */
export function createGpSampler(options: GpOptions): Sampler {
  return {
    suggest: (space, history, _number, rng) => {
      const rules = rulesOf(space, history);
      const observations = observationsOf(space, history);
      const targets = targetsOf(observations);
      if (targets.length < Math.max(2, options.startupTrials)) return randomAllowed(space, rules, rng);
      const coding = createCoding(space);
      if (coding.parameters.length === 0) return randomAllowed(space, rules, rng);
      const running = observations.filter((o) => o.state === 'running').slice(-gpRunning);
      const { acquisition, gp, best } = createModel(coding, capped(targets), running);
      const constraints = constraintsOf(space);
      const isPlain = constraints.length === 0 && coding.parameters.every((p) => p.when === null);
      const mixed = createMixedSpace(coding, gp, (u) => {
        if (isPlain) return coding.snap(u);
        const params = coding.toParams(u);
        return satisfies(constraints, params) ? coding.encodeParams(params) : null;
      });
      for (const u of offers(coding, { acquisition, mixed, best, rng })) {
        const params = coding.toParams(u);
        if (rules.allows(params)) return params;
      }
      return randomAllowed(space, rules, rng);
    },
  };
}

interface Target {
  readonly params: Params;
  /** Loss, finite. */
  readonly value: number;
}

function targetsOf(observations: readonly Observation[]): Target[] {
  const complete = observations.filter((o) => o.state === 'complete').map((o) => o.value);
  if (complete.length === 0) return [];
  const sorted = Float64Array.from(complete).sort();
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  const worst = sorted[sorted.length - 1];
  const targets: Target[] = [];
  for (const observation of observations) {
    if (observation.state === 'running') continue;
    const { params, value } = observation;
    if (observation.state === 'complete') targets.push({ params, value });
    else targets.push({ params, value: Number.isFinite(value) ? Math.max(value, median) : worst });
  }
  return targets;
}

/** At most gpTrials of them: the better half of that number by value, then the newest. Order kept. */
function capped(targets: readonly Target[]): readonly Target[] {
  if (targets.length <= gpTrials) return targets;
  const kept = new Set<Target>(targets.toSorted((a, b) => a.value - b.value).slice(0, gpTrials / 2));
  for (let i = targets.length - 1; kept.size < gpTrials; i--) kept.add(targets[i]);
  return targets.filter((target) => kept.has(target));
}

/** Between Params and points of the unit cube. */
interface Coding {
  readonly parameters: readonly SpaceParameter[];
  readonly dimensions: readonly Dimension[];
  readonly isCategorical: readonly boolean[];
  /** Values that a numeric dimension can take, in order; null where there is no end of them, or for choices. */
  readonly positions: readonly (Float64Array | null)[];
  encodeParams(params: Params): Float64Array;
  /** The nearest point whose stepped dimensions lie on a step. */
  snap(u: Float64Array): Float64Array;
  toParams(u: Float64Array): Params;
}

/** Where an inactive hyperparameter sits: the middle, or no choice at all. */
const inactivePosition = 0.5;
const inactiveChoice = -1;

function createCoding(space: SearchSpace): Coding {
  const parameters = space.parameters.filter((p) => countOf(p.distribution) !== 1);
  const dimensions = parameters.map((p) => dimensionOf(p.distribution));
  const single: Partial<Record<HyperparameterName, ParamValue>> = {};
  for (const { name, distribution } of space.parameters)
    if (countOf(distribution) === 1) single[name] = valuesOf(distribution)![0]; // one value
  const positions = parameters.map(({ distribution }, d) => {
    const dimension = dimensions[d];
    const values = valuesOf(distribution);
    return values && dimension.kind === 'numeric'
      ? Float64Array.from(values, (value) => toUnit(dimension, encode(distribution, value)))
      : null;
  });
  return {
    parameters,
    dimensions,
    positions,
    snap: (u) =>
      u.map((position, d) => {
        const grid = positions[d];
        return grid ? grid[nearestIndex(grid, position)] : position;
      }),
    isCategorical: dimensions.map((dimension) => dimension.kind === 'categorical'),
    encodeParams: (params) =>
      Float64Array.from(parameters, (parameter, d) => {
        const dimension = dimensions[d];
        const isCategorical = dimension.kind === 'categorical';
        if (!isActive(parameter, params)) return isCategorical ? inactiveChoice : inactivePosition;
        const x = encode(parameter.distribution, params[parameter.name]);
        return isCategorical ? x : toUnit(dimension, x);
      }),
    toParams: (u) => {
      const values: Partial<Record<HyperparameterName, ParamValue>> = { ...single };
      parameters.forEach(({ name, distribution }, d) => {
        const dimension = dimensions[d];
        values[name] = decode(
          distribution,
          dimension.kind === 'categorical' ? u[d] : fromUnit(dimension, u[d]),
        );
      });
      return configurationOf(space, values);
    },
  };
}

function createModel(
  coding: Coding,
  targets: readonly Target[],
  running: readonly Observation[],
): { acquisition: Acquisition; gp: GaussianProcess; best: Float64Array } {
  const rows = targets.map((target) => coding.encodeParams(target.params));
  const y = standardised(targets.map((target) => -target.value));
  const kernel = fitKernel(dataOf(coding, rows), y);
  const seen = condition(dataOf(coding, rows), kernel, y);
  const bestAt = y.indexOf(Math.max(...y));
  const threshold = y[bestAt];
  const best = rows[bestAt];
  if (running.length === 0) return { gp: seen, best, acquisition: createAcquisition(seen, threshold) };
  // Kriging believer (Ginsbourger et al. 2010): no uncertainty is left there. On the closed form at lag 8 it beat an average over
  // draws of the outcomes, which is what Optuna's qLogEI takes (docs/search.md).
  const runningRows = running.map((o) => coding.encodeParams(o.params));
  const means = runningRows.map((row) => meanAt(seen, row));
  const all = condition(dataOf(coding, [...rows, ...runningRows]), kernel, Float64Array.of(...y, ...means));
  return { gp: all, best, acquisition: createAcquisition(all, Math.max(threshold, ...means)) };
}

function meanAt(gp: GaussianProcess, u: Float64Array): number {
  const k = new Float64Array(gp.data.points);
  covariances(gp, u, k);
  return k.reduce((sum, covariance, i) => sum + covariance * gp.alpha[i], 0);
}

function dataOf(coding: Coding, rows: readonly Float64Array[]): GpData {
  const dimensions = coding.parameters.length;
  const x = new Float64Array(rows.length * dimensions);
  rows.forEach((row, i) => x.set(row, i * dimensions));
  return { points: rows.length, dimensions, isCategorical: coding.isCategorical, x };
}

function standardised(values: readonly number[]): Float64Array {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  const sd = variance > 0 ? Math.sqrt(variance) : 1;
  return Float64Array.from(values, (v) => (v - mean) / sd);
}

function createMixedSpace(coding: Coding, gp: GaussianProcess, settle: MixedSpace['settle']): MixedSpace {
  const continuous: number[] = [];
  const discrete: { dimension: number; values: Float64Array; isCategorical: boolean }[] = [];
  coding.dimensions.forEach((dimension, d) => {
    const positions = coding.positions[d];
    if (dimension.kind === 'categorical')
      discrete.push({
        dimension: d,
        values: Float64Array.from({ length: dimension.choices }, (_, i) => i),
        isCategorical: true,
      });
    else if (positions) discrete.push({ dimension: d, values: positions, isCategorical: false });
    else continuous.push(d);
  });
  const lengthScales = Float64Array.from(continuous, (d) => 1 / Math.sqrt(gp.kernel.weights[d]));
  return { continuous, discrete, lengthScales, settle };
}

interface OfferOptions {
  readonly acquisition: Acquisition;
  readonly mixed: MixedSpace;
  /** The best point seen. */
  readonly best: Float64Array;
  readonly rng: Rng;
}

/** Points in order of merit: what the local searches found, then the quasi-random points they started from. */
function offers(coding: Coding, { acquisition, mixed, best, rng }: OfferOptions): Float64Array[] {
  const dimensions = coding.parameters.length;
  const sobol = createSobol(
    dimensions,
    Uint32Array.from({ length: dimensions }, () => rng.uint32()),
  );
  const scored: { u: Float64Array; value: number }[] = [];
  for (let i = 0; i < sobolPoints; i++) {
    const point = sobol.point(i);
    // A choice is the part of [0, 1) the coordinate falls in.
    coding.dimensions.forEach((dimension, d) => {
      if (dimension.kind === 'categorical') point[d] = fromUnit(dimension, point[d]);
    });
    const u = mixed.settle(point);
    if (u) scored.push({ u, value: acquisition.value(u) });
  }
  scored.sort((a, b) => b.value - a.value);
  const starts = [...roulette(scored, localSearches - 1, rng), best];
  const found = starts.map((start) => climb(acquisition, mixed, start)).sort((a, b) => b.value - a.value);
  return [...found, ...scored.slice(0, offersKept)].map(({ u }) => u);
}

/** The best point, then others without replacement with probabilities proportional to their expected improvement. */
function roulette(
  scored: readonly { readonly u: Float64Array; readonly value: number }[],
  count: number,
  rng: Rng,
): Float64Array[] {
  if (scored.length === 0) return [];
  const chosen = [scored[0].u];
  const weights = Float64Array.from(scored, ({ value }) => Math.exp(value - scored[0].value));
  weights[0] = 0;
  while (chosen.length < count) {
    let total = 0;
    for (const weight of weights) total += weight;
    if (!(total > 0)) break;
    let rest = rng.uniform() * total;
    let at = 0;
    while (at < weights.length - 1 && (rest -= weights[at]) >= 0) at++;
    if (weights[at] === 0) break;
    chosen.push(scored[at].u);
    weights[at] = 0;
  }
  return chosen;
}
