import { createHash } from 'node:crypto';
import type { BuildName } from '../../../kernels/generate/build.ts';
import type { Arena } from './arena.ts';
import { fixedTraining, tensorsOf } from './fixedTraining.ts';
import { createTrainSession } from './session.ts';

const digestSteps = 20;

/** Odd sizes, a ragged batch, both kinds of dropout, decay, clipping and Strassen: every kernel has its part in the digest. */
const digestTraining = fixedTraining({
  params: {
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
  },
  features: 3,
  horizon: 2,
});

/** SHA-256 (first 16 hex digits) of the weights after 20 fixed steps: equal digests mean bit-equal trainings. */
export function trainingDigest(arena: Arena, build: BuildName): string {
  const { params, fold, weights, dropoutSeed } = digestTraining;
  const { features, horizon } = fold;
  const sizes = { build, ...params, features, horizon, strassenFrom: 1 };
  const session = createTrainSession(arena, sizes, { params, dropoutSeed });
  session.setWeights(weights);
  const range = { origins: fold.trainOrigins, first: 0, count: params.batchSize };
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
