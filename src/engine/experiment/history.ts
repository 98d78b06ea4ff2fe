import { masked, type Trial } from '../../model/trial.ts';

/**
 * What trial `number` may see: all trials before it, those numbered above number - lag masked to their params, finished or not.
 * So neither the number of workers nor their speed can change what a sampler or pruner answers (docs/store.md).
 */
export function historyOf(trials: readonly Trial[], number: number, lag: number): Trial[] {
  return trials.slice(0, number).map((trial) => (trial.number > number - lag ? masked(trial) : trial));
}

/** The trials that must have ended before trial `number` may be proposed: 0..number - lag. */
export function mustHaveEnded(number: number, lag: number): number {
  return number - lag;
}
