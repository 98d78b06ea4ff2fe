import {
  hyperparameterNames,
  paramsSchema,
  type HyperparameterName,
  type Params,
  type ParamValue,
} from '../../model/hyperparameters.ts';
import { configurationOf, type SearchSpace } from '../../model/searchSpace.ts';
import type { SearchSpec } from '../../model/searchSpec.ts';
import type { Rng } from '../rng.ts';
import { randomConfiguration } from './proposals.ts';

type Point = SearchSpec['points'][number];

/**
 * Params of one of the user's own points. What it leaves out is drawn at random from the space (constants stay constants), so
 * that a point can fix only what its author has an opinion on. A point may lie outside the space or break a constraint: it is run
 * as written. Null when a value is none that the hyperparameter can have (an issue of the study).
 */
export function paramsOfPoint(space: SearchSpace, point: Point, rng: Rng): Params | null {
  const settled: Record<string, ParamValue> = {
    ...configurationOf(space, { ...randomConfiguration(space, rng), ...point }),
  };
  for (const name of hyperparameterNames) settled[name] = point[name] ?? settled[name];
  const parsed = paramsSchema.safeParse(settled);
  return parsed.success ? parsed.data : null;
}

/** Does the point say a value for every searched hyperparameter? Then running it twice is a repetition. */
export function isWhole(space: SearchSpace, point: Point): boolean {
  return space.parameters.every(({ name }: { name: HyperparameterName }) => point[name] !== undefined);
}
