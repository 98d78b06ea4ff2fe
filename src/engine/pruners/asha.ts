import type { Trial } from '../../model/trial.ts';
import type { Pruner } from './pruner.ts';
import { reachedValue, resourceOf, valueAt } from './steps.ts';

export interface AshaOptions {
  /** Steps before the first rung, >= 1. */
  readonly minResource: number;
  /** Eta: one in this many goes on, >= 2. */
  readonly reductionFactor: number;
  /** The first rung lies at minResource x eta^rate. */
  readonly minEarlyStoppingRate: number;
  readonly maxEpochs: number;
}

/**
 * Asynchronous successive halving (Li et al. 2020, MLSys; the variant of Optuna's SuccessiveHalvingPruner that never resumes a
 * trial). Rung r lies at minResource x eta^(rate + r) steps; a trial that arrives goes on if its value there is among the best
 * floor(n / eta), and at least among the best one, of the n values seen at the rung, its own included.
 */
export function createAshaPruner(options: AshaOptions): Pruner {
  const { minResource, reductionFactor, minEarlyStoppingRate, maxEpochs } = options;
  return {
    shouldPrune: (history, trial) => {
      const resource = resourceOf(trial, maxEpochs);
      const before = resourceBefore(trial, maxEpochs);
      for (
        let rung = minResource * reductionFactor ** minEarlyStoppingRate;
        rung <= resource;
        rung *= reductionFactor
      ) {
        // Rungs that lie behind were decided when they were reached.
        if (rung <= before) continue;
        const value = valueAt(trial, rung, maxEpochs) ?? Number.NaN;
        if (Number.isNaN(value)) return true;
        if (!isPromoted(value, competing(history, rung, maxEpochs), reductionFactor)) return true;
      }
      return false;
    },
  };
}

/** Steps behind the trial one epoch ago. */
function resourceBefore(trial: Trial, maxEpochs: number): number {
  const last = trial.folds.at(-1);
  if (!last) return 0;
  return last.fold * maxEpochs + Math.max(0, last.curve.validation.length - 1);
}

function competing(history: readonly Trial[], rung: number, maxEpochs: number): number[] {
  const values: number[] = [];
  for (const other of history) {
    const value = reachedValue(other, rung, maxEpochs);
    if (value !== null) values.push(value);
  }
  return values;
}

function isPromoted(value: number, others: readonly number[], reductionFactor: number): boolean {
  const promotable = Math.max(1, Math.floor((others.length + 1) / reductionFactor));
  let better = 0;
  for (const other of others) if (other < value) better++;
  return better < promotable;
}
