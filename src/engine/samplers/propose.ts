import { hyperparameterNames, type Params } from '../../model/hyperparameters.ts';
import type { SearchSpace } from '../../model/searchSpace.ts';
import type { SearchSpec } from '../../model/searchSpec.ts';
import type { Trial } from '../../model/trial.ts';
import type { Rng } from '../rng.ts';
import { paramsOfPoint, isWhole } from './points.ts';
import { isSame } from './proposals.ts';
import type { Sampler } from './sampler.ts';

export interface Proposal {
  readonly params: Params;
  readonly source: Trial['source'];
}

export interface ProposeOptions {
  readonly sampler: Sampler;
  /** What the sampler's proposals are recorded as: 'grid' for the grid sampler, else 'sampler'. */
  readonly source: 'grid' | 'sampler';
  readonly space: SearchSpace;
  /** The user's own points, in order. */
  readonly points: SearchSpec['points'];
  /** Trials 0..number-1, masked (search.lag). */
  readonly history: readonly Trial[];
  readonly number: number;
  /** The stream of this trial: from (seed, 'sampler', number). */
  readonly rng: Rng;
}

/**
 * Params of the next trial: the user's points first, in order, then the sampler's proposals. A point that gives every searched
 * hyperparameter and was run before is passed over. Null when nothing is left to propose.
 *
 * Points already taken are counted by the `source` of the trials, so points added to a running experiment come next.
 */
export function propose(options: ProposeOptions): Proposal | null {
  const { sampler, space, points, history, number, rng } = options;
  const pointTrials = history.filter((trial) => trial.source === 'point');
  let taken = 0;
  for (const point of points) {
    const earlier = pointTrials[taken];
    if (
      earlier &&
      hyperparameterNames.every((n) => point[n] === undefined || point[n] === earlier.params[n])
    ) {
      taken++;
      continue;
    }
    const params = paramsOfPoint(space, point, rng);
    if (!params) continue;
    if (isWhole(space, point) && history.some((trial) => isSame(trial.params, params))) continue;
    return { params, source: 'point' };
  }
  const params = sampler.suggest(space, history, number, rng);
  return params ? { params, source: options.source } : null;
}
