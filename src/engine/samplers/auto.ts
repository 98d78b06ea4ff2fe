import { parseConstraints } from '../../model/constraints.ts';
import { dimensionOf } from '../../model/dimension.ts';
import { countOf, type SearchSpace } from '../../model/searchSpace.ts';
import type { SamplerKind } from '../../model/searchSpec.ts';
import { countSpace } from '../../model/spaceCount.ts';

/** Largest budget the Gaussian process is chosen for: its cost grows with the cube of the trials. */
const gpBudget = 100;
/**
 * Fewest trials it must be left to choose. A model needs ten finished trials, and a trial does not see the `lag - 1` before it, so
 * the first 9 + lag are drawn. With 20 and more of the others it was no worse than TPE at any lag (docs/search.md).
 */
const gpFewestChosen = 20;
const startupTrials = 10;
/** Largest share of unordered categorical hyperparameters the Gaussian process is chosen for. */
const gpCategoricalShare = 1 / 3;

/** Combinations tied together by conditions or constraints that are counted one by one. */
const countedAtMost = 100_000;

export interface AutoChoice {
  readonly kind: Exclude<SamplerKind, 'auto'>;
  /** A sentence for people. */
  readonly reason: string;
}

/**
 * The sampler for `auto`: a grid where the budget reaches every configuration, a Gaussian process for small budgets on mostly
 * numeric spaces that leave it enough to choose, else TPE.
 * @param budget number of trials
 * @param lag search.lag: trial n does not see the results of those above n - lag
 */
export function resolveAuto(
  space: SearchSpace,
  { budget, lag }: { readonly budget: number; readonly lag: number },
): AutoChoice {
  const { left, isExact } = countSpace(space, parseConstraints(space.constraints).constraints, countedAtMost);
  if (left !== null && isExact && left <= budget)
    return {
      kind: 'grid',
      reason: `grid: the space has ${left} configuration${left === 1 ? '' : 's'}, and ${budget} trials run them all`,
    };
  const searched = space.parameters.filter((p) => countOf(p.distribution) !== 1);
  const categorical = searched.filter((p) => dimensionOf(p.distribution).kind === 'categorical').length;
  const isNumeric = categorical <= gpCategoricalShare * searched.length;
  const isConditional = searched.some((p) => p.when !== null);
  const drawn = startupTrials - 1 + lag;
  if (budget - drawn >= gpFewestChosen && budget <= gpBudget && isNumeric && !isConditional)
    return {
      kind: 'gp',
      reason: `gp: it makes most of few trials (${budget} here), and ${searched.length - categorical} of ${searched.length} hyperparameters are numeric`,
    };
  const why = isConditional
    ? 'some hyperparameters are conditional'
    : !isNumeric
      ? `${categorical} of ${searched.length} hyperparameters are unordered choices`
      : budget > gpBudget
        ? `${budget} trials are enough for its densities`
        : budget <= drawn
          ? `all ${budget} trials are drawn at random, too few for a model to learn from (search.lag ${lag})`
          : `the first ${drawn} of ${budget} trials are drawn at random (search.lag ${lag}), which leaves too few for a Gaussian process`;
  return { kind: 'tpe', reason: `tpe: ${why}` };
}
