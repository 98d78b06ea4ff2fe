import { combinationsOf } from '../../src/model/combinations.ts';
import { parseConstraints, satisfies } from '../../src/model/constraints.ts';
import { paramsSchema, type HyperparameterName, type Params } from '../../src/model/hyperparameters.ts';
import { neutralParams } from '../../src/model/neutralParams.ts';
import {
  membershipOf,
  paramsKey,
  type Distribution,
  type SearchSpace,
  type SpaceParameter,
} from '../../src/model/searchSpace.ts';
import { masked, type Trial } from '../../src/model/trial.ts';
import { createRng, hashSeed, type Rng } from '../../src/engine/rng.ts';
import { randomConfiguration } from '../../src/engine/samplers/proposals.ts';
import type { Sampler } from '../../src/engine/samplers/sampler.ts';
import { runSearch, trialOf, type Outcome } from './search.ts';

/**
 * What every Sampler must keep. Each check returns what it found wrong, so that the suite can also be shown to catch broken samplers.
 */
export interface SamplerCase {
  readonly name: string;
  readonly space: SearchSpace;
}

const parameter = (
  name: HyperparameterName,
  distribution: Distribution,
  when: SpaceParameter['when'] = null,
): SpaceParameter => ({ name, distribution, when });
const float = (low: number, high: number, more: { step?: number; log?: boolean } = {}): Distribution => ({
  kind: 'float',
  low,
  high,
  step: more.step ?? null,
  log: more.log ?? false,
});
const int = (low: number, high: number, more: { step?: number; log?: boolean } = {}): Distribution => ({
  kind: 'int',
  low,
  high,
  step: more.step ?? 1,
  log: more.log ?? false,
});
const choices = (...values: (string | number)[]): Distribution => ({
  kind: 'categorical',
  choices: values,
  ordered: false,
});
const ordered = (...values: (string | number)[]): Distribution => ({
  kind: 'categorical',
  choices: values,
  ordered: true,
});
const spaceOf = (parameters: readonly SpaceParameter[], ...constraints: string[]): SearchSpace => ({
  parameters,
  constants: neutralParams,
  constraints,
});

const conditional = spaceOf([
  parameter('units', int(50, 150, { step: 50 })),
  parameter('learningRate', float(0.001, 0.1, { log: true })),
  parameter('optimizer', choices('adam', 'rmsprop', 'sgd')),
  parameter('momentum', float(0.1, 0.9), { optimizer: ['sgd'] }),
  parameter('weightDecay', float(0, 0.1, { step: 0.05 }), { optimizer: ['adam', 'sgd'], units: [50, 100] }),
  // A condition on a conditional hyperparameter, and one that comes later in the fixed order.
  parameter('clipNorm', float(0.5, 2), { weightDecay: [0.05, 0.1] }),
  parameter('recurrentDropout', float(0.1, 0.3), { loss: ['mae'] }),
  parameter('loss', choices('mse', 'mae')),
]);

/** Spaces with values without end. */
export const continuousCases: readonly SamplerCase[] = [
  { name: 'float', space: spaceOf([parameter('dropout', float(0.2, 0.5))]) },
  { name: 'float, log', space: spaceOf([parameter('learningRate', float(1e-5, 0.1, { log: true }))]) },
  {
    name: 'float, zero at the low end',
    space: spaceOf([parameter('momentum', float(0, 0.9)), parameter('layers', int(1, 8))]),
  },
  {
    name: 'every kind at once',
    space: spaceOf([
      parameter('lookback', int(10, 200, { log: true })),
      parameter('units', ordered(50, 100, 150)),
      parameter('layers', int(1, 3)),
      parameter('dropout', float(0.2, 0.5, { step: 0.1 })),
      parameter('recurrentDropout', float(0, 0.3)),
      parameter('learningRate', float(0.001, 0.1, { log: true })),
      parameter('batchSize', int(16, 256, { step: 16 })),
      parameter('epochs', int(7, 30, { step: 10 })),
      parameter('optimizer', choices('adam', 'rmsprop', 'sgd')),
      parameter('loss', choices('mae')),
      parameter('clipNorm', float(1, 1)),
      parameter('weightDecay', float(0.001, 0.0501, { step: 0.007, log: true })),
    ]),
  },
  { name: 'conditional', space: conditional },
  {
    name: 'constraints',
    space: spaceOf(
      [
        parameter('units', int(10, 300)),
        parameter('layers', int(1, 6)),
        parameter('learningRate', float(0.001, 0.1, { log: true })),
        parameter('optimizer', choices('adam', 'sgd')),
      ],
      'units * layers <= 300',
      'optimizer != "sgd" || learningRate > 0.01',
    ),
  },
  {
    name: 'constraints over conditional hyperparameters',
    space: { ...conditional, constraints: ['momentum < 0.5', 'units <= 100 || optimizer == "adam"'] },
  },
];

/** Spaces that can be run whole. */
export const discreteCases: readonly SamplerCase[] = [
  { name: 'a single configuration', space: spaceOf([parameter('units', choices(50))]) },
  { name: 'nothing searched', space: spaceOf([]) },
  { name: 'float, step', space: spaceOf([parameter('dropout', float(0.2, 0.5, { step: 0.1 }))]) },
  {
    name: 'float, a step that misses the high end',
    space: spaceOf([parameter('dropout', float(0, 0.5, { step: 0.2 }))]),
  },
  { name: 'int, log', space: spaceOf([parameter('batchSize', int(1, 12, { log: true }))]) },
  { name: 'choices', space: spaceOf([parameter('optimizer', choices('adam', 'rmsprop', 'sgd'))]) },
  {
    name: 'mixed, with a constraint and a condition',
    space: spaceOf(
      [
        parameter('units', ordered(50, 100, 150)),
        parameter('layers', int(1, 2)),
        parameter('optimizer', choices('adam', 'sgd')),
        parameter('momentum', float(0.3, 0.9, { step: 0.3 }), { optimizer: ['sgd'] }),
      ],
      'units * layers <= 200',
    ),
  },
];

const seeds = [1, 2] as const;

/** Every outcome a trial can have, a smooth value otherwise. */
export function eventful(params: Params, number: number): Outcome {
  const value =
    (Math.log10(params.learningRate) + 2) ** 2 + params.dropout + params.units / 100 + params.momentum;
  if (number % 7 === 3) return { state: 'failed', code: 'diverged', curve: number % 2 ? [] : [value + 1] };
  if (number % 11 === 5) return { state: 'failed', code: 'workerDied', curve: [] };
  if (number % 5 === 4) return { state: 'pruned', curve: [value + 0.2, value + 0.1] };
  return value;
}

/** Runs all checks of one case. @returns what is wrong, as sentences */
export function samplerViolations(
  sampler: Sampler,
  { name, space }: SamplerCase,
  { trials }: { readonly trials: number },
): readonly string[] {
  const violations: string[] = [];
  for (const seed of seeds) {
    const options = { space, objective: eventful, trials, seed, lag: 4 };
    const history = guarded(name, violations, () => runSearch(sampler, options)) ?? [];
    violations.push(...rangeViolations(space, history), ...repeatViolations(space, history, trials));
    violations.push(...purityViolations(sampler, space, history));
    violations.push(...lagViolations(sampler, { ...options, trials: Math.min(trials, 24) }));
  }
  violations.push(...foreignViolations(sampler, space));
  return [...new Set(violations)].map((violation) => `${name}: ${violation}`);
}

function guarded<T>(name: string, violations: string[], run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    violations.push(`threw ${error instanceof Error ? (error.stack ?? error.message) : name}`);
    return null;
  }
}

function rangeViolations(space: SearchSpace, history: readonly Trial[]): string[] {
  const isMember = membershipOf(space);
  const { constraints } = parseConstraints(space.constraints);
  const violations: string[] = [];
  for (const { params } of history) {
    if (!paramsSchema.safeParse(params).success) violations.push('proposed Params that are none');
    else if (!isMember(params))
      violations.push(`proposed a configuration outside the space: ${paramsKey(params)}`);
    else if (!satisfies(constraints, params)) violations.push('proposed what a constraint excludes');
  }
  return violations;
}

function repeatViolations(space: SearchSpace, history: readonly Trial[], trials: number): string[] {
  const violations: string[] = [];
  const keys = new Set(history.map((trial) => paramsKey(trial.params)));
  if (keys.size < history.length) violations.push('proposed a configuration twice');
  const combinations = combinationsOf(space);
  if (!combinations) {
    if (history.length < trials) violations.push('ran out of a space without end');
    return violations;
  }
  const { constraints } = parseConstraints(space.constraints);
  let count = 0;
  for (let i = 0; i < combinations.count; i++) {
    const params = combinations.at(i);
    if (params && satisfies(constraints, params)) count++;
  }
  if (keys.size !== Math.min(count, trials))
    violations.push(`proposed ${keys.size} of ${count} configurations in ${trials} trials`);
  return violations;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

function suggest(sampler: Sampler, space: SearchSpace, history: readonly Trial[]): Params | null {
  const number = history.length;
  return sampler.suggest(space, history, number, createRng(hashSeed(9, 'sampler', number)));
}

/** Equal arguments give equal answers, whatever was asked in between; nothing passed in is changed. */
function purityViolations(sampler: Sampler, space: SearchSpace, history: readonly Trial[]): string[] {
  const violations: string[] = [];
  for (const length of [0, 5, Math.floor(history.length * 0.9)]) {
    const part = deepFreeze(structuredClone(history.slice(0, length)));
    try {
      const first = suggest(sampler, space, part);
      suggest(sampler, space, part.slice(0, Math.floor(length / 2)));
      const again = suggest(sampler, space, structuredClone(part));
      if (JSON.stringify(first) !== JSON.stringify(again))
        violations.push('gave two answers to one question');
    } catch (error) {
      if (error instanceof TypeError) violations.push(`changed what it was given (${error.message})`);
      else throw error;
    }
  }
  return violations;
}

interface LagOptions {
  readonly space: SearchSpace;
  readonly objective: (params: Params, number: number) => Outcome;
  readonly trials: number;
  readonly seed: number;
  readonly lag: number;
}

/** Trial n is the same whatever became of the trials it may not see. */
function lagViolations(sampler: Sampler, options: LagOptions): string[] {
  const { lag, objective, trials } = options;
  const keysOf = (run: readonly Trial[]): string[] => run.map((trial) => paramsKey(trial.params));
  const usual = keysOf(runSearch(sampler, options));
  const violations: string[] = [];
  for (const n of [lag, Math.floor(trials / 2), trials - 1]) {
    const changed = (params: Params, number: number): Outcome =>
      number > n - lag ? -1000 + number : objective(params, number);
    const other = keysOf(runSearch(sampler, { ...options, trials: n + 1, objective: changed }));
    for (let i = 0; i <= n; i++)
      if (usual[i] !== other[i]) violations.push('looked at a trial that it may not see');
  }
  return violations;
}

/** A history that this space could not have made: outside it, of one value, all failed, all running. */
function foreignViolations(sampler: Sampler, space: SearchSpace): string[] {
  const rng: Rng = createRng(77);
  const inside = (number: number, outcome: Outcome): Trial =>
    trialOf(number, randomConfiguration(space, rng), outcome);
  const outside = (number: number): Trial =>
    trialOf(number, { ...neutralParams, units: 512, layers: 8, lookback: 1999, epochs: 9999 }, 0.1);
  const numbers = Array.from({ length: 30 }, (_, i) => i);
  const histories: Record<string, readonly Trial[]> = {
    'of trials outside the space': numbers.map(outside),
    'of equal values': numbers.map((i) => inside(i, 1)),
    'of failed trials': numbers.map((i) => inside(i, { state: 'failed', code: 'workerDied', curve: [] })),
    'of diverged trials': numbers.map((i) => inside(i, { state: 'failed', code: 'diverged', curve: [] })),
    'of pruned trials': numbers.map((i) => inside(i, { state: 'pruned', curve: [i] })),
    'of running trials': numbers.map((i) => masked(inside(i, 1))),
    'of huge values': numbers.map((i) => inside(i, i % 2 ? 1e300 : 1)),
  };
  const violations: string[] = [];
  for (const [what, history] of Object.entries(histories)) {
    const found: string[] = [];
    const params = guarded(what, found, () => suggest(sampler, space, history));
    if (params) found.push(...rangeViolations(space, [trialOf(0, params, 1)]));
    violations.push(...found.map((violation) => `after a history ${what}: ${violation}`));
  }
  return violations;
}
