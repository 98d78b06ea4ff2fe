import type { StepLayout, Trial } from '../../model/trial.ts';
import type { Pruner } from './pruner.ts';
import { reachedValue, resourceOf, valueAt } from './steps.ts';

export interface AshaOptions extends StepLayout {
  /** Steps before the first rung, >= 1. */
  readonly minResource: number;
  /** Eta: one in this many goes on, >= 2. */
  readonly reductionFactor: number;
  /** The first rung lies at minResource x eta^rate. */
  readonly minEarlyStoppingRate: number;
}

/**
 * Asynchronous successive halving (Li et al. 2020, MLSys; the variant of Optuna's SuccessiveHalvingPruner that never resumes a
 * trial). Rung r lies at minResource x eta^(rate + r) steps; a trial that arrives goes on if its value there is among the best
 * floor(n / eta), and at least among the best one, of the n values seen at the rung, its own included.
 */
export function createAshaPruner(options: AshaOptions): Pruner {
  const { minResource, reductionFactor, minEarlyStoppingRate } = options;
  return {
    shouldPrune: (history, trial) => {
      const resource = resourceOf(trial, options);
      const before = resourceBefore(trial, options);
      for (
        let rung = minResource * reductionFactor ** minEarlyStoppingRate;
        rung <= resource;
        rung *= reductionFactor
      ) {
        // Rungs that lie behind were decided when they were reached.
        if (rung <= before) continue;
        const value = valueAt(trial, rung, options) ?? Number.NaN;
        if (Number.isNaN(value)) return true;
        if (!isPromoted(value, competing(history, rung, options), reductionFactor)) return true;
      }
      return false;
    },
  };
}

/** Steps behind the trial one epoch ago. */
function resourceBefore(trial: Trial, { maxEpochs }: StepLayout): number {
  const last = trial.folds.at(-1);
  if (!last) return 0;
  return last.fold * maxEpochs + Math.max(0, last.curve.validation.length - 1);
}

function competing(history: readonly Trial[], rung: number, layout: StepLayout): number[] {
  const values: number[] = [];
  for (const other of history) {
    const value = reachedValue(other, rung, layout);
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
