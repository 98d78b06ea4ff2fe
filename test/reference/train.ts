import { createEpochOrder } from '../../src/engine/trainers/batches.ts';
import type { FitSeeds, FoldTensors, ModelWeights } from '../../src/engine/trainers/trainer.ts';
import type { Params } from '../../src/model/hyperparameters.ts';
import { referenceBatch, referenceMasks } from './batches.ts';
import { gradients, noMasks, type ReferenceModel } from './lstm.ts';
import { createOptimizer, type AdamForm } from './optimizers.ts';
import { toReference } from './tensors.ts';

export interface ReferenceTraining {
  readonly weights: ModelWeights;
  readonly seeds: Pick<FitSeeds, 'shuffle' | 'dropout'>;
  /** Ways to be wrong, for tests that must notice. */
  readonly broken?: 'torchAdam' | 'noMasks' | 'dropsPartialBatch' | 'noShuffle';
}

/** The training loop in double: losses of the epochs, and the model after the last. No early stopping. */
export function referenceTrain(
  params: Params,
  fold: FoldTensors,
  { weights, seeds, broken }: ReferenceTraining,
): { losses: number[]; model: ReferenceModel } {
  const model = toReference(weights);
  const adamForm: AdamForm = broken === 'torchAdam' ? 'torch' : 'keras';
  const optimizer = createOptimizer(model, params, adamForm);
  const nextOrder = createEpochOrder(fold.trainOrigins, seeds.shuffle);
  const losses: number[] = [];
  let step = 0;
  for (let epoch = 0; epoch < params.epochs; epoch++) {
    const order = broken === 'noShuffle' ? fold.trainOrigins : nextOrder();
    let sum = 0;
    for (let first = 0; first < order.length; first += params.batchSize) {
      const origins = order.subarray(first, first + params.batchSize);
      if (broken === 'dropsPartialBatch' && origins.length < params.batchSize) break;
      const masks = broken === 'noMasks' ? noMasks : referenceMasks(params, seeds.dropout, step);
      const found = gradients(model, referenceBatch(fold, params.lookback, origins), {
        loss: params.loss,
        masks,
      });
      optimizer.step(model, found.gradients);
      sum += found.loss * origins.length;
      step += 1;
    }
    losses.push(sum / order.length);
  }
  return { losses, model };
}
