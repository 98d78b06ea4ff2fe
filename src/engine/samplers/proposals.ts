import { combinationsOf } from '../../model/combinations.ts';
import { parseConstraints, satisfies, type Constraint } from '../../model/constraints.ts';
import { decode, dimensionOf, fromUnit } from '../../model/dimension.ts';
import {
  hyperparameterNames,
  type HyperparameterName,
  type Params,
  type ParamValue,
} from '../../model/hyperparameters.ts';
import { activationOrder, configurationOf, paramsKey, type SearchSpace } from '../../model/searchSpace.ts';
import type { Trial } from '../../model/trial.ts';
import type { Rng } from '../rng.ts';

/** Rules that every sampler's proposal keeps: the constraints hold, and no configuration is proposed twice. */
export interface Rules {
  /** May this configuration be proposed? */
  allows(params: Params): boolean;
}

/** Constraints that cannot be read hold nothing back here: they are errors of the study, found before a search starts. */
export function constraintsOf(space: SearchSpace): readonly Constraint[] {
  return parseConstraints(space.constraints).constraints;
}

/** Look-ups by comparison before a set of all keys pays for itself (building one costs a text per trial). */
const comparisonsBeforeSet = 50;

export function rulesOf(space: SearchSpace, history: readonly Trial[]): Rules {
  const constraints = constraintsOf(space);
  let comparisons = 0;
  let keys: ReadonlySet<string> | null = null;
  const isProposed = (params: Params): boolean => {
    if (keys) return keys.has(paramsKey(params));
    if (++comparisons > comparisonsBeforeSet) keys = new Set(history.map((trial) => paramsKey(trial.params)));
    return history.some((trial) => isSame(trial.params, params));
  };
  return { allows: (params) => satisfies(constraints, params) && !isProposed(params) };
}

/** The same configuration (paramsKey without building texts: histories are long). */
export function isSame(a: Params, b: Params): boolean {
  for (const name of hyperparameterNames) if (a[name] !== b[name]) return false;
  return true;
}

/** One value of each searched hyperparameter, uniform on its scale (stepped values have equal shares; log: cells in ln). */
export function randomConfiguration(space: SearchSpace, rng: Rng): Params {
  const values: Partial<Record<HyperparameterName, ParamValue>> = {};
  for (const { name, distribution } of activationOrder(space))
    values[name] = decode(distribution, fromUnit(dimensionOf(distribution), rng.uniform()));
  return configurationOf(space, values);
}

/** Blind draws before the remaining configurations are listed. */
const drawsBeforeListing = 100;
/** Largest space whose remaining configurations are listed. */
const listingLimit = 200_000;
/** Blind draws in a space that cannot be listed. */
const drawsWithoutListing = 20_000;

/**
 * A random configuration that the rules allow, or null when none is left. In a space without end, or with more than 200,000
 * combinations, null means that 20,000 draws found none: the constraints leave next to nothing.
 */
export function randomAllowed(space: SearchSpace, rules: Rules, rng: Rng): Params | null {
  for (let i = 0; i < drawsBeforeListing; i++) {
    const params = randomConfiguration(space, rng);
    if (rules.allows(params)) return params;
  }
  const combinations = combinationsOf(space);
  if (combinations && combinations.count <= listingLimit) {
    // One pass in a random rotation: the first allowed from a random start; no list is kept.
    const start = rng.int(combinations.count);
    for (let i = 0; i < combinations.count; i++) {
      const params = combinations.at((start + i) % combinations.count);
      if (params && rules.allows(params)) return params;
    }
    return null;
  }
  for (let i = 0; i < drawsWithoutListing; i++) {
    const params = randomConfiguration(space, rng);
    if (rules.allows(params)) return params;
  }
  return null;
}
