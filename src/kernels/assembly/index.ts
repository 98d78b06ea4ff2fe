import { backwardLayer, transposeWeights } from './backward';
import { forwardLayer, forwardStep } from './forward';
import { layers, lookback } from './generated';
import { headBackward, headForward, loss } from './head';

export { select } from './batch';
export { adam, gradientSquares, rmsprop, sgd } from './optimizers';
/** The cells of one panel, for the accuracy test of the activations. */
export { f32LstmForward } from './generated';

/** First byte the host may use: plans and arenas live from here on, nothing is ever allocated inside. */
export function arenaStart(): usize {
  return (__heap_base + 63) & ~63;
}

/** Forward and backward pass over the current batch; gradients of the mean loss stay in memory. Returns the loss summed over samples and steps. */
export function gradients(isAbsolute: i32): f64 {
  for (let l = 0; l < layers; l++) {
    forwardLayer(l);
    transposeWeights(l);
  }
  headForward();
  const sum = loss(isAbsolute);
  headBackward();
  for (let l = layers - 1; l >= 0; l--) backwardLayer(l);
  return sum;
}

/** Predictions of the current batch under a plan that keeps no time: all layers step by step, in a few cache lines. */
export function predict(): void {
  for (let t = 0; t < lookback; t++) {
    for (let l = 0; l < layers; l++) forwardStep(l, t);
  }
  headForward();
}
