import type { EarlyStopping } from './trainer.ts';

/** What an epoch's watched loss means: keep these weights, go on without, or stop. */
export type Verdict = 'improved' | 'wait' | 'stop';

/**
 * Early stopping as Keras' EarlyStopping(restore_best_weights=True): an epoch improves when its loss is below the best by more
 * than minDelta; `patience` epochs in a row without stop the training (0 acts as 1).
 */
export function createStopper(options: EarlyStopping): (watchedLoss: number) => Verdict {
  let lowest = Infinity;
  let waited = 0;
  return (watchedLoss) => {
    if (watchedLoss < lowest - options.minDelta || lowest === Infinity) {
      lowest = watchedLoss;
      waited = 0;
      return 'improved';
    }
    waited += 1;
    return waited >= Math.max(1, options.patience) ? 'stop' : 'wait';
  };
}
