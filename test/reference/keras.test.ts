import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { forward, gradients, noMasks, type ReferenceBatch, type ReferenceModel } from './lstm.ts';
import { createOptimizer, type OptimizerParams } from './optimizers.ts';
import { namedTensors } from './tensors.ts';

/*
 * The plain LSTM against Keras itself. keras_golden.py made the numbers; weights and data come from the same formulas here. Keras
 * computes in float32, hence the tolerances.
 */

const numbers = z.array(z.number());
const goldenSchema = z.object({
  outputs: numbers,
  gradients: z.object({ mse: numbers, mae: numbers }),
  training: z.record(z.string(), z.object({ losses: numbers, weights: numbers })),
});
const golden = goldenSchema.parse(
  JSON.parse(readFileSync(new URL('keras_golden.json', import.meta.url), 'utf8')),
);

const [lookback, features, units, layers, horizon, batchSize] = [9, 3, 6, 2, 2, 5];
const wave = (count: number, shift: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.fround(Math.sin(1.7 * i + shift)));
const weight = (count: number, shift: number): Float64Array =>
  Float64Array.from(wave(count, shift), (value) => Math.fround(Math.fround(0.4) * value));

function model(): ReferenceModel {
  return {
    features,
    units,
    horizon,
    layers: Array.from({ length: layers }, (_, l) => ({
      kernel: weight((l === 0 ? features : units) * 4 * units, l),
      recurrentKernel: weight(units * 4 * units, 10 + l),
      bias: weight(4 * units, 20 + l),
    })),
    dense: { kernel: weight(units * horizon, 30), bias: weight(horizon, 40) },
  };
}

function rows<Value>(values: readonly Value[], length: number): Value[][] {
  return Array.from({ length: values.length / length }, (_, i) => values.slice(i * length, (i + 1) * length));
}
const batch: ReferenceBatch = {
  inputs: rows(rows(wave(batchSize * lookback * features, 0.5), features), lookback),
  targets: rows(wave(batchSize * horizon, 0.9), horizon),
};

const flat = (m: ReferenceModel): number[] => namedTensors(m).flatMap(([, values]) => [...values]);

/** Largest difference over the largest value. */
function worst(found: readonly number[], expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(found[i] - value))) / largest;
}

const base = { learningRate: 0.01, momentum: 0, weightDecay: 0, clipNorm: 0 };
const optimizers: Readonly<Record<string, OptimizerParams>> = {
  adam: { ...base, optimizer: 'adam' },
  rmsprop: { ...base, optimizer: 'rmsprop' },
  sgd: { ...base, optimizer: 'sgd', learningRate: 0.05, momentum: 0.9 },
  'adam, decay 0.1, clipNorm 0.05': { ...base, optimizer: 'adam', weightDecay: 0.1, clipNorm: 0.05 },
};

function train(params: OptimizerParams): { losses: number[]; weights: number[] } {
  const trained = model();
  const optimizer = createOptimizer(trained, params);
  const losses = golden.training['adam'].losses.map(() => {
    const found = gradients(trained, batch, { loss: 'mse', masks: noMasks });
    optimizer.step(trained, found.gradients);
    return found.loss;
  });
  return { losses, weights: flat(trained) };
}

/** Keras-JAX was measured at 1.8e-7 (outputs) and 1.3e-6 (gradients, losses, weights) from double: ten times that. */
const tolerances = { outputs: 2e-6, gradients: 1.5e-5, training: 1.5e-5 };

describe('the plain LSTM does what Keras does', () => {
  it('outputs', () => {
    expect(worst(forward(model(), batch.inputs).flat(), golden.outputs)).toBeLessThan(tolerances.outputs);
  });

  it.each(['mse', 'mae'] as const)('gradients of %s', (loss) => {
    const found = gradients(model(), batch, { loss, masks: noMasks });
    expect(worst(flat(found.gradients), golden.gradients[loss])).toBeLessThan(tolerances.gradients);
  });

  it.each(Object.keys(golden.training))('ten steps of %s', (name) => {
    const { losses, weights } = train(optimizers[name]);
    expect(worst(losses, golden.training[name].losses)).toBeLessThan(tolerances.training);
    expect(worst(weights, golden.training[name].weights)).toBeLessThan(tolerances.training);
  });

  it('and the comparison notices decay and clipping left out', () => {
    const decayed = golden.training['adam, decay 0.1, clipNorm 0.05'].weights;
    expect(worst(train(optimizers['adam']).weights, decayed)).toBeGreaterThan(tolerances.training);
  });
});
