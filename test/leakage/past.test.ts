import { describe, expect, test } from 'vitest';
import { buildSeries } from '../../src/engine/data/buildSeries.ts';
import type { DataTable } from '../../src/engine/data/dataTable.ts';
import { foldTensors } from '../../src/engine/data/foldTensors.ts';
import {
  bordersAreClean,
  leakChecks,
  leakCheckTexts,
  scalerIsOfTrain,
  survivesCut,
  survivesPoison,
  type BuildInputs,
} from '../../src/engine/data/leakChecks.ts';
import { fitScaler } from '../../src/engine/data/scaler.ts';
import type { Series } from '../../src/engine/data/series.ts';
import { sampleCount } from '../../src/engine/data/splits.ts';
import { baselineForecasts } from '../../src/engine/evaluation/baselines.ts';
import { createRng } from '../../src/engine/rng.ts';
import { baselineIds } from '../../src/model/metrics.ts';
import { indicatorKinds, transforms } from '../../src/model/dataSpec.ts';
import { studyOf } from '../data/testData.ts';
import { prepared, randomWalk, tableOf } from './studies.ts';

const rows = 900;
const rng = createRng(8);
const bare = tableOf(randomWalk(rows, 3)).numbers.get('close')!;
const table: DataTable = tableOf(randomWalk(rows, 3), {
  high: bare.map((x) => x * (1 + 0.01 * rng.uniform())),
  low: bare.map((x) => x * (1 - 0.01 * rng.uniform())),
  volume: bare.map(() => 1e6 * (1 + rng.uniform())),
});

/** Every transform and every indicator there is. */
const study = studyOf({
  horizon: 3,
  hyperparameters: { lookback: { choices: [5, 20] } },
  data: {
    price: 'close',
    features: transforms.map((transform) => ({
      column: transform === 'log1p' || transform === 'logDiff1p' ? 'volume' : 'close',
      transform,
    })),
    indicators: indicatorKinds.map((kind) => ({ kind })),
  },
});
const build: BuildInputs = (t) => buildSeries(t, study.data).series;

/** The broken twin: the same series with a mean over the row before, the row and the row after. */
const buildCentred: BuildInputs = (t) => {
  const series = build(t);
  if (series === null) return null;
  const width = series.inputNames.length;
  const inputs = series.inputs.map((x, i) => {
    if (i % width !== 0) return x;
    return (x + (series.inputs[i - width] ?? x) + (series.inputs[i + width] ?? x)) / 3;
  });
  return { ...series, inputs };
};

/** Another twin: inputs divided by the standard deviation of the whole series. */
const buildNormalised: BuildInputs = (t) => {
  const series = build(t);
  if (series === null) return null;
  let squares = 0;
  for (const x of series.inputs) squares += x * x;
  const size = Math.sqrt(squares / series.inputs.length);
  return { ...series, inputs: series.inputs.map((x) => x / size) };
};

describe('L1 poisoned future', () => {
  test.each([200, 500, 899])('inputs before row %d stay bit-equal', (row) => {
    expect(survivesPoison(table, build, row)).toBe(true);
  });
  test('twins are caught', () => {
    expect(survivesPoison(table, buildCentred, 500)).toBe(false);
    expect(survivesPoison(table, buildNormalised, 500)).toBe(false);
  });

  test('Scaler, tensors and Baselines of a fold do not change with later rows', () => {
    const data = prepared(table, study);
    const plan = data.folds[1];
    const poison = (series: Series, from: number): Series => ({
      ...series,
      prices: series.prices.map((p, t) => (t < from ? p : 1e9)),
      inputs: series.inputs.map((x, i) => (i < from * series.inputNames.length ? x : NaN)),
    });
    const later = poison(data.series, plan.validation.to);
    const sizes = { lookback: 20, horizon: 3 };
    expect(foldTensors(later, plan, sizes)).toEqual(foldTensors(data.series, plan, sizes));
    const beyondTrain = poison(data.series, plan.train.to);
    expect(fitScaler(beyondTrain, plan.train, 'standard')).toEqual(plan.scaler);
    // Twin: a Scaler of all rows.
    expect(fitScaler(beyondTrain, { from: 0, to: data.series.rows }, 'standard')).not.toEqual(plan.scaler);
    const [first] = plan.validationOrigins;
    for (const id of baselineIds) {
      const task = (prices: Float64Array): Parameters<typeof baselineForecasts>[1] => ({
        prices,
        trainFrom: plan.train.from,
        trainTo: plan.train.to,
        origins: Int32Array.of(first),
        horizon: 3,
        lookback: 20,
      });
      // The origin is the last train row: its forecast may not feel any row after it.
      expect(baselineForecasts(id, task(beyondTrain.prices)).values, id).toEqual(
        baselineForecasts(id, task(data.series.prices)).values,
      );
    }
  });
});

describe('L3 scaler', () => {
  const spiked = (): DataTable => {
    const close = new Float64Array(rows).map((_, t) => (t === 600 ? 1e9 : t % 2 === 0 ? 5 : 5.5));
    return { ...table, numbers: new Map([['close', close]]) };
  };
  const prices = studyOf({
    data: { price: 'close', forecast: 'price', scaler: 'minMax' },
    split: { validation: { kind: 'holdout', share: 0.3 } },
  });

  test('a spike in validation leaves the train values', () => {
    const { folds, series } = prepared(spiked(), prices);
    expect(folds[0].train.to).toBeLessThan(600);
    expect(folds[0].scaler).toMatchObject({ center: [5], scale: [0.5], target: { center: 5, scale: 0.5 } });
    expect(scalerIsOfTrain(series, folds[0])).toBe(true);
  });

  test('the twin that fits on all rows is caught', () => {
    const { folds, series } = prepared(spiked(), prices);
    const leaky = { ...folds[0], scaler: fitScaler(series, { from: 0, to: series.rows }, 'minMax') };
    expect(scalerIsOfTrain(series, leaky)).toBe(false);
  });
});

describe('L4 border', () => {
  const data = prepared(table, study);

  test.each([5, 20])('lookback %d: no train row is a validation target, counts as by formula', (lookback) => {
    for (const plan of data.folds) {
      const sizes = { lookback, horizon: 3 };
      expect(bordersAreClean(data.series, plan, sizes)).toBe(true);
      const tensors = foldTensors(data.series, plan, sizes);
      expect(tensors.trainOrigins.length).toBe(sampleCount(plan.train.to - plan.train.from, lookback, 3));
      expect(tensors.validationOrigins.length).toBe(plan.validation.to - plan.validation.from - 2);
    }
  });

  test('the twin without purge is caught', () => {
    const plan = data.folds[0];
    const unpurged = { ...plan, train: { ...plan.train, to: plan.train.to + 2 } };
    expect(bordersAreClean(data.series, unpurged, { lookback: 5, horizon: 3 })).toBe(false);
  });
});

describe('L8 indicators', () => {
  const cutRng = createRng(2);
  const cuts = Array.from({ length: 50 }, () => 150 + cutRng.int(rows - 150));

  test('on rows 0..t alone they equal the full series at t, for 50 days', () => {
    for (const row of cuts) expect(survivesCut(table, build, row), `row ${row}`).toBe(true);
  });
  test('twins are caught', () => {
    expect(survivesCut(table, buildCentred, cuts[0])).toBe(false);
    expect(survivesCut(table, buildNormalised, cuts[0])).toBe(false);
  });
});

test('the checks run on a study as the report shows them', () => {
  const data = prepared(table, study);
  const checks = leakChecks(table, study, { data, lookback: 20 });
  expect(checks.map(({ id, passed }) => [id, passed])).toEqual(
    ['L1', 'L2', 'L8', 'L3', 'L4'].map((id) => [id, true]),
  );
  const texts = leakCheckTexts(checks, data.resolved.inputs);
  expect(texts[0]).toMatch(/^L1 passed/);
  const failed = leakCheckTexts([{ ...checks[0], passed: false }], data.resolved.inputs);
  expect(failed[0]).toMatch(/^L1 FAILED/);
});
