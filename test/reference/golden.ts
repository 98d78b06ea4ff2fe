import type { ReferenceBatch, ReferenceModel } from './lstm.ts';

/**
 * A small LSTM with known numbers, independent of this code: one sample, lookback 4, 2 features, 3 units. Values were computed in
 * double precision with NumPy; Keras 3 and PyTorch agree with them as far as their own precision goes.
 */
export const goldenModel: ReferenceModel = {
  features: 2,
  units: 3,
  horizon: 1,
  layers: [
    {
      kernel: Float64Array.from({ length: 24 }, (_, n) => {
        const [i, j] = [Math.floor(n / 12), n % 12];
        return (((7 * i + 3 * j) % 11) - 5) / 10;
      }),
      recurrentKernel: Float64Array.from({ length: 36 }, (_, n) => {
        const [i, j] = [Math.floor(n / 12), n % 12];
        return (((7 * i + 3 * j + 4) % 11) - 5) / 10;
      }),
      bias: Float64Array.from(
        { length: 12 },
        (_, j) => (((5 * j) % 7) - 3) / 10 + (j >= 3 && j <= 5 ? 1 : 0),
      ),
    },
  ],
  dense: { kernel: Float64Array.of(0.5, -0.25, 0.75), bias: Float64Array.of(0.1) },
};

export const goldenBatch: ReferenceBatch = {
  inputs: [[0, 1, 2, 3].map((t) => [0, 1].map((f) => (((5 * t + 2 * f) % 7) - 3) / 4))],
  targets: [[0.3]],
};

export const golden = {
  firstHidden: [-0.052282660739, -0.129998994605, 0.101437341296],
  lastHidden: [-0.093760230382, -0.244583573412, 0.226489143046],
  lastCell: [-0.197214257468, -0.705529198629, 0.35649722068],
  output: 0.284132635446754,
  loss: 2.517732578656e-4,
  /** Output when the gates use hard sigmoids: clip(0.2 z + 0.5) of tfjs and Keras 1 and 2, clip(z / 6 + 0.5) of Keras 3. */
  hardSigmoidOutput: { fifth: 0.277020710877, sixth: 0.266338350999 }, // the second from Keras, which takes 1/6 in float32
  /** Sum and L2 norm of each gradient. */
  gradients: {
    kernel: [8.706063080035e-3, 4.716091395614e-3],
    recurrentKernel: [2.633537473679e-3, 3.003791830738e-3],
    bias: [-2.767915565844e-2, 1.978078688445e-2],
    denseKernel: [3.549677358141e-3, 1.098908360657e-2],
    denseBias: [-3.173472910649e-2, 3.173472910649e-2],
  },
  /** Full-batch steps at learning rate 0.01: losses before step 1, 2, ... and the output after 5. */
  training: {
    sgd: {
      losses: [2.517732578656e-4, 2.365080616745e-4, 2.221687472393e-4, 2.086991257452e-4, 1.960464211615e-4],
      output: 0.286429404483,
    },
    rmsprop: {
      losses: [2.517732578656e-4, 7.555158152955e-3, 5.336153139239e-4, 2.46809703965e-5, 2.027887741492e-6],
      output: 0.3005004484,
    },
    adam: {
      losses: [2.517732578656e-4, 3.902404842262e-4, 1.870317952484e-4, 1.613875495174e-6, 1.562784455712e-4],
      output: 0.286401720028,
    },
  },
  /** Second loss of Adam as tfjs and as PyTorch write it: what the broken twins must give. */
  otherAdams: { tfjs: 3.931188913813e-4, torch: 3.932065087053e-4 },
} as const;
