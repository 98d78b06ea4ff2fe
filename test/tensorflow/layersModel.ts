import type * as tfTypes from '@tensorflow/tfjs';
import type { FoldTensors, ModelWeights } from '../../src/engine/trainers/trainer.ts';

type Tf = typeof tfTypes;
type GateActivation = 'sigmoid' | 'hardSigmoid';

/** The same model in tfjs' layers: dozens of small ops a step, and somebody else's code. The reference of the fused path. */
export function createLayersModel(
  tf: Tf,
  weights: ModelWeights,
  lookback: number,
  recurrentActivation: GateActivation = 'sigmoid',
): tfTypes.Sequential {
  const { features, units, horizon } = weights;
  const model = tf.sequential();
  weights.layers.forEach((_, l) => {
    model.add(
      tf.layers.lstm({
        units,
        recurrentActivation,
        returnSequences: l < weights.layers.length - 1,
        ...(l === 0 && { inputShape: [lookback, features] }),
      }),
    );
  });
  model.add(tf.layers.dense({ units: horizon }));
  tf.tidy(() => model.setWeights(tensorsOf(tf, weights)));
  return model;
}

/** Keras' order: kernel, recurrent kernel and bias of each layer, then the head. */
function tensorsOf(tf: Tf, { features, units, horizon, layers, dense }: ModelWeights): tfTypes.Tensor[] {
  return [
    ...layers.flatMap(({ kernel, recurrentKernel, bias }, l) => [
      tf.tensor2d(kernel, [l === 0 ? features : units, 4 * units]),
      tf.tensor2d(recurrentKernel, [units, 4 * units]),
      tf.tensor1d(bias),
    ]),
    tf.tensor2d(dense.kernel, [units, horizon]),
    tf.tensor1d(dense.bias),
  ];
}

export interface LayersGradients {
  /** (origins, horizon) */
  readonly outputs: Float32Array;
  readonly gradients: ModelWeights;
}

/** Outputs and gradients of the mean squared error over all train windows as one batch, by tfjs' layers and its tape. */
export function layersGradients(
  tf: Tf,
  weights: ModelWeights,
  options: {
    readonly fold: FoldTensors;
    readonly lookback: number;
    readonly recurrentActivation?: GateActivation;
  },
): LayersGradients {
  const { fold, lookback, recurrentActivation } = options;
  const { features, horizon, inputs, relative, targets, trainOrigins } = fold;
  const model = createLayersModel(tf, weights, lookback, recurrentActivation);
  const windows = Float32Array.from({ length: trainOrigins.length * lookback * features }, (_, i) => {
    const f = i % features;
    const origin = trainOrigins[Math.floor(i / features / lookback)];
    const row = origin - lookback + 1 + (Math.floor(i / features) % lookback);
    return inputs[row * features + f] - (relative[f] === 1 ? inputs[origin * features + f] : 0);
  });
  const wanted = Array.from(trainOrigins).flatMap((origin) =>
    Array.from(targets.subarray(origin * horizon, (origin + 1) * horizon)),
  );
  const found = tf.tidy(() => {
    const x = tf.tensor3d(windows, [trainOrigins.length, lookback, features]);
    const y = tf.tensor2d(wanted, [trainOrigins.length, horizon]);
    const outputs = Float32Array.from((model.predict(x) as tfTypes.Tensor).dataSync()); // one output
    const { grads } = tf.variableGrads(() =>
      tf.losses.meanSquaredError(y, model.apply(x, { training: true }) as tfTypes.Tensor),
    );
    const ordered = model.trainableWeights.map((weight) =>
      Float32Array.from(grads[weight.originalName].dataSync()),
    );
    return { outputs, ordered };
  });
  model.dispose();
  const { outputs, ordered } = found;
  return {
    outputs,
    gradients: {
      ...weights,
      layers: weights.layers.map((_, l) => ({
        kernel: ordered[3 * l],
        recurrentKernel: ordered[3 * l + 1],
        bias: ordered[3 * l + 2],
      })),
      dense: { kernel: ordered[ordered.length - 2], bias: ordered[ordered.length - 1] },
    },
  };
}
