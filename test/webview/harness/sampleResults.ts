import type { Confirmation } from '../../../src/model/experiment.ts';
import { hyperparameterNames } from '../../../src/model/hyperparameters.ts';
import type { Trial } from '../../../src/model/trial.ts';
import type { CompareResult, ForecastErrors, TestedTrial } from '../../../src/protocol/analysis.ts';
import type { ExperimentRef } from '../../../src/protocol/experiments.ts';
import type { Predictions, PredictionSet, TestResult } from '../../../src/protocol/results.ts';
import { normal, random, type makePrices } from './sampleData.ts';

type Prices = ReturnType<typeof makePrices>;

function predictionSet(prices: Prices, range: readonly [number, number], seed: number): PredictionSet {
  const next = random(seed);
  const [from, to] = range;
  const rows = Array.from({ length: to - from }, (_, i) => from + i);
  const last = Float64Array.from(rows, (row) => prices.price[row - 1]);
  return {
    dates: rows.map((row) => prices.date[row]),
    last,
    actual: Float64Array.from(rows, (row) => prices.price[row]),
    forecast: Float64Array.from(rows, (row) => {
      const before = Math.log(prices.price[row - 1] / prices.price[row - 2]);
      return prices.price[row - 1] * Math.exp(-0.05 * before + 0.0003 + normal(next) * 0.0002);
    }),
  };
}

export function samplePredictions(number: number, prices: Prices): Predictions {
  const firstTest = Math.round(prices.date.length * 0.85);
  const size = Math.round(firstTest * 0.1);
  return {
    horizon: 1,
    folds: [0, 1, 2, 3].map((fold) => {
      const from = firstTest - (4 - fold) * size;
      return predictionSet(prices, [from, from + size], number * 10 + fold);
    }),
  };
}

export function sampleCompare(
  refs: readonly (ExperimentRef & { number: number })[],
  trialOf: (number: number) => Trial,
  confirmationOf: (number: number) => Confirmation | null,
): CompareResult {
  const trials = refs.map((ref) => ({ ref, trial: trialOf(ref.number) }));
  const differs = hyperparameterNames.filter(
    (name) => new Set(trials.map((t) => t.trial.params[name])).size > 1,
  );
  const isOneExperiment = new Set(refs.map((ref) => ref.id)).size === 1;
  const isOnOtherData = (id: string): boolean => id.includes('nasdaq');
  const labelOf = ({ id, number }: { id: string; number: number }): string =>
    isOneExperiment
      ? `#${number}`
      : `#${number} of ${isOnOtherData(id) ? 'NASDAQ, 5 days' : id.slice(0, 8) === '20261110' ? 'S&P 500, earlier' : 'S&P 500, next day'}`;
  const runsOf = (number: number): readonly number[] =>
    (confirmationOf(number)?.runs ?? []).flatMap(({ value }) => (value === null ? [] : [value]));
  return {
    objective: 'u2',
    incomparable: refs.some(({ id }) => isOnOtherData(id) !== isOnOtherData(refs[0].id))
      ? ['The horizon differs: 1 step and 5 steps.', 'The data differ: sp500.csv and nasdaq.csv.']
      : [],
    trials: trials.map(({ ref, trial }) => ({
      ref: { store: ref.store, id: ref.id },
      number: ref.number,
      label: labelOf(ref),
      trial,
      confirmation: isOnOtherData(ref.id) ? null : confirmationOf(ref.number),
      differs,
    })),
    pairs: trials.slice(1).flatMap(({ ref, trial }, i) => {
      if (isOnOtherData(ref.id) !== isOnOtherData(refs[0].id)) return [];
      const first = trials[0].trial;
      const byFold = trial.folds.map(
        (fold, f) => (fold.metrics?.u2 ?? 1) - (first.folds[f]?.metrics?.u2 ?? 1),
      );
      const [before, after] = [runsOf(first.number), runsOf(trial.number)];
      const bySeed = before.length > 0 ? after.map((value, repeat) => value - before[repeat]) : [];
      const { mean, half } = pairedInterval(bySeed.length > 1 ? bySeed : byFold);
      return [
        {
          a: 0,
          b: i + 1,
          byFold,
          bySeed,
          mean,
          interval: [mean - half, mean + half] as const,
          tie: Math.abs(mean) < Math.max(half, 0.0012),
          sentence: `${labelOf(ref)} and ${labelOf(refs[0])} are a tie: seed noise explains the difference.`,
        },
      ];
    }),
  };
}

/** Mean of a few differences and half of its 95 % interval. */
function pairedInterval(values: readonly number[]): { readonly mean: number; readonly half: number } {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
  const t = values.length === 5 ? 2.776 : 3.182;
  return { mean, half: t * Math.sqrt(variance / values.length) };
}

export function sampleTest(number: number, prices: Prices): TestResult {
  const rows = prices.date.length;
  const from = Math.round(rows * 0.85);
  const predictions = predictionSet(prices, [from, rows], 999);
  let sum = 0;
  const cumulative = Array.from(predictions.actual, (actual, i) => {
    sum += (actual - predictions.forecast[i]) ** 2 - (actual - predictions.last[i]) ** 2;
    return sum;
  });
  const quarters = [
    '2017 Q2',
    '2017 Q3',
    '2017 Q4',
    '2018 Q1',
    '2018 Q2',
    '2018 Q3',
    '2018 Q4',
    '2019 Q1',
    '2019 Q2',
    '2019 Q3',
    '2019 Q4',
    '2020 Q1',
  ];
  const baseline = (u2: number) => ({
    mse: 1309 * u2 * u2,
    mae: 19.94 * u2,
    rmse: 36.18 * u2,
    mape: 0.9,
    relMae: u2,
    u2,
    direction: 0.56,
  });
  return {
    trial: number,
    looks: 1,
    verdict: 'notDistinguishable',
    sentence:
      'The tested configuration did not beat repeating the last price on unseen data; this is the usual result for daily prices. Not distinguishable: U2 0.9838, 95 % interval 0.9510 to 1.0120, Clark-West p 0.019; 784 test days, chosen from 40 trials.',
    u2: 0.9838,
    u2Interval: [0.951, 1.012],
    seeds: [0.9811, 0.9832, 0.9846, 0.9853, 0.9868].map((u2, seed) => ({ seed, u2 })),
    seedInterval: [0.9815, 0.9869],
    relMae: 0.9987,
    dieboldMariano: { statistic: 1.821, p: 0.069 },
    clarkWest: { statistic: 2.08, p: 0.019 },
    direction: { share: 0.548, alwaysUp: 0.56, interval: [0.513, 0.583] },
    metrics: { ...baseline(0.9838), relMae: 0.9987, direction: 0.548 },
    baselines: {
      persistence: { ...baseline(1), direction: 0 },
      ar1: baseline(0.9813),
      nlinear: baseline(1.0036),
      drift: baseline(0.9999),
      ma5: baseline(1.3295),
    },
    predictions,
    horizon: 1,
    cumulative,
    byQuarter: quarters.map((quarter, i) => ({
      quarter,
      u2: 1 + Math.sin(i * 2.1) * 0.003 - (i === 11 ? 0.026 : 0),
      rows: 62,
    })),
    byStep: [{ step: 1, u2: 0.9838 }],
    byWeekday: [1, 2, 3, 4, 5].map((weekday) => ({
      weekday,
      bias: Math.sin(weekday) * 1.2,
      rmse: 34 + weekday,
      rows: 150,
    })),
    lagTest: { shift: 1, correlation: [-0.02, 0.03, 0.05, 0.11, 0.94, 0.04, -0.01], copies: true },
    suspicious: { fired: false, reason: '', checks: ['U2 below 0.9: no', 'direction above 60 %: no'] },
    testedAt: '2026-11-20T11:00:00.000Z',
    folder: '.lstm-study/final/00017',
  };
}

/** Validation errors of a trial taken apart: a tie everywhere but on one fold. */
export function sampleErrors(): ForecastErrors {
  const dates = Array.from({ length: 600 }, (_, i) =>
    new Date(Date.UTC(2015, 0, 5 + Math.floor(i * 1.4))).toISOString().slice(0, 10),
  );
  let sum = 0;
  const wave = (i: number): number => 1 + Math.sin(i * 2.3) * 0.004;
  return {
    horizon: 1,
    rows: dates.length,
    byFold: [0, 1, 2, 3].map((fold) => ({
      fold,
      firstDate: dates[fold * 150],
      lastDate: dates[fold * 150 + 149],
      u2: wave(fold),
      rows: 150,
    })),
    byQuarter: ['2015 Q1', '2015 Q2', '2015 Q3', '2015 Q4', '2016 Q1', '2016 Q2', '2016 Q3', '2016 Q4'].map(
      (quarter, i) => ({ quarter, u2: wave(i), rows: 62 }),
    ),
    byStep: [{ step: 1, u2: 0.9982 }],
    byWeekday: [1, 2, 3, 4, 5].map((weekday) => ({
      weekday,
      bias: Math.sin(weekday) * 0.02,
      rmse: 0.9,
      u2: wave(weekday),
      rows: 120,
    })),
    byMove: [
      [0, 0.21, 1.012],
      [0.21, 0.48, 1.004],
      [0.48, 0.97, 0.999],
      [0.97, 4.1, 0.996],
    ].map(([from, to, u2]) => ({ from, to, u2, direction: 0.51, rows: 150 })),
    cumulative: { dates, difference: dates.map((_, i) => (sum += Math.sin(i / 37) * 3 - 0.4)) },
    lagTest: { shift: 0, correlation: [-0.02, 0.03, 0.01, 0.06, 0.02, 0.04, -0.01], copies: false },
  };
}

/** Two of the trials were tested. */
export function sampleTested(trials: readonly Trial[]): TestedTrial[] {
  return trials
    .filter((t) => t.value !== null)
    .sort((a, b) => a.value! - b.value!)
    .slice(0, 2)
    .map((t, i) => ({
      number: t.number,
      validation: t.value,
      confirmed: { mean: t.value! + 0.001, sd: 0.001, seeds: 5 },
      test: 0.9838 + i * 0.02,
      testInterval: [0.951, 1.012],
      verdict: 'notDistinguishable',
      testedAt: '2026-11-20T11:00:00.000Z',
    }));
}
