import { createRng, hashSeed } from '../rng.ts';
import type { EarlyStopping, FoldTensors } from './trainer.ts';

/** Train origins that are trained on, and the tail that early stopping watches (empty without it). */
export function splitTail(
  trainOrigins: Int32Array,
  earlyStopping: EarlyStopping | null,
): { trained: Int32Array; watched: Int32Array } {
  if (!earlyStopping || trainOrigins.length < 2) return { trained: trainOrigins, watched: new Int32Array(0) };
  const wanted = Math.round(earlyStopping.share * trainOrigins.length);
  const size = Math.min(Math.max(wanted, 1), trainOrigins.length - 1);
  const cut = trainOrigins.length - size;
  return { trained: trainOrigins.subarray(0, cut), watched: trainOrigins.subarray(cut) };
}

/** Origins in a new random order at each call: Fisher and Yates on a copy, one stream over all epochs. */
export function createEpochOrder(origins: Int32Array, seed: number): () => Int32Array {
  const random = createRng(hashSeed(seed, 'order'));
  const order = Int32Array.from(origins);
  return () => {
    for (let i = order.length - 1; i > 0; i--) {
      const j = random.int(i + 1);
      const swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  };
}

/** Mean loss of predictions (origins, horizon) against the fold's targets, in double. */
export function meanLoss(
  predictions: Float32Array,
  origins: Int32Array,
  fold: Pick<FoldTensors, 'targets' | 'horizon'>,
  loss: 'mse' | 'mae',
): number {
  let sum = 0;
  origins.forEach((origin, i) => {
    for (let s = 0; s < fold.horizon; s++) {
      const error = predictions[i * fold.horizon + s] - fold.targets[origin * fold.horizon + s];
      sum += loss === 'mae' ? Math.abs(error) : error * error;
    }
  });
  return sum / (origins.length * fold.horizon);
}
