import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type * as tfTypes from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldTensors } from '../../src/engine/data/foldTensors.ts';
import { readStudy } from '../../src/engine/experiment/readStudy.ts';
import { meanLoss } from '../../src/engine/trainers/batches.ts';
import { createTensorflowTrainer } from '../../src/engine/trainers/tensorflow/createTensorflowTrainer.ts';
import { loadTensorflow, type Tensorflow } from '../../src/engine/trainers/tensorflow/loadTensorflow.ts';
import { createSession } from '../../src/engine/trainers/tensorflow/session.ts';
import type { FoldTensors, ModelWeights, Trainer } from '../../src/engine/trainers/trainer.ts';
import { createWasmTrainer } from '../../src/engine/trainers/wasm/createWasmTrainer.ts';
import type { Params } from '../../src/model/hyperparameters.ts';
import { gates } from '../conformance/trainer.ts';
import { fit, makeFold, seeds, smallParams, startWeights } from '../conformance/trainerProblems.ts';
import { worstDifference } from '../reference/tensors.ts';
import { ensureTensorflow, tensorflowFolder } from './installed.ts';
import { createLayersModel, layersGradients } from './layersModel.ts';

const kernelsFolder = fileURLToPath(new URL('../../dist/kernels', import.meta.url));
const examples = new URL('../../examples/', import.meta.url);

await ensureTensorflow(); // here, because a first installation may take longer than a hook

let tensorflow: Tensorflow;
let trainer: Trainer;
let wasm: Trainer;
beforeAll(async () => {
  tensorflow = loadTensorflow(tensorflowFolder);
  trainer = createTensorflowTrainer({ folder: tensorflowFolder });
  wasm = await createWasmTrainer({ kernelsFolder, build: 'relaxed' });
});
afterAll(() => {
  trainer.dispose();
  wasm.dispose();
});

describe('both trainers', () => {
  const cases: readonly (readonly [string, Partial<Params>])[] = [
    ['Adam', {}],
    ['RMSprop', { optimizer: 'rmsprop', learningRate: 0.003 }],
    ['SGD with momentum', { optimizer: 'sgd', learningRate: 0.05, momentum: 0.9 }],
    ['Adam on absolute loss, decayed and clipped', { loss: 'mae', weightDecay: 0.1, clipNorm: 0.1 }],
    ['Adam with both dropouts', { dropout: 0.3, recurrentDropout: 0.2, layers: 3 }],
  ];
  // 27 windows in batches of 8: four steps an epoch, the last of them with 3 windows; twelve steps.
  const fold = makeFold({ features: 5, horizon: 2, lookback: 20, windows: 27 });

  it.each(cases)('end at the same weights after twelve steps of %s', async (_name, change) => {
    const params = { ...smallParams, lookback: 20, units: 25, epochs: 3, ...change };
    const [one, other] = [await fit(trainer, params, fold), await fit(wasm, params, fold)];
    expect(worstDifference(one.weights, other.weights)).toBeLessThan(gates.weights);
    one.losses.forEach((loss, epoch) =>
      expect(Math.abs(loss / other.losses[epoch] - 1)).toBeLessThan(gates.losses),
    );
    // broken twin: one trainer with another learning rate, by a thousandth
    const slower = await fit(wasm, { ...params, learningRate: params.learningRate * 0.999 }, fold);
    expect(worstDifference(one.weights, slower.weights)).toBeGreaterThan(gates.weights);
  });

  it('reach validation losses on real prices whose intervals over 5 seeds overlap', async () => {
    const prices = await lastFold();
    const [ours, theirs] = [
      await lossesOverSeeds(trainer, prices, prices),
      await lossesOverSeeds(wasm, prices, prices),
    ];
    expect(overlap(interval(ours), interval(theirs))).toBe(true);
    // broken twin: a trainer that learns targets half a standard deviation too high
    const tooHigh = { ...prices, targets: prices.targets.map((value) => value + 0.5) };
    const biased = await lossesOverSeeds(wasm, tooHigh, prices);
    expect(overlap(interval(ours), interval(biased))).toBe(false);
  }, 900_000);
});

describe('the TensorFlow trainer', () => {
  const fold = makeFold({ features: 5, horizon: 2, lookback: 20, windows: 16 });
  const params: Params = { ...smallParams, lookback: 20, units: 25, batchSize: 16 };

  it("agrees with tfjs' own layers in outputs and gradients, and not with their default activation", () => {
    const weights = startWeights(params, fold);
    const window = { lookback: 20, origins: fold.trainOrigins, batchSize: 16 };
    const outputs = trainer.predict(weights, fold, window);
    const found = gradientsOf(tensorflow, weights, fold);
    const expected = layersGradients(tensorflow.tf, weights, { fold, lookback: 20 });
    expect(worstArray(outputs, expected.outputs)).toBeLessThan(gates.outputs);
    expect(worstDifference(found, expected.gradients)).toBeLessThan(gates.gradients);
    const hard = layersGradients(tensorflow.tf, weights, {
      ...{ fold, lookback: 20, recurrentActivation: 'hardSigmoid' },
    });
    expect(worstArray(outputs, hard.outputs)).toBeGreaterThan(gates.outputs);
    expect(worstDifference(found, hard.gradients)).toBeGreaterThan(gates.gradients);
  });

  it('predicts what a layers model with the same weights predicts, after training', async () => {
    const trained = await fit(trainer, { ...params, dropout: 0.2, epochs: 5 }, fold);
    const model = createLayersModel(tensorflow.tf, trained.weights, 20);
    const origins = fold.validationOrigins;
    const predicted = layersPredict(model, origins);
    model.dispose();
    expect(worstArray(trained.validationPredictions, predicted)).toBeLessThan(gates.weights);
  });

  it('computes the same bits in another process', () => {
    const script = `import { createTensorflowTrainer } from ${JSON.stringify(fileURLToPath(new URL('../../src/engine/trainers/tensorflow/createTensorflowTrainer.ts', import.meta.url)))};
      console.log(createTensorflowTrainer({ folder: ${JSON.stringify(tensorflowFolder)} }).variant.digest);`;
    const args = ['--input-type=module', '-e', script];
    const digest = execFileSync(process.execPath, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(digest.trim()).toBe(trainer.variant.digest);
    expect(digest).toMatch(/^[0-9a-f]{16}$/m);
  });

  it('refuses an experiment that began with other numbers', () => {
    const create = (): Trainer =>
      createTensorflowTrainer({ folder: tensorflowFolder, digest: '0123456789abcdef' });
    expect(create).toThrow(expect.objectContaining({ code: 'variantMissing' }));
  });

  it('leaves no tensor behind, whatever ends a fit', async () => {
    const { tf } = tensorflow;
    const before = tf.memory().numTensors;
    await fit(trainer, { ...params, recurrentDropout: 0.2, dropout: 0.2 }, fold);
    await fit(trainer, { ...params, epochs: 9 }, fold, { onEpoch: () => 'stop' });
    await fit(trainer, { ...params, epochs: 9 }, fold, {
      onEpoch: () => Promise.reject(new Error('planted')),
    }).catch(() => undefined);
    trainer.predict(startWeights(params, fold), fold, {
      lookback: 20,
      origins: fold.trainOrigins,
      batchSize: 8,
    });
    expect(tf.memory().numTensors).toBe(before);
    // broken twin: a session that nobody disposes
    const sizes = { features: 5, units: 3, layers: 1, horizon: 2 };
    createSession(tensorflow, { sizes, params, dropoutSeed: 1 });
    expect(tf.memory().numTensors).toBeGreaterThan(before);
  });

  it('says which folder holds no TensorFlow', () => {
    expect(() => loadTensorflow('/nowhere')).toThrow(expect.objectContaining({ code: 'backendUnavailable' }));
    expect(() => loadTensorflow('/nowhere')).toThrow(/not installed in \/nowhere/);
  });

  function layersPredict(model: tfTypes.LayersModel, origins: Int32Array): Float32Array {
    const { tf } = tensorflow;
    return tf.tidy(() => {
      const flat = Float32Array.from(Array.from(origins, (origin) => windowOf(fold, origin, 20)).flat(2));
      const output = model.predict(tf.tensor3d(flat, [origins.length, 20, fold.features])) as tfTypes.Tensor; // one input, one output
      return Float32Array.from(output.dataSync());
    });
  }
});

/** Window of one origin, [step][feature]. */
function windowOf(fold: FoldTensors, origin: number, lookback: number): number[][] {
  const { features, inputs, relative } = fold;
  return Array.from({ length: lookback }, (_, t) =>
    Array.from({ length: features }, (_value, f) => {
      const base = relative[f] === 1 ? inputs[origin * features + f] : 0;
      return Math.fround(inputs[(origin - lookback + 1 + t) * features + f] - base);
    }),
  );
}

function gradientsOf(api: Tensorflow, weights: ModelWeights, fold: FoldTensors): ModelWeights {
  const sizes = { ...weights, layers: weights.layers.length };
  const session = createSession(api, {
    ...{ sizes, params: { ...smallParams, lookback: 20 }, dropoutSeed: 1 },
  });
  session.setWeights(weights);
  session.gradients(fold, { origins: fold.trainOrigins, first: 0, count: fold.trainOrigins.length });
  const found = session.readGradients();
  session.dispose();
  return found;
}

function worstArray(found: Float32Array, expected: Float32Array): number {
  expect(found.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(found[i] - value))) / largest;
}

/** The last fold of the sample study, S&P 500 daily. */
async function lastFold(): Promise<FoldTensors> {
  const file = fileURLToPath(new URL('sp500-quick.lstm.json', examples));
  const { ready, issues } = await readStudy(readFileSync(file, 'utf8'), file);
  if (!ready) throw new Error(JSON.stringify(issues));
  const plan = ready.data.folds[ready.data.folds.length - 1];
  return foldTensors(ready.data.series, plan, { lookback: 20, horizon: 1 });
}

async function lossesOverSeeds(which: Trainer, trained: FoldTensors, scored: FoldTensors): Promise<number[]> {
  const params: Params = {
    ...{ ...smallParams, lookback: 20, units: 25, layers: 1, dropout: 0.2, batchSize: 64 },
    ...{ learningRate: 0.001, epochs: 3 },
  };
  const losses: number[] = [];
  for (let seed = 1; seed <= 5; seed++) {
    const { validationPredictions } = await which.fit(params, trained, {
      seeds: { init: seed, shuffle: seeds.shuffle + seed, dropout: seeds.dropout + seed },
      earlyStopping: null,
      onEpochEnd: () => 'continue',
    });
    losses.push(meanLoss(validationPredictions, scored.validationOrigins, scored, 'mse'));
  }
  return losses;
}

/** 95 % interval of the mean of 5 values (Student's t with 4 degrees of freedom: 2.776). */
function interval(values: readonly number[]): readonly [number, number] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
  const half = 2.776 * Math.sqrt(variance / values.length);
  return [mean - half, mean + half];
}

function overlap(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] <= b[1] && b[0] <= a[1];
}
