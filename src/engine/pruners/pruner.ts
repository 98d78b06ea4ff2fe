import type { Trial } from '../../model/trial.ts';

/**
 * Decides whether a running trial goes on, after each epoch inside a fold and after each fold. Pure.
 * `history` is masked like a Sampler's; `trial` is the running one with its curves so far.
 */
export interface Pruner {
  shouldPrune(history: readonly Trial[], trial: Trial): boolean;
}
