import type { Params } from '../../model/hyperparameters.ts';
import { maxEpochsOf, membershipOf, type SearchSpace } from '../../model/searchSpace.ts';
import type { Trial } from '../../model/trial.ts';

/**
 * What a sampler learns from: earlier trials whose configuration lies in the space.
 * - complete: its value.
 * - pruned: how far it came and its value there. A diverged trial is one pruned at its last step with the worst value.
 * - running: params only (not finished, or not yet visible): the constant liar's.
 * Trials that failed otherwise teach nothing; those outside the space are left alone.
 */
export type Observation =
  | { readonly state: 'complete'; readonly number: number; readonly params: Params; readonly value: number }
  | {
      readonly state: 'pruned';
      readonly number: number;
      readonly params: Params;
      /** Last step run, -1 for none. */
      readonly step: number;
      /** Value there; Infinity for a diverged trial. */
      readonly value: number;
    }
  | { readonly state: 'running'; readonly number: number; readonly params: Params };

export function observationsOf(space: SearchSpace, history: readonly Trial[]): readonly Observation[] {
  const isMember = membershipOf(space);
  const maxEpochs = maxEpochsOf(space);
  const observations: Observation[] = [];
  for (const trial of history) {
    if (!isMember(trial.params)) continue;
    const observation = observe(trial, maxEpochs);
    if (observation) observations.push(observation);
  }
  return observations;
}

function observe(trial: Trial, maxEpochs: number): Observation | null {
  const { number, params, state, value } = trial;
  switch (state) {
    case 'complete':
      return value === null ? null : { state, number, params, value };
    case 'pruned':
      return { state, number, params, ...lastStep(trial, maxEpochs) };
    case 'failed':
      return trial.error?.code === 'diverged'
        ? { state: 'pruned', number, params, step: lastStep(trial, maxEpochs).step, value: Infinity }
        : null;
    case 'waiting':
    case 'running':
      return { state: 'running', number, params };
  }
}

/**
 * Where a trial was when it was pruned. Finished folds count with their last epoch: it only ranks pruned trials among each other.
 */
function lastStep(trial: Trial, maxEpochs: number): { step: number; value: number } {
  const last = trial.folds.at(-1);
  if (!last || last.curve.validation.length === 0) return { step: -1, value: Infinity };
  let sum = 0;
  for (const { curve } of trial.folds) sum += curve.validation[curve.validation.length - 1];
  return {
    step: last.fold * maxEpochs + last.curve.validation.length - 1,
    value: sum / trial.folds.length,
  };
}
