import { satisfies, type Constraint } from '../../model/constraints.ts';
import { decode, dimensionOf, encode, type Dimension } from '../../model/dimension.ts';
import type { HyperparameterName, ParamValue } from '../../model/hyperparameters.ts';
import {
  activationOrder,
  configurationOf,
  countOf,
  isActive,
  type SearchSpace,
  type SpaceParameter,
} from '../../model/searchSpace.ts';
import type { Rng } from '../rng.ts';
import { createMixture, type Mixture } from './mixture.ts';
import { observationsOf, type Observation } from './observations.ts';
import { constraintsOf, randomAllowed, rulesOf } from './proposals.ts';
import type { Sampler } from './sampler.ts';

export interface TpeOptions {
  /** Random trials before the densities are used, >= 1; Optuna's 10. */
  readonly startupTrials: number;
  /** One joint density (Optuna 5.0's default), or one a hyperparameter (4.x). */
  readonly multivariate: boolean;
  /** Candidates drawn for each suggestion, >= 1; Optuna's 24. */
  readonly candidates: number;
}

/** Times a set of candidates is drawn before a random configuration is proposed instead. */
const rounds = 10;
/** Draws for each candidate that a constraint may refuse. */
const drawsPerCandidate = 20;

type Values = Partial<Record<HyperparameterName, ParamValue>>;

/**
 * Tree-structured Parzen estimator (Bergstra et al. 2011; Watanabe 2023, arXiv:2304.11127) as in Optuna 5.0.0: multivariate, with
 * constant liar, prior weight 1, magic clip, no end points. Conditional hyperparameters are drawn one by one after the joint
 * ones, from the trials in which they were active, as Optuna does outside the intersection of its spaces.
 *
 * Two things Optuna leaves to its user are kept here: candidates that break a constraint are drawn again, and of the candidates
 * the best one that was not proposed before is taken.
 */
export function createTpeSampler(options: TpeOptions): Sampler {
  return {
    suggest: (space, history, _number, rng) => {
      const rules = rulesOf(space, history);
      const observations = observationsOf(space, history);
      const finished = observations.filter((o) => o.state !== 'running').length;
      if (finished < options.startupTrials) return randomAllowed(space, rules, rng);
      const split = splitObservations(observations, gamma(finished));
      const constraints = constraintsOf(space);
      const order = activationOrder(space).filter((p) => countOf(p.distribution) !== 1);
      const joint = order.filter((p) => p.when === null);
      const groups = options.multivariate && joint.length > 0 ? [joint] : joint.map((p) => [p]);
      const early = constraints.filter((c) => {
        const searched = order.filter((p) => c.names.has(p.name));
        return groups.length === 1 && searched.every((p) => p.when === null);
      });
      const densities = groups.map((group) => createDensities(group, split));
      const conditional = order
        .filter((p) => p.when !== null)
        .map((p) => ({ parameter: p, densities: createDensities([p], split) }));
      const constants = singleValues(space);
      for (let round = 0; round < rounds; round++) {
        const drawn = densities.map((d) =>
          rankedCandidates(d, rng, { space, constants, constraints: early, count: options.candidates }),
        );
        // A single group offers its candidates in order of merit; several groups are each at their own best.
        const offers = drawn.length === 1 ? drawn[0] : [mergedBest(drawn)];
        for (const offer of offers) {
          const values: Values = { ...constants, ...offer };
          for (const { parameter, densities: own } of conditional) {
            if (!isActive(parameter, configurationOf(space, values))) continue;
            const ranked = rankedCandidates(own, rng, {
              space,
              constants,
              constraints: [],
              count: options.candidates,
            });
            Object.assign(values, ranked[0]);
          }
          const params = configurationOf(space, values);
          if (rules.allows(params)) return params;
        }
      }
      return randomAllowed(space, rules, rng);
    },
  };
}

/** Size of the better set for n finished trials: min(ceil(n / 10), 25). */
export function gamma(finished: number): number {
  return Math.min(Math.ceil(0.1 * finished), 25);
}

interface Split {
  readonly below: readonly Observation[];
  readonly above: readonly Observation[];
}

/**
 * The `size` best trials and the others, each in trial order. Complete trials come first, by value; then pruned ones, those that came
 * further first, by value. Running trials are among the others: so a search with several trials under way spreads (constant liar).
 */
export function splitObservations(observations: readonly Observation[], size: number): Split {
  const complete = observations.filter((o) => o.state === 'complete').sort((a, b) => a.value - b.value);
  const best = new Set<Observation>(complete.slice(0, size));
  if (best.size < size) {
    const pruned = observations
      .filter((o) => o.state === 'pruned')
      .sort((a, b) => b.step - a.step || compare(a.value, b.value));
    for (const observation of pruned.slice(0, size - best.size)) best.add(observation);
  }
  return {
    below: observations.filter((o) => best.has(o)),
    above: observations.filter((o) => !best.has(o)),
  };
}

/** Ascending; equal infinities are equal (their difference is not a number). */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Densities {
  readonly parameters: readonly SpaceParameter[];
  readonly below: Mixture;
  readonly above: Mixture;
}

/** l and g over some parameters, from the trials in which all of them were active. */
function createDensities(parameters: readonly SpaceParameter[], split: Split): Densities {
  const dimensions = parameters.map((p) => dimensionOf(p.distribution));
  return {
    parameters,
    below: density(parameters, dimensions, split.below),
    above: density(parameters, dimensions, split.above),
  };
}

function density(
  parameters: readonly SpaceParameter[],
  dimensions: readonly Dimension[],
  observations: readonly Observation[],
): Mixture {
  const active = parameters.every((p) => p.when === null)
    ? observations
    : observations.filter((o) => parameters.every((p) => isActive(p, o.params)));
  return createMixture(
    dimensions,
    parameters.map(({ name, distribution }) =>
      Float64Array.from(active, (o) => encode(distribution, o.params[name])),
    ),
  );
}

interface CandidateOptions {
  readonly space: SearchSpace;
  readonly constants: Values;
  /** Constraints that these parameters alone decide. */
  readonly constraints: readonly Constraint[];
  readonly count: number;
}

/** Candidates drawn from l, the one with the largest log l - log g first (equal ones in the order drawn). */
function rankedCandidates(densities: Densities, rng: Rng, options: CandidateOptions): Values[] {
  const { space, constants, constraints, count } = options;
  const points: Float64Array[] = [];
  const values: Values[] = [];
  for (let draw = 0; points.length < count && draw < count * drawsPerCandidate; draw++) {
    const point = densities.below.sample(rng);
    const candidate: Values = {};
    densities.parameters.forEach(({ name, distribution }, d) => {
      candidate[name] = decode(distribution, point[d]);
    });
    const isAllowed =
      constraints.length === 0 ||
      satisfies(constraints, configurationOf(space, { ...constants, ...candidate }));
    if (!isAllowed) continue;
    points.push(point);
    values.push(candidate);
  }
  const below = densities.below.logDensity(points);
  const above = densities.above.logDensity(points);
  return values
    .map((candidate, i) => ({ candidate, score: below[i] - above[i] }))
    .sort((a, b) => compare(b.score, a.score))
    .map(({ candidate }) => candidate);
}

function mergedBest(drawn: readonly (readonly Values[])[]): Values {
  return Object.assign({}, ...drawn.map((candidates) => candidates[0])) as Values; // a union of partial records is one
}

/** Values of searched hyperparameters that have only one. */
function singleValues(space: SearchSpace): Values {
  const values: Values = {};
  for (const { name, distribution } of space.parameters)
    if (countOf(distribution) === 1) values[name] = decode(distribution, dimensionLow(distribution));
  return values;
}

function dimensionLow(distribution: SpaceParameter['distribution']): number {
  return distribution.kind === 'categorical' ? 0 : distribution.low;
}
