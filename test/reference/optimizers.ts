import type { Params } from '../../src/model/hyperparameters.ts';
import { namedTensors } from './tensors.ts';
import { zerosLike, type ReferenceModel } from './lstm.ts';

/** What an optimizer step reads of the hyperparameters. */
export type OptimizerParams = Pick<
  Params,
  'optimizer' | 'learningRate' | 'momentum' | 'weightDecay' | 'clipNorm'
>;

/** How Adam corrects its bias and where epsilon stands. Ours is Keras'; the others exist to be told apart from it. */
export type AdamForm = 'keras' | 'tfjs' | 'torch';

export interface ReferenceOptimizer {
  /** Changes the model in place. */
  readonly step: (model: ReferenceModel, gradients: ReferenceModel) => void;
}

const beta1 = 0.9;
const beta2 = 0.999;
const rho = 0.9;
const epsilon = 1e-7;

/** Keras 3's optimizers in double precision. State starts at 0. */
export function createOptimizer(
  model: ReferenceModel,
  params: OptimizerParams,
  adamForm: AdamForm = 'keras',
): ReferenceOptimizer {
  const first = zerosLike(model);
  const second = zerosLike(model);
  const { optimizer, learningRate: lr, momentum, weightDecay, clipNorm } = params;
  let t = 0;
  return {
    step: (weights, gradients) => {
      t += 1;
      // Keras' global_clipnorm: all gradients together are scaled to the norm.
      const norm = globalNorm(gradients);
      const clip = clipNorm > 0 && norm > clipNorm ? clipNorm / norm : 1;
      const m = namedTensors(first);
      const v = namedTensors(second);
      const grads = namedTensors(gradients);
      namedTensors(weights).forEach(([, w], n) => {
        const [mn, vn, gn] = [m[n][1], v[n][1], grads[n][1]];
        for (let i = 0; i < w.length; i++) {
          const g = gn[i] * clip;
          w[i] -= lr * weightDecay * w[i]; // before the step, biases included
          switch (optimizer) {
            case 'adam':
              mn[i] = beta1 * mn[i] + (1 - beta1) * g;
              vn[i] = beta2 * vn[i] + (1 - beta2) * g * g;
              w[i] -= adamStep(adamForm, { lr, m: mn[i], v: vn[i], t });
              break;
            case 'rmsprop':
              vn[i] = rho * vn[i] + (1 - rho) * g * g;
              w[i] -= (lr * g) / Math.sqrt(vn[i] + epsilon);
              break;
            case 'sgd':
              mn[i] = momentum * mn[i] - lr * g;
              w[i] += mn[i];
              break;
          }
        }
      });
    },
  };
}

function adamStep(form: AdamForm, { lr, m, v, t }: { lr: number; m: number; v: number; t: number }): number {
  const c1 = 1 - beta1 ** t;
  const c2 = 1 - beta2 ** t;
  switch (form) {
    case 'keras':
      return (((lr * Math.sqrt(c2)) / c1) * m) / (Math.sqrt(v) + epsilon);
    case 'tfjs':
      return (lr * (m / c1)) / (Math.sqrt(v / c2) + epsilon);
    case 'torch':
      return (lr * (m / c1)) / (Math.sqrt(v / c2) + 1e-8);
  }
}

function globalNorm(gradients: ReferenceModel): number {
  let squares = 0;
  for (const [, values] of namedTensors(gradients)) for (const g of values) squares += g * g;
  return Math.sqrt(squares);
}
