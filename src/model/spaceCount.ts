import { combinationsOf, type Combinations } from './combinations.ts';
import { satisfies, type Constraint } from './constraints.ts';
import { decode, dimensionOf, fromUnit } from './dimension.ts';
import type { HyperparameterName, ParamValue } from './hyperparameters.ts';
import { activationOrder, configurationOf, type SearchSpace, type SpaceParameter } from './searchSpace.ts';

export interface SpaceCount {
  /** Share of the configurations that satisfies all constraints, 0..1. */
  readonly share: number;
  /** Distinct configurations that satisfy them; null where there is no end of them (a float without step). */
  readonly left: number | null;
  /** False where a part was too large to be counted or has no end: share, and left with it, are estimates then. */
  readonly isExact: boolean;
}

/** Points at which a part that is not counted is looked at. */
export const estimatePoints = 1_000;

/**
 * Counts what conditions and constraints leave of a space. Hyperparameters that no condition or constraint ties together are
 * independent: each tied group is counted by itself and the counts are multiplied, so "units * layers <= 300" costs units x layers
 * looks, whatever else is searched. A group of more than `limit` combinations is estimated at 1,000 points.
 */
export function countSpace(
  space: SearchSpace,
  constraints: readonly Constraint[],
  limit: number,
): SpaceCount {
  const searched = new Set(space.parameters.map((p) => p.name));
  const onConstants = constraints.filter(({ names }) => !meet(names, searched));
  if (!satisfies(onConstants, space.constants)) return { share: 0, left: 0, isExact: true };
  const parts = groupsOf(space.parameters, constraints).map((parameters) => {
    const names = new Set(parameters.map((p) => p.name));
    const own = constraints.filter((constraint) => meet(constraint.names, names));
    return countGroup({ ...space, parameters }, own, limit);
  });
  // Nothing of one part is nothing at all, however roughly the others are known.
  if (parts.some((part) => part.share === 0 && part.isExact)) return { share: 0, left: 0, isExact: true };
  const left = parts.reduce<number | null>(
    (product, part) => (product === null || part.left === null ? null : product * part.left),
    1,
  );
  return {
    share: parts.reduce((product, part) => product * part.share, 1),
    left: left === null ? null : Math.round(left),
    isExact: parts.every((part) => part.isExact),
  };
}

function meet(a: ReadonlySet<HyperparameterName>, b: ReadonlySet<HyperparameterName>): boolean {
  return [...a].some((name) => b.has(name));
}

/** Hyperparameters tied by conditions or constraints, each group in the order of the space. */
function groupsOf(
  parameters: readonly SpaceParameter[],
  constraints: readonly Constraint[],
): SpaceParameter[][] {
  const groupOf = new Map<HyperparameterName, HyperparameterName>(parameters.map((p) => [p.name, p.name]));
  const tie = (names: Iterable<HyperparameterName>): void => {
    const groups = [...names].flatMap((name) => groupOf.get(name) ?? []); // constants are in none
    for (const [name, group] of groupOf) if (groups.includes(group)) groupOf.set(name, groups[0]);
  };
  for (const { name, when } of parameters) tie([name, ...(Object.keys(when ?? {}) as HyperparameterName[])]); // keys of a Condition
  for (const { names } of constraints) tie(names);
  return [...new Set(groupOf.values())].map((group) =>
    parameters.filter((p) => groupOf.get(p.name) === group),
  );
}

function countGroup(space: SearchSpace, constraints: readonly Constraint[], limit: number): SpaceCount {
  const combinations = combinationsOf(space);
  const isPlain = constraints.length === 0 && space.parameters.every((p) => p.when === null);
  if (combinations === null) {
    const share = isPlain ? 1 : shareOfEndless(space, constraints);
    return { share, left: null, isExact: isPlain };
  }
  if (isPlain) return { share: 1, left: combinations.count, isExact: true };
  const { count } = combinations;
  const isExact = count <= limit;
  const points = isExact ? count : estimatePoints;
  const { total, left } = tally(combinations, constraints, isExact ? null : points);
  return { share: total === 0 ? 0 : left / total, left: (left / points) * count, isExact };
}

const goldenSection = 0.6180339887498949;

/** Distinct configurations and those of them that satisfy the constraints: among all combinations, or among so many spread over them. */
function tally(
  combinations: Combinations,
  constraints: readonly Constraint[],
  points: number | null,
): { total: number; left: number } {
  let total = 0;
  let left = 0;
  for (let i = 0; i < (points ?? combinations.count); i++) {
    const index =
      points === null ? i : Math.floor(((0.5 + (i + 1) * goldenSection) % 1) * combinations.count);
    const params = combinations.at(index);
    if (!params) continue;
    total++;
    if (satisfies(constraints, params)) left++;
  }
  return { total, left };
}

/** At points of the additive recurrence with the generalised golden ratio (Roberts 2018, R_d), which needs no randomness. */
function shareOfEndless(space: SearchSpace, constraints: readonly Constraint[]): number {
  const parameters = activationOrder(space);
  const dimensions = parameters.map((p) => dimensionOf(p.distribution));
  const ratio = goldenRatio(parameters.length);
  let left = 0;
  for (let i = 1; i <= estimatePoints; i++) {
    const values: Partial<Record<HyperparameterName, ParamValue>> = {};
    parameters.forEach((p, d) => {
      const u = (0.5 + i * ratio ** -(d + 1)) % 1;
      values[p.name] = decode(p.distribution, fromUnit(dimensions[d], u));
    });
    if (satisfies(constraints, configurationOf(space, values))) left++;
  }
  return left / estimatePoints;
}

/** The root above 1 of x^(d+1) = x + 1. */
function goldenRatio(d: number): number {
  let x = 2;
  for (let i = 0; i < 60; i++) x = (1 + x) ** (1 / (d + 1));
  return x;
}
