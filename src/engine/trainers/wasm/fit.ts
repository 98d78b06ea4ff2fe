import { Fault } from '../../../model/fault.ts';
import type { Params } from '../../../model/hyperparameters.ts';
import { createEpochOrder, meanLoss, splitTail } from '../batches.ts';
import { initialWeights } from '../initialWeights.ts';
import { createStopper } from '../stopper.ts';
import type { FitOptions, FitResult, FoldTensors, ModelWeights } from '../trainer.ts';
import type { TrainSession } from './session.ts';

/** The training loop of one fit: epochs of shuffled batches, a prediction pass after each, early stopping, the caller's word. */
export async function runFit(
  session: TrainSession,
  params: Params,
  fold: FoldTensors,
  options: FitOptions,
): Promise<FitResult> {
  const { earlyStopping, seeds, betweenBatches = () => null } = options;
  if (fold.trainOrigins.length === 0)
    throw new Fault('badInput', 'A fold without train windows cannot be trained on.');
  session.setWeights(
    options.initialWeights ??
      initialWeights({ ...fold, units: params.units, layers: params.layers }, seeds.init),
  );
  const { trained, watched } = splitTail(fold.trainOrigins, earlyStopping);
  const nextOrder = createEpochOrder(trained, seeds.shuffle);
  const stopper = earlyStopping ? createStopper(earlyStopping) : null;
  let kept: { weights: ModelWeights; validationPredictions: Float32Array } | null = null;
  let validationPredictions: Float32Array = new Float32Array(0);
  const result = (epochs: number, endedBy: FitResult['endedBy']): FitResult => ({
    epochs,
    endedBy,
    ...(kept && endedBy !== 'diverged' ? kept : { weights: session.weights(), validationPredictions }),
  });

  for (let epoch = 0; epoch < params.epochs; epoch++) {
    const trainLoss = await trainEpoch(session, params, fold, { order: nextOrder(), betweenBatches });
    validationPredictions = session.predict(fold, fold.validationOrigins);
    if (!Number.isFinite(trainLoss) || !validationPredictions.every(Number.isFinite)) {
      return result(epoch + 1, 'diverged');
    }
    let shouldStop = false;
    if (stopper && watched.length > 0) {
      const verdict = stopper(meanLoss(session.predict(fold, watched), watched, fold, params.loss));
      if (verdict === 'improved') kept = { weights: session.weights(), validationPredictions };
      shouldStop = verdict === 'stop';
    }
    const answer = await options.onEpochEnd({ epoch, trainLoss, validationPredictions });
    if (answer === 'stop') return result(epoch + 1, 'stop');
    if (shouldStop) return result(epoch + 1, 'earlyStopping');
  }
  return result(params.epochs, 'epochs');
}

/** One pass over `order` in batches; the sample-weighted mean loss, or the first loss that is not finite. */
async function trainEpoch(
  session: TrainSession,
  params: Params,
  fold: FoldTensors,
  {
    order,
    betweenBatches,
  }: { readonly order: Int32Array; readonly betweenBatches: () => Promise<void> | null },
): Promise<number> {
  let sum = 0;
  for (let first = 0; first < order.length; first += params.batchSize) {
    const count = Math.min(params.batchSize, order.length - first);
    const loss = session.gradients(fold, { origins: order, first, count });
    if (!Number.isFinite(loss)) return loss;
    session.update();
    sum += loss;
    const pause = betweenBatches();
    if (pause) await pause;
  }
  return sum / (order.length * fold.horizon);
}
