import { dimensionOf, encode, toUnit } from '../../model/dimension.ts';
import {
  countOf,
  isActive,
  type Distribution,
  type SearchSpace,
  type SpaceParameter,
} from '../../model/searchSpace.ts';
import type { Trial } from '../../model/trial.ts';
import type { Rng } from '../rng.ts';
import { growTree, type ForestData, type Tree } from './forest.ts';
import { scoredTrials } from './pedAnova.ts';

/** A forest over the complete trials: what fANOVA, slices and contours are read from. */
export interface Surrogate {
  readonly parameters: readonly SpaceParameter[];
  readonly data: ForestData;
  readonly trees: readonly Tree[];
}

const treeCount = 64;
/** Most trials the forest is grown on; of more, every k-th is taken. */
const surrogateTrials = 1_000;
/** A choice is one bit of a 32-bit set; longer lists are taken as ordered. */
const mostChoices = 32;

export function growSurrogate(space: SearchSpace, trials: readonly Trial[], rng: Rng): Surrogate {
  const parameters = space.parameters.filter((p) => countOf(p.distribution) !== 1);
  const scored = scoredTrials(space, trials);
  const every = Math.ceil(scored.length / surrogateTrials);
  const used = scored.filter((_, i) => i % every === 0);
  const x = new Float64Array(used.length * parameters.length);
  used.forEach((trial, i) =>
    parameters.forEach((parameter, d) => {
      const { distribution, name } = parameter;
      // Where a hyperparameter is not active nothing is known of it: the middle, or the first choice.
      const value = isActive(parameter, trial.params) ? positionOf(distribution, trial.params[name]) : null;
      x[i * parameters.length + d] = value ?? (choicesOf(distribution) > 0 ? 0 : 0.5);
    }),
  );
  const data: ForestData = {
    x,
    y: Float64Array.from(used, (t) => t.value),
    choices: parameters.map((p) => choicesOf(p.distribution)),
  };
  const trees = used.length < 2 ? [] : Array.from({ length: treeCount }, () => growTree(data, rng));
  return { parameters, data, trees };
}

/** Number of choices of a dimension that the trees treat as categorical, else 0. */
function choicesOf(distribution: Distribution): number {
  const dimension = dimensionOf(distribution);
  return dimension.kind === 'categorical' && dimension.choices <= mostChoices ? dimension.choices : 0;
}

/** Place of a value on its axis of the forest; null for one that the distribution does not hold. */
export function positionOf(distribution: Distribution, value: number | string): number | null {
  const dimension = dimensionOf(distribution);
  const x = encode(distribution, value);
  if (Number.isNaN(x)) return null;
  if (choicesOf(distribution) > 0) return x;
  return Math.min(1, Math.max(0, toUnit(dimension, x)));
}
