import type { StepLayout } from '../../model/trial.ts';
import { createAshaPruner } from './asha.ts';
import type { Pruner } from './pruner.ts';

export interface HyperbandOptions extends StepLayout {
  /** Steps before the first rung of the most eager bracket. */
  readonly minResource: number;
  /** Steps of a whole trial. */
  readonly maxResource: number;
  readonly reductionFactor: number;
  /** A uint32 for each trial number, always the same: decides its bracket. */
  readonly draw: (trialNumber: number) => number;
}

/**
 * Shares of the brackets: budget k = ceil(B eta^(B-1-k) / (B-k)) for k = 0..B-1, B = floor(log_eta(max / min)) + 1.
 * Bracket k is successive halving that starts eta^k later.
 */
export function bracketBudgets(
  options: Omit<HyperbandOptions, 'draw' | keyof StepLayout>,
): readonly number[] {
  const { minResource, maxResource, reductionFactor } = options;
  // The quotient of logarithms may fall short of a whole number by rounding.
  const ratio = Math.log(maxResource / minResource) / Math.log(reductionFactor);
  const brackets = Math.max(1, Math.floor(ratio + 1e-9) + 1);
  return Array.from({ length: brackets }, (_, k) =>
    Math.ceil((brackets * reductionFactor ** (brackets - 1 - k)) / (brackets - k)),
  );
}

export function bracketOf(budgets: readonly number[], draw: number): number {
  let rest = draw % budgets.reduce((a, b) => a + b, 0);
  for (let k = 0; k < budgets.length; k++) {
    rest -= budgets[k];
    if (rest < 0) return k;
  }
  return budgets.length - 1;
}

/** Hyperband (Li et al. 2018, JMLR 18:185) as in Optuna: each bracket is ASHA among its own trials only. */
export function createHyperbandPruner(options: HyperbandOptions): Pruner {
  const { minResource, reductionFactor, maxEpochs, objective, draw } = options;
  const budgets = bracketBudgets(options);
  const brackets = budgets.map((_, k) =>
    createAshaPruner({ minResource, reductionFactor, minEarlyStoppingRate: k, maxEpochs, objective }),
  );
  return {
    shouldPrune: (history, trial) => {
      const bracket = bracketOf(budgets, draw(trial.number));
      const own = history.filter((other) => bracketOf(budgets, draw(other.number)) === bracket);
      return brackets[bracket].shouldPrune(own, trial);
    },
  };
}
