import type { Tensor3D } from '@tensorflow/tfjs';
import type { Params } from '../../../model/hyperparameters.ts';
import { maskKeys } from '../dropoutMask.ts';
import type { ModelSizes } from '../initialWeights.ts';
import type { FoldTensors, ModelWeights } from '../trainer.ts';
import { maskOf, targetsOf, writeWindows, type OriginRange } from './batchArrays.ts';
import { createBlockLstm } from './blockLstm.ts';
import { headBackward, headForward, lossGradient, type HeadWeights } from './head.ts';
import type { Tensorflow } from './loadTensorflow.ts';
import { runLayer, type LayerPass } from './lstmLayer.ts';
import { layoutParameters, readParameters, writeParameters } from './modelParameters.ts';
import { createOptimizerStep } from './optimizerStep.ts';

type Series = Pick<FoldTensors, 'inputs' | 'features' | 'relative'>;

/** Windows predicted in one call; a last part is filled up, so that a window's prediction never depends on its neighbours' number. */
export const predictBatchSize = 128;

export interface SessionOptions {
  readonly sizes: ModelSizes;
  readonly params: Pick<
    Params,
    | 'lookback'
    | 'dropout'
    | 'recurrentDropout'
    | 'loss'
    | 'optimizer'
    | 'learningRate'
    | 'momentum'
    | 'weightDecay'
    | 'clipNorm'
  >;
  /** Of the masks; with the optimizer step it fixes every mask. */
  readonly dropoutSeed: number;
}

/** One model with its gradients and optimizer state. Weights live in JavaScript; tensors exist only during a batch. */
export interface Session {
  setWeights(weights: ModelWeights): void;
  weights(): ModelWeights;
  /** (origins, horizon), scaled. */
  predict(series: Series, origins: Int32Array): Float32Array;
  /** Computes the gradients of one batch; returns its loss summed over samples and outputs. */
  gradients(fold: FoldTensors, range: OriginRange): number;
  /** One optimizer step with these gradients. */
  update(): void;
  readGradients(): ModelWeights;
  dispose(): void;
}

/** How a batch runs through the layers. */
interface ForwardOptions {
  /** (lookback, samples, features) */
  readonly windows: Float32Array;
  readonly samples: number;
  /** Optimizer step the masks belong to; null without dropout. */
  readonly maskStep: number | null;
}

interface ForwardPass {
  readonly layers: readonly LayerPass[];
  /** Between the layers; null without dropout. */
  readonly masks: readonly (Tensor3D | null)[];
  /** Mask of the last layer's last step; null without dropout. */
  readonly lastMask: Float32Array | null;
  /** Last layer's output at the last step, masked: (samples, units). */
  readonly lastH: Float32Array;
}

export function createSession(tensorflow: Tensorflow, options: SessionOptions): Session {
  const { tf } = tensorflow;
  const { sizes, params, dropoutSeed } = options;
  const { features, units, horizon } = sizes;
  const { lookback, dropout, recurrentDropout } = params;
  const layout = layoutParameters(sizes);
  const parameters = new Float32Array(layout.length);
  const gradients = new Float32Array(layout.length);
  const optimizerStep = createOptimizerStep(params, layout.length);
  const lstm = createBlockLstm(tensorflow, units);
  const headOf = (values: Float32Array): HeadWeights => ({
    kernel: values.subarray(layout.denseKernel, layout.denseBias),
    bias: values.subarray(layout.denseBias),
  });
  const head = headOf(parameters);
  const headGradients = headOf(gradients);
  let step = 0;

  /** Tensors of the result belong to the caller's tidy. */
  function forward({ windows, samples, maskStep }: ForwardOptions): ForwardPass {
    const layers: LayerPass[] = [];
    const masks: (Tensor3D | null)[] = [];
    let x = tf.tensor3d(windows, [lookback, samples, features]);
    layout.layers.forEach(({ rows, w, b, end }, l) => {
      const recurrentMask =
        maskStep === null || recurrentDropout === 0
          ? null
          : maskOf(maskKeys(dropoutSeed, maskStep, l, 'recurrent'), {
              ...{ rate: recurrentDropout, firstStep: 0, steps: 1, samples, units },
            });
      const pass = runLayer(tensorflow, lstm, {
        x,
        weights: {
          w: tf.tensor2d(parameters.subarray(w, b), [rows, 4 * units]),
          b: tf.tensor1d(parameters.subarray(b, end)),
        },
        recurrentMask: recurrentMask && tf.tensor2d(recurrentMask, [samples, units]),
      });
      layers.push(pass);
      if (l === sizes.layers - 1) return;
      const mask =
        maskStep === null || dropout === 0
          ? null
          : tf.tensor3d(
              maskOf(maskKeys(dropoutSeed, maskStep, l, 'output'), {
                ...{ rate: dropout, firstStep: 0, steps: lookback, samples, units },
              }),
              [lookback, samples, units],
            );
      masks.push(mask);
      x = mask ? tf.mul(pass.h, mask) : pass.h;
    });
    const lastH = Float32Array.from(
      tf.slice3d(layers[layers.length - 1].h, [lookback - 1, 0, 0], [1, samples, units]).dataSync(),
    );
    const lastMask =
      maskStep === null || dropout === 0
        ? null
        : maskOf(maskKeys(dropoutSeed, maskStep, sizes.layers - 1, 'output'), {
            ...{ rate: dropout, firstStep: lookback - 1, steps: 1, samples, units },
          });
    if (lastMask) multiply(lastH, lastMask);
    return { layers, masks, lastMask, lastH };
  }

  function backward({ layers, masks }: ForwardPass, dLast: Float32Array, samples: number): void {
    const dSequence = new Float32Array(lookback * samples * units);
    dSequence.set(dLast, (lookback - 1) * samples * units);
    let dh = tf.tensor3d(dSequence, [lookback, samples, units]);
    for (let l = layers.length - 1; l >= 0; l--) {
      const { dx, dw, db } = layers[l].backward(dh);
      gradients.set(dw.dataSync<'float32'>(), layout.layers[l].w);
      gradients.set(db.dataSync<'float32'>(), layout.layers[l].b);
      if (l === 0) return;
      const mask = masks[l - 1];
      dh = mask ? tf.mul(dx, mask) : dx;
    }
  }

  return {
    setWeights: (weights) => writeParameters(parameters, weights),
    weights: () => readParameters(parameters, sizes),
    readGradients: () => readParameters(gradients, sizes),
    predict: (series, origins) => {
      const out = new Float32Array(origins.length * horizon);
      for (let first = 0; first < origins.length; first += predictBatchSize) {
        const count = Math.min(predictBatchSize, origins.length - first);
        const windows = new Float32Array(lookback * predictBatchSize * features);
        writeWindows(windows, series, { origins, first, count }, lookback);
        const { lastH } = tf.tidy(() => ({
          lastH: forward({ windows, samples: predictBatchSize, maskStep: null }).lastH,
        }));
        headForward(lastH, head, out.subarray(first * horizon, (first + count) * horizon), sizes);
      }
      return out;
    },
    gradients: (fold, range) => {
      const samples = range.count;
      const windows = new Float32Array(lookback * samples * features);
      writeWindows(windows, fold, range, lookback);
      let loss = 0;
      tf.tidy(() => {
        const pass = forward({ windows, samples, maskStep: step });
        const outputs = new Float32Array(samples * horizon);
        headForward(pass.lastH, head, outputs, sizes);
        loss = lossGradient(outputs, targetsOf(fold, range), params.loss);
        const dLast = new Float32Array(samples * units);
        headBackward(outputs, { h: pass.lastH, head }, { gradients: headGradients, dh: dLast }, sizes);
        if (pass.lastMask) multiply(dLast, pass.lastMask);
        backward(pass, dLast, samples);
      });
      return loss;
    },
    update: () => {
      step += 1;
      optimizerStep(parameters, gradients);
    },
    dispose: () => lstm.dispose(),
  };
}

function multiply(values: Float32Array, factors: Float32Array): void {
  for (let i = 0; i < values.length; i++) values[i] *= factors[i];
}
