import { foldValue, type FoldRecord, type StepLayout, type Trial } from '../../model/trial.ts';

/**
 * Pruning steps: step = fold x maxEpochs + epoch, and a resource is the number of steps done (epoch 1 of the first fold: 1).
 * The value at a step is the mean of the finished folds and the current one (intermediateValues in model/trial.ts; here only what
 * a decision needs is computed, for histories are long). Missing steps, where a trial has fewer epochs, carry the last value.
 */
type Run = Pick<Trial, 'folds' | 'params'>;

/** Has the fold run to its end: all its epochs, or fewer where early stopping ended it? */
export function isFinished(fold: FoldRecord, { params }: Run): boolean {
  return fold.metrics !== null || fold.curve.validation.length >= params.epochs;
}

/** Steps a trial has behind it. A finished fold counts whole. */
export function resourceOf(trial: Run, { maxEpochs }: StepLayout): number {
  const last = trial.folds.at(-1);
  if (!last) return 0;
  return last.fold * maxEpochs + (isFinished(last, trial) ? maxEpochs : last.curve.validation.length);
}

/** Epochs the trial has run in the fold it is in, and that fold. */
export function epochsInFold(trial: Run): { readonly fold: number; readonly epochs: number } {
  const last = trial.folds.at(-1);
  return { fold: last?.fold ?? 0, epochs: last?.curve.validation.length ?? 0 };
}

/** Value after `resource` steps (>= 1); null before the first value. What lies beyond the last value carries it. */
export function valueAt(trial: Run, resource: number, { maxEpochs, objective }: StepLayout): number | null {
  let finishedSum = 0;
  let value: number | null = null;
  for (let i = 0; i < trial.folds.length; i++) {
    const record = trial.folds[i];
    const { validation } = record.curve;
    const epoch = resource - record.fold * maxEpochs;
    if (epoch < 1 || validation.length === 0) break;
    const end = foldValue(record, objective);
    value = (finishedSum + (epoch < validation.length ? validation[epoch - 1] : end)) / (i + 1);
    finishedSum += end;
  }
  return value;
}

/**
 * Value of an earlier trial after `resource` steps: null when it did not get that far. A diverged trial counts as pruned at its
 * last step with the worst value; trials that failed otherwise, and those not yet visible, have none.
 */
export function reachedValue(trial: Trial, resource: number, layout: StepLayout): number | null {
  switch (trial.state) {
    case 'complete':
    case 'pruned':
      return resource <= resourceOf(trial, layout) ? valueAt(trial, resource, layout) : null;
    case 'failed': {
      if (trial.error?.code !== 'diverged') return null;
      const last = Math.max(1, resourceOf(trial, layout));
      if (resource > last) return null;
      return resource === last ? Infinity : valueAt(trial, resource, layout);
    }
    case 'waiting':
    case 'running':
      return null;
  }
}
