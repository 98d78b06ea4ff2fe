import type { Params } from '../../model/hyperparameters.ts';
import type { SearchSpace } from '../../model/searchSpace.ts';
import type { Trial } from '../../model/trial.ts';
import type { Rng } from '../rng.ts';

/**
 * Proposes the Params of trial `number`. Pure: the same arguments give the same answer; no store, no clock, no hidden state.
 * `history` holds trials 0..number-1 in order, those it may not see masked to `running` (search.lag).
 * Returns null when no configuration is left that has not been proposed before.
 */
export interface Sampler {
  suggest(space: SearchSpace, history: readonly Trial[], number: number, rng: Rng): Params | null;
}
