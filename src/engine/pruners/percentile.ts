import type { StepLayout, Trial } from '../../model/trial.ts';
import type { Pruner } from './pruner.ts';
import { epochsInFold, resourceOf, valueAt } from './steps.ts';

export interface PercentileOptions extends StepLayout {
  /** Share of trials that goes on, in percent, in (0, 100). */
  readonly percentile: number;
  /** Complete trials before anything is pruned. */
  readonly startupTrials: number;
  /** Epochs that each trial gets in its first fold; null: defaultWarmup of its epochs. */
  readonly warmupEpochs: number | null;
}

/** max(3, 15 % of the epochs): early values of an LSTM say little, and pruning on them loses good trials. */
function defaultWarmup(epochs: number): number {
  return Math.max(3, Math.ceil(0.15 * epochs));
}

/**
 * Prunes a trial whose best value so far is worse than a percentile of what complete trials had at this step: Optuna's
 * PercentilePruner (interval 1, n_min_trials 1). "So far" means in the current fold: the mean over folds moves with the folds'
 * difficulty, and an easy first fold must not protect a trial in all others. A value that is not a number prunes.
 */
export function createPercentilePruner(options: PercentileOptions): Pruner {
  const { percentile, startupTrials, warmupEpochs } = options;
  return {
    shouldPrune: (history, trial) => {
      const { fold, epochs } = epochsInFold(trial);
      if (epochs === 0) return false;
      if (fold === 0 && epochs < (warmupEpochs ?? defaultWarmup(trial.params.epochs))) return false;
      const complete = history.filter((other) => other.state === 'complete');
      if (complete.length < startupTrials) return false;
      const best = bestInFold(trial, fold, options);
      if (Number.isNaN(best)) return true;
      const resource = resourceOf(trial, options);
      const values = complete
        .map((other) => valueAt(other, resource, options))
        .filter((value) => value !== null && !Number.isNaN(value)) as number[]; // neither null nor NaN
      if (values.length === 0) return false;
      return best > percentileOf(values, percentile);
    },
  };
}

/** Optuna's MedianPruner: the 50th percentile. */
export function createMedianPruner(options: Omit<PercentileOptions, 'percentile'>): Pruner {
  return createPercentilePruner({ ...options, percentile: 50 });
}

function bestInFold(trial: Trial, fold: number, layout: StepLayout): number {
  const { epochs } = epochsInFold(trial);
  let best = Number.NaN;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const value = valueAt(trial, fold * layout.maxEpochs + epoch, layout) ?? Number.NaN;
    if (!(value >= best)) best = Number.isNaN(value) ? best : value;
  }
  return best;
}

/** Percentile with linear interpolation between order statistics (NumPy's default). */
function percentileOf(values: readonly number[], percentile: number): number {
  const sorted = Float64Array.from(values).sort();
  const position = (percentile / 100) * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
