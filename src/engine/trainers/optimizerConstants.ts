import type { Params } from '../../model/hyperparameters.ts';

/** Constants of Keras 3's optimizers. Its Adam adds epsilon to sqrt(v) before any bias correction; PyTorch's form differs. */
export const adamBeta1 = 0.9;
export const adamBeta2 = 0.999;
export const rmspropRho = 0.9;
export const epsilon = 1e-7;

/** Adam's step size at step t (from 1): learningRate sqrt(1 - beta2^t) / (1 - beta1^t). */
export function adamAlpha(learningRate: number, t: number): number {
  return (learningRate * Math.sqrt(1 - adamBeta2 ** t)) / (1 - adamBeta1 ** t);
}

/** Factor on the weights before a step: Keras' decoupled decay, on all weights and biases, w -= learningRate x weightDecay x w. */
export function decayFactor(params: Pick<Params, 'learningRate' | 'weightDecay'>): number {
  return 1 - params.learningRate * params.weightDecay;
}

/** Factor on the gradients: Keras' global_clipnorm, clipNorm / max(norm, clipNorm); 0 turns it off. */
export function clipFactor(norm: number, clipNorm: number): number {
  return clipNorm > 0 ? clipNorm / Math.max(norm, clipNorm) : 1;
}
