import type { Study } from '../../model/study.ts';
import type { Trial } from '../../model/trial.ts';

/**
 * How many epochs a refit trains: the trial's own number; where early stopping cut its folds short, the mean of those that were
 * kept. A refit itself never stops early, since the rows that are watched for it would not be trained on.
 */
export function refitEpochs(
  { params, folds }: Pick<Trial, 'params' | 'folds'>,
  earlyStopping: Study['earlyStopping'],
): number {
  if (earlyStopping === null || folds.length === 0) return params.epochs;
  const kept = folds.map(({ curve, endedBy }) =>
    endedBy === 'earlyStopping' ? curve.train.length - earlyStopping.patience : curve.train.length,
  );
  return Math.max(1, Math.round(kept.reduce((sum, epochs) => sum + epochs, 0) / kept.length));
}
