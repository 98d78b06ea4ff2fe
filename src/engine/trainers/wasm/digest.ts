import { createHash } from 'node:crypto';
import type { BuildName } from '../../../kernels/generate/build.ts';
import type { Params } from '../../../model/hyperparameters.ts';
import { initialWeights } from '../initialWeights.ts';
import type { FoldTensors, ModelWeights } from '../trainer.ts';
import type { Arena } from './arena.ts';
import { createTrainSession } from './session.ts';

/** The fixed training that names a variant: odd sizes, a ragged batch, both kinds of dropout, every kernel in use. */
const digestParams: Params = {
  lookback: 6,
  units: 13,
  layers: 2,
  dropout: 0.25,
  recurrentDropout: 0.25,
  learningRate: 0.01,
  batchSize: 27,
  epochs: 1,
  optimizer: 'adam',
  momentum: 0,
  weightDecay: 0.01,
  clipNorm: 1,
  loss: 'mse',
};
const digestSteps = 20;
const digestFeatures = 3;

/** A short series of sums and products only, the same bits on every machine. */
function digestFold(): FoldTensors {
  const rows = 40;
  const value = (i: number, modulus: number): number => ((i * i * 7 + i * 3) % modulus) / modulus - 0.5;
  const origins = Int32Array.from({ length: digestParams.batchSize }, (_, i) => i + digestParams.lookback);
  return {
    inputs: Float32Array.from({ length: rows * digestFeatures }, (_, i) => value(i, 31)),
    rows,
    features: digestFeatures,
    relative: new Uint8Array(digestFeatures),
    targets: Float32Array.from({ length: rows * 2 }, (_, i) => value(i, 17)),
    horizon: 2,
    trainOrigins: origins,
    validationOrigins: origins,
  };
}

/** SHA-256 (first 16 hex digits) of the weights after 20 steps: equal digests mean bit-equal trainings. */
export function trainingDigest(arena: Arena, build: BuildName): string {
  const fold = digestFold();
  const { features, horizon } = fold;
  const session = createTrainSession(
    arena,
    { build, ...digestParams, features, horizon },
    { params: digestParams, dropoutSeed: 11 },
  );
  session.setWeights(initialWeights({ ...digestParams, features, horizon }, 7));
  const range = { origins: fold.trainOrigins, first: 0, count: digestParams.batchSize };
  for (let step = 0; step < digestSteps; step++) {
    session.gradients(fold, range);
    session.update();
  }
  const hash = createHash('sha256');
  for (const tensor of tensorsOf(session.weights())) {
    hash.update(new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength));
  }
  return hash.digest('hex').slice(0, 16);
}

/** All tensors of a model, layer by layer, then the head. */
function tensorsOf(weights: ModelWeights): Float32Array[] {
  const layers = weights.layers.flatMap((layer) => [layer.kernel, layer.recurrentKernel, layer.bias]);
  return [...layers, weights.dense.kernel, weights.dense.bias];
}
