import type { ReportSource } from '../../src/engine/report/source.ts';
import { baselineForecasts } from '../../src/engine/evaluation/baselines.ts';
import type { Forecasts } from '../../src/engine/evaluation/forecasts.ts';
import { scoreTest } from '../../src/engine/evaluation/scoreTest.ts';
import { createRng } from '../../src/engine/rng.ts';
import type { Trial } from '../../src/model/trial.ts';
import type { TestResult } from '../../src/protocol/results.ts';
import { confirmationOf, experimentOf, sp500, trialOf, type ExperimentOptions } from './fixtures.ts';

const times = Float64Array.from(sp500.dates, (date) => Date.parse(date));

export interface ScoredCase {
  /** Forecast of row t + 1 from the row t; `seed` from 0. */
  readonly forecast: (t: number, seed: number) => number;
  readonly prices?: Float64Array;
  readonly from: number;
  readonly looks?: number;
  readonly trial?: number;
  readonly leakChecks?: readonly string[];
}

/** One step ahead from row from - 1 on, scored as `test` does. */
export function testResultOf(scored: ScoredCase): TestResult {
  const prices = scored.prices ?? Float64Array.from(sp500.adjclose);
  const origins = Int32Array.from({ length: prices.length - scored.from }, (_, i) => scored.from - 1 + i);
  const runs = [0, 1, 2, 3, 4].map((seed) => {
    const values = Float64Array.from(origins, (t) => scored.forecast(t, seed));
    return { seed: 900 + seed, forecasts: { prices, origins, horizon: 1, values } satisfies Forecasts };
  });
  const scores = scoreTest({
    runs,
    times: prices.length === times.length ? times : times.subarray(0, prices.length),
    trainTo: scored.from,
    lookback: 20,
    trials: 40,
    leakChecks: () => scored.leakChecks ?? [],
    rng: createRng(3),
    dateText: (time) => new Date(time).toISOString().slice(0, 10),
  });
  return {
    ...scores,
    trial: scored.trial ?? 17,
    looks: scored.looks ?? 1,
    testedAt: '2026-11-23T13:00:00.000Z',
    folder: 'final/00017',
  };
}

/** AR(1) on S&P log-returns, fitted on the first 70 % as in docs/evaluation.md, tested from 2017-04-03 on. */
export function ar1Case(): Pick<ScoredCase, 'forecast' | 'from'> {
  const prices = Float64Array.from(sp500.adjclose);
  const from = Math.floor(prices.length * 0.85);
  const origins = Int32Array.from({ length: prices.length - from }, (_, i) => from - 1 + i);
  const trainTo = Math.floor(prices.length * 0.7);
  const { values } = baselineForecasts('ar1', {
    prices,
    trainFrom: 0,
    trainTo,
    origins,
    horizon: 1,
    lookback: 20,
  });
  // Seeds differ as refits do: a little noise around the same forecast.
  const rng = createRng(5);
  const noise = Float64Array.from({ length: 5 * values.length }, () => rng.normal() * 0.0004);
  return {
    from,
    forecast: (t, seed) =>
      values[t - from + 1] * (seed === 0 ? 1 : 1 + noise[seed * values.length + t - from + 1]),
  };
}

export function trialsOf(count: number): readonly Trial[] {
  const rng = createRng(11);
  return Array.from({ length: count }, (_, i): Trial => {
    const level = 1.0015 + 0.003 * rng.normal();
    const trial = trialOf(
      i,
      [0, 1, 2, 3].map(() => level + 0.001 * rng.normal()),
      {
        units: [50, 100, 150][rng.int(3)],
        layers: 1 + rng.int(3),
        dropout: 0.2,
        learningRate: 0.001 * 10 ** rng.uniform(),
      },
    );
    if (i % 9 === 4) return { ...trial, state: 'pruned', value: null, folds: trial.folds.slice(0, 1) };
    if (i % 13 === 6)
      return {
        ...trial,
        state: 'failed',
        value: null,
        folds: [],
        error: { code: 'diverged', message: 'loss is not finite' },
      };
    return trial;
  });
}

export interface SourceOptions {
  readonly result?: TestResult | null;
  readonly experiment?: ExperimentOptions;
}

export function reportSourceOf({ result = null, experiment = {} }: SourceOptions): ReportSource {
  const trials = trialsOf(40);
  const ranked = trials.filter((t) => t.value !== null).toSorted((a, b) => (a.value ?? 0) - (b.value ?? 0));
  const rng = createRng(12);
  const confirmations = ranked.slice(0, 5).map((trial) =>
    confirmationOf(
      trial.number,
      [0, 1, 2, 3, 4].map(() => [0, 1, 2, 3].map(() => 1.0005 + 0.0012 * rng.normal())),
    ),
  );
  const tested = result ? { ...result, trial: ranked[1].number } : null;
  return {
    experiment: { ...experimentOf(experiment), leader: ranked[0].number, winner: ranked[1].number },
    trials,
    confirmations,
    annotations: null,
    result: tested,
    results: tested ? [tested] : [],
    selectionBias: { pbo: 0.54, spaP: 0.41, note: '' },
    dataReport: null,
    model: null,
    madeAt: '2026-11-23T14:00:00.000Z',
    version: '0.1.0',
  };
}

/** Of a report with a test, in their order. */
export const sectionTitles = [
  '1 Verdict',
  '2 Beside the baselines',
  '3 Where it comes from',
  '4 U2 by fold, quarter and horizon step',
  '5 Refit seeds',
  '6 The search',
  '7 From validation to test',
  '8 Forecasts',
  '9 Information sheet',
];
