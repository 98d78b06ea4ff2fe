import {
  hyperparameterNames,
  type HyperparameterName,
  type Params,
  type ParamValue,
} from './hyperparameters.ts';
import { neutralParams } from './neutralParams.ts';
import type { Study } from './study.ts';

/** Where a hyperparameter may lie. Steps count from low; `high` is reached only where the step meets it. */
export type Distribution =
  | {
      readonly kind: 'float';
      readonly low: number;
      readonly high: number;
      readonly step: number | null;
      readonly log: boolean;
    }
  | {
      readonly kind: 'int';
      readonly low: number;
      readonly high: number;
      readonly step: number;
      readonly log: boolean;
    }
  | { readonly kind: 'categorical'; readonly choices: readonly ParamValue[]; readonly ordered: boolean };

/** Active only where each named hyperparameter has one of the values. */
export type Condition = Readonly<Partial<Record<HyperparameterName, readonly ParamValue[]>>>;

export interface SpaceParameter {
  readonly name: HyperparameterName;
  readonly distribution: Distribution;
  readonly when: Condition | null;
}

/** The hyperparameters given as a Distribution, in the fixed order of hyperparameterNames, and the constants beside them. */
export interface SearchSpace {
  readonly parameters: readonly SpaceParameter[];
  /** Values of the others; for a conditional parameter also the value it takes where it is not active. */
  readonly constants: Params;
  /** Expressions that must hold, as written. */
  readonly constraints: readonly string[];
}

type Written = Study['hyperparameters'][HyperparameterName];

/** The Distribution written in the study file, or null for a constant. */
export function distributionOf(written: Written): Distribution | null {
  if (typeof written !== 'object') return null;
  if ('choices' in written)
    return { kind: 'categorical', choices: written.choices, ordered: written.ordered ?? false };
  if ('int' in written)
    return {
      kind: 'int',
      low: written.int[0],
      high: written.int[1],
      step: written.step ?? 1,
      log: written.log ?? false,
    };
  return {
    kind: 'float',
    low: written.float[0],
    high: written.float[1],
    step: written.step ?? null,
    log: written.log ?? false,
  };
}

export function searchSpaceOf(study: Study): SearchSpace {
  const constants: Record<string, ParamValue> = { ...neutralParams };
  const parameters: SpaceParameter[] = [];
  for (const name of hyperparameterNames) {
    const written = study.hyperparameters[name];
    const distribution = distributionOf(written);
    if (distribution === null) {
      constants[name] = written as ParamValue; // distributionOf: not an object, so a constant
      continue;
    }
    parameters.push({ name, distribution, when: conditionOf(study, name) });
  }
  return { parameters, constants: constants as unknown as Params, constraints: study.search.constraints }; // every name is set above
}

function conditionOf(study: Study, name: HyperparameterName): Condition | null {
  const written = study.search.when[name];
  if (!written) return null;
  return Object.fromEntries(
    Object.entries(written).map(([other, value]) => [other, Array.isArray(value) ? value : [value]]),
  );
}

/** Values a distribution can take, in order; null when there is no end of them (a float without step). */
export function valuesOf(distribution: Distribution): readonly ParamValue[] | null {
  if (distribution.kind === 'categorical') return distribution.choices;
  const { low, high, step } = distribution;
  if (step === null) return low === high ? [low] : null;
  return Array.from({ length: countOf(distribution)! }, (_, i) => steppedValue(low, step, i));
}

/** Number of values; null for a float without step. */
export function countOf(distribution: Distribution): number | null {
  if (distribution.kind === 'categorical') return distribution.choices.length;
  const { low, high, step } = distribution;
  if (step === null) return low === high ? 1 : null;
  return Math.floor((high - low) / step + 1e-9) + 1;
}

/** low + i x step without the tail of binary fractions (0.30000000000000004 becomes 0.3). */
export function steppedValue(low: number, step: number, i: number): number {
  return Number((low + i * step).toPrecision(12));
}

/** Is the parameter searched in this configuration? */
export function isActive(
  parameter: SpaceParameter,
  params: Readonly<Partial<Record<HyperparameterName, ParamValue>>>,
): boolean {
  if (!parameter.when) return true;
  return Object.entries(parameter.when).every(([name, values]) =>
    values.includes(params[name as HyperparameterName] as ParamValue),
  ); // keys of a Condition
}

/** Does the distribution hold the value (stepped values within 1e-9 of a step)? */
export function holds(distribution: Distribution, value: ParamValue): boolean {
  if (distribution.kind === 'categorical') return distribution.choices.includes(value);
  if (typeof value !== 'number' || !(value >= distribution.low && value <= distribution.high)) return false;
  if (distribution.step === null) return true;
  const steps = (value - distribution.low) / distribution.step;
  return Math.abs(steps - Math.round(steps)) < 1e-9 * Math.max(1, steps);
}

/**
 * Tells whether a configuration is one that this space can propose: active values held by their distributions, the others at
 * their constants. Earlier trials outside the space (after an amendment, or the user's own points) are kept but not learnt from.
 */
export function membershipOf(space: SearchSpace): (params: Params) => boolean {
  const searched = new Set(space.parameters.map((p) => p.name));
  const fixed = hyperparameterNames.filter((name) => !searched.has(name));
  return (params) => {
    for (const parameter of space.parameters) {
      const value = params[parameter.name];
      if (parameter.when === null || isActive(parameter, params)) {
        if (!holds(parameter.distribution, value)) return false;
      } else if (value !== space.constants[parameter.name]) return false;
    }
    for (const name of fixed) if (params[name] !== space.constants[name]) return false;
    return true;
  };
}

/**
 * Parameters so that each comes after those its condition names; otherwise in their order. Circular conditions keep the
 * written order (conditionIssues reports them).
 */
export function activationOrder(space: SearchSpace): readonly SpaceParameter[] {
  if (space.parameters.every((p) => p.when === null)) return space.parameters;
  const byName = new Map(space.parameters.map((p) => [p.name, p]));
  const visited = new Set<HyperparameterName>();
  const order: SpaceParameter[] = [];
  const visit = (parameter: SpaceParameter): void => {
    if (visited.has(parameter.name)) return;
    visited.add(parameter.name);
    for (const name of Object.keys(parameter.when ?? {})) {
      const other = byName.get(name as HyperparameterName); // keys of a Condition
      if (other) visit(other);
    }
    order.push(parameter);
  };
  space.parameters.forEach(visit);
  return order;
}

/** Full Params from values of the searched hyperparameters; inactive ones get their neutral value. */
export function configurationOf(
  space: SearchSpace,
  values: Readonly<Partial<Record<HyperparameterName, ParamValue>>>,
): Params {
  const params: Record<string, ParamValue> = { ...space.constants };
  for (const parameter of activationOrder(space)) {
    if (isActive(parameter, params))
      params[parameter.name] = values[parameter.name] ?? params[parameter.name];
  }
  return params as unknown as Params; // the constants hold every name
}

/** Most epochs a trial of this space can have: the length of a fold in pruning steps. */
export function maxEpochsOf(space: SearchSpace): number {
  const searched = space.parameters.find((p) => p.name === 'epochs');
  if (!searched) return space.constants.epochs;
  const { distribution } = searched;
  const high =
    distribution.kind === 'categorical' ? Math.max(...distribution.choices.map(Number)) : distribution.high;
  return Math.max(high, searched.when ? space.constants.epochs : 0);
}

/** One text a configuration: equal texts are the same configuration (inactive parameters have their neutral value). */
export function paramsKey(params: Params): string {
  return hyperparameterNames.map((name) => String(params[name])).join('|');
}
