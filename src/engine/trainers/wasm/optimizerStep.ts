import type { Params } from '../../../model/hyperparameters.ts';
import {
  adamAlpha,
  adamBeta1,
  adamBeta2,
  clipFactor,
  decayFactor,
  epsilon,
  rmspropRho,
} from '../optimizerConstants.ts';
import type { Kernels } from './kernels.ts';

/** One step (counted from 1) of the optimizer on the gradients of the current plan, as Keras 3 does it. */
export function applyOptimizer(kernels: Kernels, params: Params, step: number): void {
  const { learningRate, clipNorm } = params;
  const clip = clipNorm > 0 ? clipFactor(Math.sqrt(kernels.gradientSquares()), clipNorm) : 1;
  const keep = decayFactor(params);
  switch (params.optimizer) {
    case 'adam': {
      const alpha = adamAlpha(learningRate, step);
      kernels.adam(alpha, 1 - adamBeta1, 1 - adamBeta2, epsilon, clip, keep);
      return;
    }
    case 'rmsprop':
      kernels.rmsprop(learningRate, rmspropRho, 1 - rmspropRho, epsilon, clip, keep);
      return;
    case 'sgd':
      kernels.sgd(learningRate, params.momentum, clip, keep);
      return;
  }
}
