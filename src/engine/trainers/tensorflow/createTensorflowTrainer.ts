import { createHash } from 'node:crypto';
import { freemem } from 'node:os';
import { Fault } from '../../../model/fault.ts';
import { neutralParams } from '../../../model/neutralParams.ts';
import type { Params } from '../../../model/hyperparameters.ts';
import type { ModelSizes } from '../initialWeights.ts';
import type { Trainer } from '../trainer.ts';
import { fixedTraining, tensorsOf } from '../wasm/fixedTraining.ts';
import { runFit } from '../wasm/fit.ts';
import { loadTensorflow, type Tensorflow } from './loadTensorflow.ts';
import { layoutParameters } from './modelParameters.ts';
import { createSession, predictBatchSize } from './session.ts';
import { tfjsNodeVersion } from './sources.ts';

export interface TensorflowTrainerOptions {
  /** Where installTensorflow() put it. */
  readonly folder: string;
  /** The digest this build must have here; another one is the Fault `variantMissing`. */
  readonly digest?: string;
  /** Most bytes one fit may take; default what the machine has free. */
  readonly memoryLimitBytes?: number;
}

/**
 * The trainer on libtensorflow. For a worker process of its own: see loadTensorflow.
 * @throws Fault `backendUnavailable` when TensorFlow is not installed or does not load, `variantMissing` when its digest is not the one asked for
 */
export function createTensorflowTrainer(options: TensorflowTrainerOptions): Trainer {
  const tensorflow = loadTensorflow(options.folder);
  const digest = trainingDigest(tensorflow);
  if (options.digest !== undefined && options.digest !== digest) {
    throw new Fault(
      'variantMissing',
      `TensorFlow ${tensorflow.version} computes otherwise here (${digest}) than where the experiment began (${options.digest}).`,
    );
  }
  const build = `tfjs-node ${tfjsNodeVersion}, libtensorflow ${tensorflow.version}`;
  return {
    variant: { trainer: 'tensorflow', build, digest },
    memoryBytes,
    fit: async (params, fold, fitOptions) => {
      const batchSize = Math.min(params.batchSize, Math.max(1, fold.trainOrigins.length));
      const needed = memoryBytes({ ...params, batchSize }, fold.features, fold.horizon);
      const limit = options.memoryLimitBytes ?? freemem();
      if (needed > limit) {
        throw new Fault(
          'outOfMemory',
          `This trial needs ${Math.ceil(needed / 1e6)} MB and ${Math.floor(limit / 1e6)} MB are free: ` +
            'a smaller batch, window or net needs less.',
        );
      }
      const sizes = sizesOf(params, fold);
      const session = createSession(tensorflow, { sizes, params, dropoutSeed: fitOptions.seeds.dropout });
      try {
        return await runFit(session, params, fold, fitOptions);
      } finally {
        session.dispose();
      }
    },
    predict: (weights, series, { lookback, origins }) => {
      const sizes = { ...weights, layers: weights.layers.length };
      const params = { ...neutralParams, lookback };
      const session = createSession(tensorflow, { sizes, params, dropoutSeed: 0 });
      session.setWeights(weights);
      const predictions = session.predict(series, origins);
      session.dispose();
      return predictions;
    },
    dispose: () => undefined,
  };
}

function sizesOf(
  { units, layers }: Pick<Params, 'units' | 'layers'>,
  { features, horizon }: { readonly features: number; readonly horizon: number },
): ModelSizes {
  return { features, units, layers, horizon };
}

/** Tensors of (steps, batch, units) that live at the same time: of each layer the kernel's outputs, masks and products; gradients of one layer. */
const sequencesPerLayer = 10;
const sequencesOnTheWayBack = 6;
/** The same while predicting; freed memory stays with the allocator, so it is counted beside the other. */
const sequencesPerPredictedLayer = 8;
/** Parameters, gradients, two moments, tensors of the weights and their gradients. */
const copiesOfParameters = 6;

function memoryBytes(params: Params, features: number, horizon: number): number {
  const { lookback, units, layers, batchSize, recurrentDropout } = params;
  const { length } = layoutParameters(sizesOf(params, { features, horizon }));
  const training = (layers * sequencesPerLayer + sequencesOnTheWayBack) * batchSize;
  const predicting = layers * sequencesPerPredictedLayer * predictBatchSize;
  // With recurrent dropout each step leaves gradients of a layer's weights, summed at the end.
  const stepGradients = recurrentDropout > 0 ? (lookback * length) / layers : 0;
  return (
    4 *
    (lookback * units * (training + predicting) +
      2 * lookback * features * (batchSize + predictBatchSize) +
      copiesOfParameters * length +
      stepGradients)
  );
}

/** Odd sizes, a ragged batch, both kinds of dropout, decay and clipping. */
const digestTraining = fixedTraining({
  params: {
    ...neutralParams,
    ...{ lookback: 6, units: 13, layers: 2, dropout: 0.25, recurrentDropout: 0.25, learningRate: 0.01 },
    ...{ batchSize: 27, epochs: 1, optimizer: 'adam', weightDecay: 0.01, clipNorm: 1, loss: 'mse' },
  },
  features: 3,
  horizon: 2,
});
const digestSteps = 20;

/** SHA-256 (first 16 hex digits) of the weights after 20 fixed steps with masks and 20 without: both ways through a layer. */
function trainingDigest(tensorflow: Tensorflow): string {
  const { params, fold, weights, dropoutSeed } = digestTraining;
  const hash = createHash('sha256');
  for (const recurrentDropout of [params.recurrentDropout, 0]) {
    const session = createSession(tensorflow, {
      sizes: sizesOf(params, fold),
      params: { ...params, recurrentDropout },
      dropoutSeed,
    });
    session.setWeights(weights);
    for (let step = 0; step < digestSteps; step++) {
      session.gradients(fold, { origins: fold.trainOrigins, first: 0, count: params.batchSize });
      session.update();
    }
    for (const tensor of tensorsOf(session.weights())) {
      hash.update(new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength));
    }
    session.dispose();
  }
  return hash.digest('hex').slice(0, 16);
}
