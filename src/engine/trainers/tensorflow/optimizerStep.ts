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

type OptimizerParams = Pick<Params, 'optimizer' | 'learningRate' | 'momentum' | 'weightDecay' | 'clipNorm'>;

/** Changes the parameters in place by one step down these gradients. */
export type OptimizerStep = (parameters: Float32Array, gradients: Float32Array) => void;

/**
 * Keras 3's optimizers over flat arrays, computed in double and stored in float32. tfjs' own are not used: its Adam corrects the bias
 * before epsilon is added, and it has no decoupled decay, no clipping over all tensors and another momentum.
 */
export function createOptimizerStep(params: OptimizerParams, length: number): OptimizerStep {
  const { learningRate, momentum, clipNorm } = params;
  const keep = decayFactor(params);
  const first = new Float32Array(params.optimizer === 'rmsprop' ? 0 : length);
  const second = new Float32Array(params.optimizer === 'sgd' ? 0 : length);
  let step = 0;
  return (w, gradients) => {
    step += 1;
    const clip = clipNorm > 0 ? clipFactor(normOf(gradients), clipNorm) : 1;
    switch (params.optimizer) {
      case 'adam': {
        const alpha = adamAlpha(learningRate, step);
        for (let i = 0; i < length; i++) {
          const g = clip * gradients[i];
          first[i] += (1 - adamBeta1) * (g - first[i]);
          second[i] += (1 - adamBeta2) * (g * g - second[i]);
          w[i] = keep * w[i] - (alpha * first[i]) / (Math.sqrt(second[i]) + epsilon);
        }
        return;
      }
      case 'rmsprop':
        for (let i = 0; i < length; i++) {
          const g = clip * gradients[i];
          second[i] = rmspropRho * second[i] + (1 - rmspropRho) * g * g;
          w[i] = keep * w[i] - (learningRate * g) / Math.sqrt(second[i] + epsilon);
        }
        return;
      case 'sgd':
        for (let i = 0; i < length; i++) {
          first[i] = momentum * first[i] - learningRate * clip * gradients[i];
          w[i] = keep * w[i] + first[i];
        }
        return;
    }
  };
}

function normOf(values: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i] * values[i];
  return Math.sqrt(squares);
}
