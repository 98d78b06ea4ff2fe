import type { BuildName } from '../../../kernels/generate/build.ts';
import type { Arena } from './arena.ts';
import { fixedTraining, tensorsOf, type FixedTraining } from './fixedTraining.ts';
import { selfCheckGradients } from './selfCheckGradients.ts';
import { createTrainSession } from './session.ts';

const common = {
  learningRate: 0.01,
  epochs: 1,
  optimizer: 'adam',
  momentum: 0,
  weightDecay: 0,
  clipNorm: 0,
} as const;

/**
 * Sizes that leave a rest everywhere: in the tiles of 6 rows, the blocks of 6 and 4 and their halves, the panels of 8 (six of them:
 * a group of four or three of two, and a rest), the chunks of the weight gradient. The first takes Strassen's way wherever there
 * is one; the second never does, has neither dropout nor a layer below, and the absolute loss.
 */
export const selfCheckCases: readonly FixedTraining[] = [
  fixedTraining({
    params: {
      ...common,
      lookback: 13,
      units: 13,
      layers: 2,
      dropout: 0.25,
      recurrentDropout: 0.2,
      batchSize: 43,
      loss: 'mse',
    },
    features: 3,
    horizon: 2,
  }),
  fixedTraining({
    params: {
      ...common,
      lookback: 4,
      units: 5,
      layers: 1,
      dropout: 0,
      recurrentDropout: 0,
      batchSize: 3,
      loss: 'mae',
    },
    features: 2,
    horizon: 1,
  }),
];

/** Largest error of a gradient over the largest gradient of its tensor: 10 times what float32 is measured to need. */
export const gradientTolerance = 1.5e-5;

/**
 * Computes the fixed gradients and compares them with those of the plain double-precision reference, which a test keeps up to
 * date (test/reference/selfCheckGradients.ts). Returns what is wrong, or null.
 */
export function selfCheck(arena: Arena, build: BuildName): string | null {
  for (const [n, training] of selfCheckCases.entries()) {
    const expected = decodeFloats(selfCheckGradients[n]);
    const found = fixedGradients(arena, build, training);
    let at = 0;
    for (const tensor of found) {
      const part = expected.subarray(at, at + tensor.length);
      at += tensor.length;
      const error = relativeError(tensor, part);
      if (!(error <= gradientTolerance)) return `case ${n}: gradients are off by ${error.toExponential(1)}`;
    }
  }
  return null;
}

function fixedGradients(arena: Arena, build: BuildName, training: FixedTraining): Float32Array[] {
  const { params, fold, weights, dropoutSeed } = training;
  const { features, horizon } = fold;
  const sizes = { build, ...params, features, horizon, strassenFrom: 1 };
  const session = createTrainSession(arena, sizes, { params, dropoutSeed });
  session.setWeights(weights);
  session.gradients(fold, { origins: fold.trainOrigins, first: 0, count: params.batchSize });
  return tensorsOf(session.readGradients());
}

/** NaN anywhere gives NaN, which no tolerance accepts. */
function relativeError(found: Float32Array, expected: Float32Array): number {
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < found.length; i++) {
    const d = Math.abs(found[i] - expected[i]);
    if (!(d <= difference)) difference = d;
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return difference / largest;
}

/** Base64 of little-endian float32. */
export function decodeFloats(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
