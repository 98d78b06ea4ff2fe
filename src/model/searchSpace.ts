import {
  hyperparameterNames,
  type HyperparameterName,
  type Params,
  type ParamValue,
} from './hyperparameters.ts';
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

/** Neutral values: what a conditional hyperparameter is where its condition does not hold. */
export const neutralParams: Params = {
  lookback: 60,
  units: 50,
  layers: 1,
  dropout: 0,
  recurrentDropout: 0,
  learningRate: 0.001,
  batchSize: 32,
  epochs: 10,
  optimizer: 'adam',
  momentum: 0,
  weightDecay: 0,
  clipNorm: 0,
  loss: 'mse',
};

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

/** One text a configuration: equal texts are the same configuration (inactive parameters have their neutral value). */
export function paramsKey(params: Params): string {
  return hyperparameterNames.map((name) => String(params[name])).join('|');
}
