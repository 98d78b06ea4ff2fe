import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeFold, seeds, smallParams, startWeights } from '../../../../test/conformance/trainerProblems.ts';
import { referenceBatch, referenceMasks } from '../../../../test/reference/batches.ts';
import { gradients } from '../../../../test/reference/lstm.ts';
import { toReference, worstDifference } from '../../../../test/reference/tensors.ts';
import { buildNames } from '../../../kernels/generate/build.ts';
import type { Params } from '../../../model/hyperparameters.ts';
import type { FoldTensors } from '../trainer.ts';
import { addressableBytes, createArena, type Arena } from './arena.ts';
import { loadKernels } from './kernels.ts';
import { packWeights, unpackWeights } from './packing.ts';
import { layoutMemory, predictBatchSize, type PlanSizes } from './plan.ts';
import { createPredictSession, createTrainSession } from './session.ts';

const kernelsFolder = fileURLToPath(new URL('../../../../dist/kernels', import.meta.url));
/** The gate of the conformance suite; in tiny models the activations' own 3e-7 weigh more, hence some more room. */
const tolerance = 3e-5;

/** Sizes below, at and above every tile: 6 gate rows, blocks of 6 and 4 and halves of them, panels of 8 and groups of 2 and 4. */
const problems = fc.record({
  lookback: fc.integer({ min: 1, max: 6 }),
  features: fc.integer({ min: 1, max: 5 }),
  units: fc.integer({ min: 1, max: 20 }),
  layers: fc.integer({ min: 1, max: 3 }),
  windows: fc.integer({ min: 1, max: 50 }),
  horizon: fc.integer({ min: 1, max: 3 }),
  dropout: fc.constantFrom(0, 0.3),
  recurrentDropout: fc.constantFrom(0, 0.2),
  strassenFrom: fc.constantFrom(1, 8, 64),
});

describe.each(buildNames)('one batch in the %s kernels', (build) => {
  let arena: Arena;
  beforeAll(async () => {
    arena = createArena(await loadKernels(kernelsFolder, build), addressableBytes);
  });

  const sizesOf = (params: Params, fold: FoldTensors): PlanSizes => ({
    build,
    ...params,
    features: fold.features,
    horizon: fold.horizon,
  });
  const allOf = (fold: FoldTensors): { origins: Int32Array; first: number; count: number } => ({
    origins: fold.trainOrigins,
    first: 0,
    count: fold.trainOrigins.length,
  });

  it('has the gradients of the plain LSTM, whatever the sizes', () => {
    fc.assert(
      fc.property(problems, ({ features, windows, horizon, strassenFrom, ...sizes }) => {
        const params: Params = { ...smallParams, ...sizes, batchSize: windows };
        const fold = makeFold({ features, horizon, lookback: params.lookback, windows });
        const weights = startWeights(params, fold);
        const session = createTrainSession(
          arena,
          { ...sizesOf(params, fold), strassenFrom },
          { params, dropoutSeed: seeds.dropout },
        );
        session.setWeights(weights);
        session.gradients(fold, allOf(fold));
        const expected = gradients(
          toReference(weights),
          referenceBatch(fold, params.lookback, fold.trainOrigins),
          { loss: 'mse', masks: referenceMasks(params, seeds.dropout, 0) },
        );
        expect(worstDifference(session.readGradients(), expected.gradients)).toBeLessThan(tolerance);
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  it('short batches between full ones leave nothing behind', () => {
    const params: Params = { ...smallParams, units: 13, batchSize: 41, dropout: 0.3, recurrentDropout: 0.3 };
    const fold = makeFold({ features: 2, horizon: 1, lookback: params.lookback, windows: 41 });
    const run = (before: readonly number[]): unknown => {
      const sizes = { ...sizesOf(params, fold), strassenFrom: 1 };
      const session = createTrainSession(arena, sizes, { params, dropoutSeed: 3 });
      session.setWeights(startWeights(params, fold));
      for (const count of before) session.gradients(fold, { ...allOf(fold), count });
      session.gradients(fold, allOf(fold));
      return session.readGradients();
    };
    const expected = run([]);
    expect(run([5])).toEqual(expected);
    expect(run([41, 1, 17, 33, 8])).toEqual(expected);
  });

  it('writes only into the memory that was computed for it, and keeps padding at zero', () => {
    const params: Params = {
      ...smallParams,
      units: 13,
      layers: 3,
      dropout: 0.3,
      recurrentDropout: 0.3,
      batchSize: 41,
    };
    const fold = makeFold({ features: 3, horizon: 2, lookback: params.lookback, windows: 41 });
    const sizes = { ...sizesOf(params, fold), strassenFrom: 1 };
    const { bytes, train } = layoutMemory(sizes, arena.start, 'train');
    arena.reserve(bytes + 65536);
    const beyond = (): Uint8Array => new Uint8Array(arena.kernels.memory.buffer, bytes);
    const session = createTrainSession(arena, sizes, { params, dropoutSeed: 3 });
    beyond().fill(0xa5);
    session.setWeights(startWeights(params, fold));
    for (let step = 0; step < 5; step++) {
      session.gradients(fold, allOf(fold));
      session.update();
    }
    session.predict(fold, fold.validationOrigins);
    expect(beyond().every((byte) => byte === 0xa5)).toBe(true);

    const { memory } = arena.kernels;
    const plan = train!;
    for (const what of ['parameters', 'gradients', 'firstMoment', 'secondMoment'] as const) {
      const floats = new Float32Array(memory.buffer, plan.fields[what], plan.fields.parameterBytes / 4);
      // Reading the weights out and packing them into a cleared copy leaves exactly the entries that are weights.
      const real = { ...plan, fields: { ...plan.fields, parameters: plan.fields[what] } };
      const weights = unpackWeights(memory, real, 'parameters');
      const before = Float32Array.from(floats);
      floats.fill(0);
      packWeights(memory, real, weights);
      expect(Float32Array.from(floats)).toEqual(before);
    }
  });

  it('predicts alike with the training plan and the small one, across its batches', () => {
    const params: Params = { ...smallParams, units: 13, layers: 2 };
    const fold = makeFold({
      features: 3,
      horizon: 2,
      lookback: params.lookback,
      windows: 2 * predictBatchSize + 5,
    });
    const sizes = sizesOf(params, fold);
    const weights = startWeights(params, fold);
    const training = createTrainSession(arena, sizes, { params, dropoutSeed: 1 });
    training.setWeights(weights);
    const expected = training.predict(fold, fold.trainOrigins);
    const small = createPredictSession(arena, sizes);
    small.setWeights(weights);
    expect(small.predict(fold, fold.trainOrigins)).toEqual(expected);
  });
});

it('packs and unpacks weights without loss', () => {
  const memory = new WebAssembly.Memory({ initial: 16 });
  const params: Params = { ...smallParams, units: 11, layers: 3 };
  const fold = makeFold({ features: 3, horizon: 4, lookback: params.lookback, windows: 8 });
  const sizes: PlanSizes = { build: 'plain', ...params, features: 3, horizon: 4 };
  const { predict } = layoutMemory(sizes, 1024, 'predict');
  const weights = startWeights(params, fold);
  packWeights(memory, predict, weights);
  expect(unpackWeights(memory, predict, 'parameters')).toEqual(weights);
});
