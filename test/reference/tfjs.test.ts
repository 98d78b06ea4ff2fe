import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { makeFold, smallParams, startWeights } from '../conformance/trainerProblems.ts';
import { referenceBatch } from './batches.ts';
import { forward, gradients, noMasks } from './lstm.ts';
import { namedTensors, toReference } from './tensors.ts';
import type { ModelWeights } from '../../src/engine/trainers/trainer.ts';

/*
 * The plain LSTM against the layers of @tensorflow/tfjs on the same weights. Its LSTM squashes gates with a hard sigmoid unless told
 * otherwise, and its Adam is not Keras': only outputs, loss and gradients are compared.
 */

const params = { ...smallParams, units: 7, layers: 2 };
const fold = makeFold({ features: 3, horizon: 2, lookback: params.lookback, windows: 11 });
const weights = startWeights(params, fold);
const batch = referenceBatch(fold, params.lookback, fold.trainOrigins);

function tfjsModel(recurrentActivation: 'sigmoid' | 'hardSigmoid', from: ModelWeights): tf.Sequential {
  const model = tf.sequential();
  from.layers.forEach((_, l) => {
    model.add(
      tf.layers.lstm({
        units: from.units,
        recurrentActivation,
        returnSequences: l < from.layers.length - 1,
        ...(l === 0 && { inputShape: [params.lookback, from.features] }),
      }),
    );
  });
  model.add(tf.layers.dense({ units: from.horizon }));
  const shapes = model.getWeights().map((tensor) => tensor.shape);
  model.setWeights(namedTensors(from).map(([, values], n) => tf.tensor(values, shapes[n])));
  return model;
}

function outputs(recurrentActivation: 'sigmoid' | 'hardSigmoid'): number[] {
  return tf.tidy(() => {
    const x = tf.tensor3d(batch.inputs.map((window) => window.map((row) => [...row])));
    const y = tfjsModel(recurrentActivation, weights).apply(x) as tf.Tensor; // one input, one output
    return [...y.dataSync()];
  });
}

function worst(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(found[i] - expected[i]));
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return difference / largest;
}

/** float32 against double, ten times what was measured. */
const outputTolerance = 2e-6;
const gradientTolerance = 1.5e-5;

describe('the plain LSTM does what the layers of tfjs do', () => {
  const expected = forward(toReference(weights), batch.inputs).flat();

  it('outputs', () => {
    expect(worst(outputs('sigmoid'), expected)).toBeLessThan(outputTolerance);
  });

  it('notices the hard sigmoid that tfjs takes by default', () => {
    expect(worst(outputs('hardSigmoid'), expected)).toBeGreaterThan(outputTolerance);
  });

  it('loss and gradients', () => {
    const reference = gradients(toReference(weights), batch, { loss: 'mse', masks: noMasks });
    const model = tfjsModel('sigmoid', weights);
    const x = tf.tensor3d(batch.inputs.map((window) => window.map((row) => [...row])));
    const y = tf.tensor2d(batch.targets.map((row) => [...row]));
    const { value, grads } = tf.variableGrads(
      () => tf.losses.meanSquaredError(y, model.apply(x) as tf.Tensor).asScalar(), // one input, one output
    );
    expect(worst(value.dataSync(), [reference.loss])).toBeLessThan(gradientTolerance);
    const found = Object.values(grads).map((tensor) => tensor.dataSync());
    namedTensors(reference.gradients).forEach(([name, tensor], n) => {
      expect(worst(found[n], tensor), name).toBeLessThan(gradientTolerance);
    });
  });
});
