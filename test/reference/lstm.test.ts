import { describe, expect, it } from 'vitest';
import {
  firstLayerStates,
  forward,
  gradients,
  meanLoss,
  noMasks,
  type ReferenceBatch,
  type ReferenceModel,
  type ReferenceOptions,
} from './lstm.ts';
import { golden, goldenBatch, goldenModel } from './golden.ts';
import { createOptimizer, type AdamForm } from './optimizers.ts';
import { namedTensors } from './tensors.ts';

const mse = { loss: 'mse', masks: noMasks } as const;

/** The golden numbers carry 12 digits. */
const goldenTolerance = 1e-9;

function expectClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = goldenTolerance,
): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs(found[i] / expected[i] - 1), `element ${i}: ${found[i]} for ${expected[i]}`).toBeLessThan(
      tolerance,
    );
  }
}

function copy(model: ReferenceModel): ReferenceModel {
  return structuredClone(model);
}

describe('the plain LSTM has the golden numbers', () => {
  it('forward', () => {
    const states = firstLayerStates(goldenModel, goldenBatch.inputs[0]);
    expectClose(states[0].h, golden.firstHidden);
    expectClose(states[3].h, golden.lastHidden);
    expectClose(states[3].c, golden.lastCell);
    expectClose(forward(goldenModel, goldenBatch.inputs)[0], [golden.output]);
    expectClose([meanLoss(goldenModel, goldenBatch, mse)], [golden.loss]);
  });

  it('gradients', () => {
    const [layer] = gradients(goldenModel, goldenBatch, mse).gradients.layers;
    const { dense } = gradients(goldenModel, goldenBatch, mse).gradients;
    const sumAndNorm = (values: Float64Array): number[] => [
      values.reduce((sum, g) => sum + g, 0),
      Math.hypot(...values),
    ];
    expectClose(sumAndNorm(layer.kernel), golden.gradients.kernel);
    expectClose(sumAndNorm(layer.recurrentKernel), golden.gradients.recurrentKernel);
    expectClose(sumAndNorm(layer.bias), golden.gradients.bias);
    expectClose(sumAndNorm(dense.kernel), golden.gradients.denseKernel);
    expectClose(sumAndNorm(dense.bias), golden.gradients.denseBias);
  });

  it.each(['sgd', 'rmsprop', 'adam'] as const)('five steps of %s', (optimizer) => {
    const { losses, model } = train(optimizer, 5);
    expectClose(losses, golden.training[optimizer].losses);
    expectClose(forward(model, goldenBatch.inputs)[0], [golden.training[optimizer].output]);
  });
});

function train(
  optimizer: 'sgd' | 'rmsprop' | 'adam',
  steps: number,
  form: AdamForm = 'keras',
): { losses: number[]; model: ReferenceModel } {
  const model = copy(goldenModel);
  const params = { optimizer, learningRate: 0.01, momentum: 0, weightDecay: 0, clipNorm: 0 };
  const { step } = createOptimizer(model, params, form);
  const losses = Array.from({ length: steps }, () => {
    const found = gradients(model, goldenBatch, mse);
    step(model, found.gradients);
    return found.loss;
  });
  return { losses, model };
}

describe('broken twins are caught by the golden numbers', () => {
  const relativeError = (found: number, expected: number): number => Math.abs(found / expected - 1);

  it.each([
    ['fifth', (z: number) => Math.min(1, Math.max(0, 0.2 * z + 0.5)), goldenTolerance],
    ['sixth', (z: number) => Math.min(1, Math.max(0, z / 6 + 0.5)), 1e-7],
  ] as const)('a hard sigmoid (%s) gives its own known output', (kind, gateActivation, tolerance) => {
    const output = forward(goldenModel, goldenBatch.inputs, { gateActivation })[0][0];
    expectClose([output], [golden.hardSigmoidOutput[kind]], tolerance);
    expect(relativeError(output, golden.output)).toBeGreaterThan(goldenTolerance);
  });

  it('gates in the order of ONNX (i, o, f, c)', () => {
    const model = copy(goldenModel);
    for (const values of [model.layers[0].kernel, model.layers[0].recurrentKernel, model.layers[0].bias]) {
      for (let row = 0; row < values.length; row += 12) {
        const [i, f, c, o] = [0, 3, 6, 9].map((at) => values.slice(row + at, row + at + 3));
        values.set([...i, ...o, ...f, ...c], row);
      }
    }
    const output = forward(model, goldenBatch.inputs)[0][0];
    expect(relativeError(output, golden.output)).toBeGreaterThan(goldenTolerance);
  });

  it.each(['tfjs', 'torch'] as const)('the Adam of %s', (form) => {
    const { losses } = train('adam', 2, form);
    expectClose([losses[1]], [golden.otherAdams[form]]);
    expect(relativeError(losses[1], golden.training.adam.losses[1])).toBeGreaterThan(goldenTolerance);
  });
});

describe('gradients against central differences in double', () => {
  /** At step 1e-5 the truncation error is about 4e-9; a wrong gradient is off by orders of magnitude. */
  const step = 1e-5;
  const tolerance = 1e-7;

  interface Case {
    readonly lookback: number;
    readonly features: number;
    readonly units: number;
    readonly layers: number;
    readonly batch: number;
    readonly horizon: number;
    readonly dropout: boolean;
    readonly recurrentDropout: boolean;
    readonly loss: 'mse' | 'mae';
  }
  const plain = { horizon: 1, dropout: false, recurrentDropout: false, loss: 'mse' } as const;
  const cases: readonly Case[] = [
    { ...plain, lookback: 4, features: 2, units: 3, layers: 1, batch: 1 },
    { ...plain, lookback: 4, features: 2, units: 3, layers: 2, batch: 3 },
    { ...plain, lookback: 3, features: 1, units: 2, layers: 3, batch: 5, horizon: 2 },
    { ...plain, lookback: 4, features: 2, units: 3, layers: 2, batch: 3, dropout: true },
    { ...plain, lookback: 4, features: 2, units: 3, layers: 2, batch: 3, recurrentDropout: true },
    {
      ...plain,
      lookback: 3,
      features: 2,
      units: 3,
      layers: 3,
      batch: 2,
      dropout: true,
      recurrentDropout: true,
      loss: 'mae',
    },
  ];

  const wave = (i: number): number => Math.sin(1.7 * i + 0.3);
  function build(c: Case): Problem {
    const tensor = (length: number, shift: number): Float64Array =>
      Float64Array.from({ length }, (_, i) => 0.4 * wave(i + shift));
    const model: ReferenceModel = {
      features: c.features,
      units: c.units,
      horizon: c.horizon,
      layers: Array.from({ length: c.layers }, (_, l) => ({
        kernel: tensor((l === 0 ? c.features : c.units) * 4 * c.units, l),
        recurrentKernel: tensor(4 * c.units * c.units, 10 + l),
        bias: tensor(4 * c.units, 20 + l),
      })),
      dense: { kernel: tensor(c.units * c.horizon, 30), bias: tensor(c.horizon, 40) },
    };
    const batch = {
      inputs: Array.from({ length: c.batch }, (_, b) =>
        Array.from({ length: c.lookback }, (_t, t) =>
          Array.from({ length: c.features }, (_f, f) => wave(b * 31 + t * 7 + f)),
        ),
      ),
      targets: Array.from({ length: c.batch }, (_, b) =>
        Array.from({ length: c.horizon }, (_s, s) => wave(b * 13 + s)),
      ),
    };
    // Fixed masks, a third dropped, no structure shared between layer, time, sample and unit.
    const kept = (n: number): number => (n % 3 === 0 ? 0 : 1.5);
    const masks = {
      output: (l: number, t: number, sample: number, unit: number) =>
        c.dropout ? kept(l * 5 + t * 7 + sample * 11 + unit * 13 + 1) : 1,
      recurrent: (l: number, sample: number, unit: number) =>
        c.recurrentDropout ? kept(l * 7 + sample * 5 + unit * 2 + 2) : 1,
    };
    return { model, batch, options: { loss: c.loss, masks }, smallest: 1e-3 };
  }

  interface Problem {
    readonly model: ReferenceModel;
    readonly batch: ReferenceBatch;
    readonly options: ReferenceOptions;
    /** Sums of gradients below this are divided by it: the difference quotient of a loss of 1 has noise of about 1e-11. */
    readonly smallest: number;
  }

  /** Worst |analytic - numeric| / max(smallest, |analytic| + |numeric|) over all parameters. */
  function worstError(
    problem: Problem,
    spoil: (gradients: ReferenceModel) => void = () => undefined,
  ): number {
    const { model, batch, options, smallest } = problem;
    const analytic = gradients(model, batch, options).gradients;
    spoil(analytic);
    const found = namedTensors(analytic);
    let worst = 0;
    namedTensors(model).forEach(([, values], n) => {
      values.forEach((value, i) => {
        values[i] = value + step;
        const above = meanLoss(model, batch, options);
        values[i] = value - step;
        const below = meanLoss(model, batch, options);
        values[i] = value;
        const numeric = (above - below) / (2 * step);
        const a = found[n][1][i];
        const scale = Math.max(smallest, Math.abs(a) + Math.abs(numeric));
        worst = Math.max(worst, Math.abs(a - numeric) / scale);
      });
    });
    return worst;
  }

  it('the golden model', () => {
    const model = copy(goldenModel);
    expect(worstError({ model, batch: goldenBatch, options: mse, smallest: 1e-8 })).toBeLessThan(tolerance);
  });

  it.each(cases)(
    '$layers layers, batch $batch, horizon $horizon, dropout $dropout, recurrent $recurrentDropout, $loss',
    (c) => {
      expect(worstError(build(c))).toBeLessThan(tolerance);
    },
  );

  it('catches one gradient that is 1e-5 off', () => {
    const error = worstError(build(cases[1]), (g) => (g.layers[0].recurrentKernel[5] += 1e-5));
    expect(error).toBeGreaterThan(tolerance);
  });

  it('catches a backward pass that forgets the recurrent mask', () => {
    const problem = build(cases[4]);
    const { model, batch, options } = problem;
    const masks = { ...options.masks, recurrent: () => 1 };
    const wrong = gradients(model, batch, { ...options, masks }).gradients.layers[0].recurrentKernel;
    const error = worstError(problem, (g) => g.layers[0].recurrentKernel.set(wrong));
    expect(error).toBeGreaterThan(tolerance);
  });
});
