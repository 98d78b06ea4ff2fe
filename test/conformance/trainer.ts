import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Trainer } from '../../src/engine/trainers/trainer.ts';
import { isFault } from '../../src/model/fault.ts';
import type { Params } from '../../src/model/hyperparameters.ts';
import { referenceBatch } from '../reference/batches.ts';
import { forward, gradients, noMasks } from '../reference/lstm.ts';
import { toReference, worstDifference } from '../reference/tensors.ts';
import { referenceTrain, type ReferenceTraining } from '../reference/train.ts';
import {
  fit,
  gradientsOf,
  makeFold,
  seeds,
  smallParams,
  startWeights,
  type FoldSizes,
} from './trainerProblems.ts';

/**
 * float32 against double, largest error over largest value: ten times what Keras-JAX and tfjs were measured to need at 2 layers of
 * 50 units, 60 steps, batch 32.
 */
export const gates = { outputs: 2e-6, gradients: 1.5e-5, losses: 2e-5, weights: 1.5e-5 } as const;

const sizes: FoldSizes = { features: 3, horizon: 1, lookback: smallParams.lookback, windows: 11 };

function worstRelative(found: readonly number[], expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(found[i] / value - 1)));
}

/** Largest difference over the largest value. */
function worstOutput(found: Float32Array, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(found[i] - value))) / largest;
}

/** What every Trainer must do: the numbers of the plain LSTM, and the promises of the interface. */
export function trainerConformance(name: string, create: () => Promise<Trainer>): void {
  describe(`${name} conforms to Trainer`, () => {
    let trainer: Trainer;
    beforeAll(async () => {
      trainer = await create();
    });
    afterAll(() => trainer.dispose());

    numbers(() => trainer);
    promises(() => trainer, create);
    refusals(() => trainer);
  });
}

/** Loss, gradients, predictions and optimizer steps against double precision. */
function numbers(trainer: () => Trainer): void {
  const gradientCases: readonly (readonly [string, Partial<Params>, Partial<FoldSizes>])[] = [
    [
      'one layer, one sample, one unit',
      { layers: 1, units: 1, lookback: 1 },
      { windows: 1, features: 1, lookback: 1 },
    ],
    ['a full and a ragged panel', { layers: 1 }, { windows: 11 }],
    ['two layers, odd units', { units: 7 }, { windows: 16 }],
    ['three layers, three panels', { layers: 3, units: 5 }, { windows: 19 }],
    ['eight layers', { layers: 8, units: 3 }, { windows: 3 }],
    ['two panels to sum over, many steps', { lookback: 70, layers: 1 }, { lookback: 70, windows: 9 }],
    ['three outputs', {}, { horizon: 3 }],
    ['absolute loss', { loss: 'mae' }, { horizon: 2 }],
    ['dropout', { dropout: 0.4 }, {}],
    ['recurrent dropout', { recurrentDropout: 0.3 }, { windows: 20 }],
    [
      'both dropouts, three layers, a batch of 35',
      { dropout: 0.25, recurrentDropout: 0.25, layers: 3, units: 9 },
      { windows: 35 },
    ],
  ];
  it.each(gradientCases)('gradients: %s', async (_name, change, foldChange) => {
    const params = { ...smallParams, ...change };
    const fold = makeFold({ ...sizes, ...foldChange });
    const found = await gradientsOf(trainer(), params, fold);
    const expected = expectedGradients(params, fold);
    expect(worstRelative([found.loss], [expected.loss])).toBeLessThan(gates.losses);
    expect(worstDifference(found.gradients, expected.gradients)).toBeLessThan(gates.gradients);
  });

  it('gradients: the comparison notices forgotten masks and a shifted batch', async () => {
    const params = { ...smallParams, dropout: 0.1 };
    const fold = makeFold(sizes);
    const found = await gradientsOf(trainer(), params, fold);
    const noMask = gradients(
      toReference(startWeights(params, fold)),
      referenceBatch(fold, params.lookback, fold.trainOrigins),
      { loss: 'mse', masks: noMasks },
    );
    expect(worstDifference(found.gradients, noMask.gradients)).toBeGreaterThan(gates.gradients);
    const shifted = {
      ...fold,
      trainOrigins: fold.trainOrigins.map((origin) => origin - (origin > 6 ? 1 : 0)),
    };
    const other = expectedGradients(params, shifted);
    expect(worstDifference(found.gradients, other.gradients)).toBeGreaterThan(gates.gradients);
  });

  const optimizerCases: readonly (readonly [string, Partial<Params>])[] = [
    ['Adam', { optimizer: 'adam' }],
    ['RMSprop', { optimizer: 'rmsprop', learningRate: 0.003 }],
    ['SGD', { optimizer: 'sgd', learningRate: 0.1 }],
    ['SGD with momentum', { optimizer: 'sgd', learningRate: 0.05, momentum: 0.9 }],
    ['Adam with decay', { weightDecay: 0.5 }],
    ['SGD with decay', { optimizer: 'sgd', learningRate: 0.1, weightDecay: 0.1 }],
    ['Adam, clipped', { clipNorm: 0.05 }],
    ['RMSprop, clipped', { optimizer: 'rmsprop', learningRate: 0.003, clipNorm: 0.05 }],
    ['SGD, clipped sometimes', { optimizer: 'sgd', learningRate: 0.1, clipNorm: 0.4 }],
    ['Adam with both dropouts', { dropout: 0.3, recurrentDropout: 0.2 }],
  ];
  // 21 windows in batches of 8: a rest of 5 each epoch; twelve steps.
  const epochs = 4;
  it.each(optimizerCases)('twelve steps of %s', async (_name, change) => {
    const params = { ...smallParams, epochs, ...change };
    const fold = makeFold({ ...sizes, windows: 21, horizon: 2 });
    const weights = startWeights(params, fold);
    const found = await fit(trainer(), params, fold, { weights });
    const expected = referenceTrain(params, fold, { weights, seeds });
    expect(worstRelative(found.losses, expected.losses)).toBeLessThan(gates.losses);
    expect(worstDifference(found.weights, expected.model)).toBeLessThan(gates.weights);
    const outputs = forward(
      expected.model,
      referenceBatch(fold, params.lookback, fold.validationOrigins).inputs,
    );
    expect(worstOutput(found.validationPredictions, outputs.flat())).toBeLessThan(gates.weights);
  });

  it.each(['torchAdam', 'noMasks', 'dropsPartialBatch', 'noShuffle'] as const)(
    'the comparison notices a training with %s',
    async (broken: NonNullable<ReferenceTraining['broken']>) => {
      const params = { ...smallParams, epochs, dropout: 0.1 };
      const fold = makeFold({ ...sizes, windows: 21 });
      const weights = startWeights(params, fold);
      const found = await fit(trainer(), params, fold, { weights });
      const expected = referenceTrain(params, fold, { weights, seeds, broken });
      expect(worstDifference(found.weights, expected.model)).toBeGreaterThan(gates.weights);
    },
  );

  it('2 layers of 50 units, 60 steps, batch 32: outputs, gradients and 20 steps of Adam', async () => {
    const { params, fold, weights, outputs, gradients: expected, training } = fullSize();
    const predictions = trainer().predict(weights, fold, {
      lookback: 60,
      origins: fold.validationOrigins,
      batchSize: 32,
    });
    expect(worstOutput(predictions, outputs)).toBeLessThan(gates.outputs);
    const found = await gradientsOf(trainer(), params, fold);
    expect(worstDifference(found.gradients, expected)).toBeLessThan(gates.gradients);
    const trained = await fit(trainer(), params, fold, { weights });
    expect(worstRelative(trained.losses, training.losses)).toBeLessThan(gates.losses);
    expect(worstDifference(trained.weights, training.model)).toBeLessThan(gates.weights);
  }, 120_000);
}

interface FullSize {
  readonly params: Params;
  readonly fold: ReturnType<typeof makeFold>;
  readonly weights: ReturnType<typeof startWeights>;
  readonly outputs: number[];
  readonly gradients: ReturnType<typeof gradients>['gradients'];
  readonly training: ReturnType<typeof referenceTrain>;
}

let computed: FullSize | null = null;

/** The size of the gates, in double: takes the plain LSTM some seconds, so all trainers of one test file share it. */
function fullSize(): FullSize {
  if (computed) return computed;
  const params: Params = {
    ...smallParams,
    units: 50,
    lookback: 60,
    batchSize: 32,
    epochs: 20,
    learningRate: 0.001,
  };
  const fold = makeFold({ features: 5, horizon: 1, lookback: 60, windows: 32 });
  const weights = startWeights(params, fold);
  const windows = referenceBatch(fold, 60, fold.validationOrigins).inputs;
  computed = {
    params,
    fold,
    weights,
    outputs: forward(toReference(weights), windows).flat(),
    gradients: expectedGradients(params, fold).gradients,
    training: referenceTrain(params, fold, { weights, seeds }),
  };
  return computed;
}

/** Gradients of all train windows as one batch, in the order the trainer takes them. */
function expectedGradients(params: Params, fold: ReturnType<typeof makeFold>): ReturnType<typeof gradients> {
  const batch = { ...params, batchSize: 4096, epochs: 1, optimizer: 'sgd', learningRate: 1024 } as const;
  const weights = startWeights(params, fold);
  const { model, losses } = referenceTrain(batch, fold, { weights, seeds });
  const difference = (a: Float32Array, b: Float64Array): Float64Array =>
    b.map((value, i) => (a[i] - value) / batch.learningRate);
  return {
    loss: losses[0],
    gradients: {
      ...model,
      layers: model.layers.map((layer, l) => ({
        kernel: difference(weights.layers[l].kernel, layer.kernel),
        recurrentKernel: difference(weights.layers[l].recurrentKernel, layer.recurrentKernel),
        bias: difference(weights.layers[l].bias, layer.bias),
      })),
      dense: {
        kernel: difference(weights.dense.kernel, model.dense.kernel),
        bias: difference(weights.dense.bias, model.dense.bias),
      },
    },
  };
}

/** Determinism, callbacks, early stopping, predictions. */
function promises(trainer: () => Trainer, create: () => Promise<Trainer>): void {
  const params: Params = { ...smallParams, epochs: 3, dropout: 0.2, recurrentDropout: 0.1 };
  const fold = makeFold({ ...sizes, windows: 21, horizon: 2 });

  it('repeats itself bit for bit: again, after a larger model, in a new trainer', async () => {
    const first = await fit(trainer(), params, fold);
    expect(await fit(trainer(), params, fold)).toEqual(first);
    await fit(trainer(), { ...params, units: 33, layers: 3, epochs: 1 }, fold);
    expect(await fit(trainer(), params, fold)).toEqual(first);
    const other = await create();
    expect(other.variant).toEqual(trainer().variant);
    expect(await fit(other, params, fold)).toEqual(first);
    other.dispose();
  });

  it.each(['init', 'shuffle', 'dropout'] as const)(
    'another %s seed gives another training',
    async (which) => {
      const run = (changed: typeof seeds): Promise<unknown> =>
        trainer()
          .fit(params, fold, { seeds: changed, earlyStopping: null, onEpochEnd: () => 'continue' })
          .then(({ weights }) => weights);
      expect(await run({ ...seeds, [which]: 99 })).not.toEqual(await run(seeds));
    },
  );

  it('draws the initial weights from the init seed', async () => {
    const drawn = await fit(trainer(), params, fold);
    expect(await fit(trainer(), params, fold, { weights: startWeights(params, fold) })).toEqual(drawn);
  });

  it('fits side by side do not disturb each other', async () => {
    const alone = await fit(trainer(), params, fold);
    const pause = async (): Promise<'continue'> => {
      await new Promise((resolve) => setImmediate(resolve));
      return 'continue';
    };
    const larger = { ...params, units: 20 };
    const [together] = await Promise.all([
      fit(trainer(), params, fold, { onEpoch: pause }),
      fit(trainer(), larger, fold, { onEpoch: pause }),
    ]);
    expect(together).toEqual(alone);
  });

  it('predicts without dropout, the same each time, and what the fit returned', async () => {
    const { weights, validationPredictions } = await fit(trainer(), params, fold);
    const window = {
      lookback: params.lookback,
      origins: fold.validationOrigins,
      batchSize: params.batchSize,
    };
    const predictions = trainer().predict(weights, fold, window);
    expect(predictions).toEqual(validationPredictions);
    expect(trainer().predict(weights, fold, { ...window, batchSize: 1 })).toEqual(predictions);
    expect(trainer().predict(weights, fold, { ...window, origins: new Int32Array(0) })).toHaveLength(0);
  });

  it('predicts each window for itself, however many there are', () => {
    const long = makeFold({ ...sizes, windows: 300 });
    const weights = startWeights(params, long);
    const window = { lookback: params.lookback, batchSize: 32 };
    const all = trainer().predict(weights, long, { ...window, origins: long.trainOrigins });
    const alone = Array.from(long.trainOrigins, (origin) =>
      trainer().predict(weights, long, { ...window, origins: Int32Array.of(origin) }),
    );
    expect([...all]).toEqual(alone.flatMap((one) => [...one]));
  });

  it('lets its caller in between two batches, and computes the same', async () => {
    const undisturbed = await fit(trainer(), params, fold);
    let calls = 0;
    let isPaused = false;
    const paused = await fit(trainer(), params, fold, {
      betweenBatches: () => {
        expect(isPaused).toBe(false);
        if (++calls % 2 === 0) return null;
        isPaused = true;
        return new Promise((resolve) =>
          setImmediate(() => {
            isPaused = false;
            resolve();
          }),
        );
      },
    });
    const batches = Math.ceil(fold.trainOrigins.length / params.batchSize);
    expect(calls).toBe(params.epochs * batches);
    expect(paused).toEqual(undisturbed);
  });

  it('waits for the answer before the next epoch, and stops when told', async () => {
    const log: string[] = [];
    const result = await fit(trainer(), { ...params, epochs: 9 }, fold, {
      onEpoch: async ({ epoch, validationPredictions }) => {
        log.push(`start ${epoch}`);
        expect(validationPredictions).toHaveLength(fold.validationOrigins.length * fold.horizon);
        await new Promise((resolve) => setTimeout(resolve, 5));
        log.push(`end ${epoch}`);
        return epoch === 2 ? 'stop' : 'continue';
      },
    });
    expect(log).toEqual([0, 1, 2].flatMap((epoch) => [`start ${epoch}`, `end ${epoch}`]));
    expect(result).toMatchObject({ epochs: 3, endedBy: 'stop' });
  });

  it('stops early on the tail of train, with the weights of the best epoch', async () => {
    const shared = { ...params, learningRate: 0.3, epochs: 30, dropout: 0, recurrentDropout: 0 };
    const earlyStopping = { patience: 2, minDelta: 0, share: 0.3 };
    const perEpoch: Float32Array[] = [];
    const result = await fit(trainer(), shared, fold, {
      earlyStopping,
      onEpoch: ({ validationPredictions }) => {
        perEpoch.push(Float32Array.from(validationPredictions));
        return 'continue';
      },
    });
    expect(result.endedBy).toBe('earlyStopping');
    expect(result.epochs).toBeLessThan(shared.epochs);
    // patience epochs after the best one; earlier ones never wait that long
    expect(result.validationPredictions).toEqual(perEpoch[result.epochs - 1 - earlyStopping.patience]);
    const again = trainer().predict(result.weights, fold, {
      lookback: shared.lookback,
      origins: fold.validationOrigins,
      batchSize: 8,
    });
    expect(again).toEqual(result.validationPredictions);
  });

  it('early stopping trains on the front of train only and never looks at validation targets', async () => {
    const earlyStopping = { patience: 50, minDelta: 0, share: 0.25 };
    const watched = fold.trainOrigins.subarray(21 - 5);
    const poison = (origins: Int32Array, value: number): typeof fold => {
      const targets = Float32Array.from(fold.targets);
      for (const origin of origins) targets.fill(value, origin * fold.horizon, (origin + 1) * fold.horizon);
      return { ...fold, targets };
    };
    const expected = await fit(trainer(), params, fold, { earlyStopping });
    expect(await fit(trainer(), params, poison(fold.validationOrigins, 1e6), { earlyStopping })).toEqual(
      expected,
    );
    const otherTail = await fit(trainer(), params, poison(watched, 1e3), { earlyStopping });
    expect(otherTail.losses).toEqual(expected.losses);
    const otherFront = await fit(trainer(), params, poison(fold.trainOrigins.subarray(0, 1), 1e3), {
      earlyStopping,
    });
    expect(otherFront.losses).not.toEqual(expected.losses);
  });
}

/** What a Trainer says no to, and how. */
function refusals(trainer: () => Trainer): void {
  it('ends a training that diverges, and is as good as new after it', async () => {
    const fold = makeFold(sizes);
    const before = await fit(trainer(), smallParams, fold);
    const wild: Params = {
      ...smallParams,
      optimizer: 'sgd',
      learningRate: 10,
      momentum: 0.999,
      epochs: 10_000,
    };
    const huge = { ...fold, targets: fold.targets.map((value) => value * 1e30) };
    const result = await fit(trainer(), wild, huge);
    expect(result.endedBy).toBe('diverged');
    expect(result.losses.every(Number.isFinite)).toBe(true);
    expect(await fit(trainer(), smallParams, fold)).toEqual(before);
  });

  it('refuses what does not fit into memory before taking any, and goes on', async () => {
    const fold = makeFold({ ...sizes, lookback: 2000, windows: 4096 });
    const params: Params = { ...smallParams, units: 512, layers: 8, lookback: 2000, batchSize: 4096 };
    const error: unknown = await fit(trainer(), params, fold).catch((caught: unknown) => caught);
    expect(isFault(error) && error.code).toBe('outOfMemory');
    expect(trainer().memoryBytes(params, 3, 1)).toBeGreaterThan(2 ** 32);
    expect((await fit(trainer(), smallParams, makeFold(sizes))).endedBy).toBe('epochs');
  });

  it('refuses a fold without train windows', async () => {
    const fold = { ...makeFold(sizes), trainOrigins: new Int32Array(0) };
    const error: unknown = await fit(trainer(), smallParams, fold).catch((caught: unknown) => caught);
    expect(isFault(error) && error.code).toBe('badInput');
  });

  it('says how much memory it takes: more for more', () => {
    const base = trainer().memoryBytes(smallParams, 3, 1);
    expect(base).toBeGreaterThan(0);
    for (const change of [{ units: 60 }, { layers: 4 }, { lookback: 70 }, { batchSize: 80 }] as const) {
      expect(trainer().memoryBytes({ ...smallParams, ...change }, 3, 1)).toBeGreaterThan(base);
    }
  });
}
