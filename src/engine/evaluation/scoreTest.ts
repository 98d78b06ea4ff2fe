import type { BaselineId, Metrics } from '../../model/metrics.ts';
import { baselineIds } from '../../model/metrics.ts';
import type { TestResult } from '../../protocol/results.ts';
import type { Rng } from '../rng.ts';
import { baselineForecasts } from './baselines.ts';
import { u2Interval, u2Of, type PairedLosses } from './bootstrap.ts';
import { clarkWest, dieboldMariano } from './dieboldMariano.ts';
import { directionResult, wilsonInterval, type DirectionResult } from './directionTest.ts';
import { stepOf, type Forecasts, type StepView } from './forecasts.ts';
import { lagTest, type LagTest } from './lagTest.ts';
import { foldMetrics, meanOf, stepMetrics, type FoldMetrics } from './metrics.ts';
import { reportMetrics } from './reportMetrics.ts';
import { cumulativeDifference, errorsByWeekday, u2ByQuarter } from './residuals.ts';
import { seedInterval } from './seedInterval.ts';
import { suspicionOf } from './suspicious.ts';
import { verdictOf, verdictSentence } from './verdict.ts';

export interface TestTask {
  /** Price forecasts of each refit seed on the same origins; the first is the exported model's. */
  readonly runs: readonly { readonly seed: number; readonly forecasts: Forecasts }[];
  /** Times of all prices. */
  readonly times: Float64Array;
  /** Rows the models were fitted on: [0, trainTo). */
  readonly trainTo: number;
  readonly lookback: number;
  /** Trials of the search. */
  readonly trials: number;
  /** Runs the checks for leaks on this data; asked only when the result is too good to be true. */
  readonly leakChecks: () => readonly string[];
  readonly rng: Rng;
  readonly dateText: (time: number) => string;
}

/** Part of a TestResult that follows from forecasts alone, and what the report shows beside it. */
export interface TestScores extends Omit<TestResult, 'trial' | 'looks' | 'testedAt' | 'folder'> {
  readonly direction: DirectionResult;
  readonly lagTest: LagTest;
}

/**
 * Scores the forecasts of the sealed range by rule 9 of docs/evaluation.md: losses of a day are averaged over the refit seeds;
 * U2 with its moving-block bootstrap interval, Diebold-Mariano and Clark-West against persistence give the verdict.
 */
export function scoreTest(task: TestTask): TestScores {
  const { runs, rng } = task;
  const first = runs[0].forecasts;
  const { horizon, origins } = first;
  const steps = Array.from({ length: horizon }, (_, h) => runs.map((run) => stepOf(run.forecasts, h)));
  const losses = pairedLosses(steps);
  const interval = u2Interval(losses, rng);
  const u2 = u2Of(losses);
  const model = meanOverSteps(losses.model);
  const naive = meanOverSteps(losses.naive);
  const dm = dieboldMariano(
    Float64Array.from(naive, (x, t) => x - model[t]),
    horizon,
  );
  const cw = clarkWest(clarkWestSeries(steps), horizon);
  const verdict = verdictOf(interval, cw);
  const perSeed = runs.map((run) => required(foldMetrics(run.forecasts)));
  const metrics = meanOf(perSeed.map((s) => s.metrics));
  const seeds = runs.map((run, i) => ({ seed: run.seed, u2: perSeed[i].metrics.u2 }));
  const overSeeds = seedInterval(seeds.map((s) => s.u2));
  const oneStep = stepOf(first, 0);
  const targetTimes = Float64Array.from(origins, (t) => task.times[t + 1]);
  const firstSeed = directionResult(oneStep);
  const share = meanOf(perSeed.map((s) => s.steps[0])).direction;
  const direction = { ...firstSeed, share, interval: wilsonInterval(share, firstSeed.rows) };
  const oneStepU2 = u2Of({ model: [losses.model[0]], naive: [losses.naive[0]] });
  const suspicion = suspicionOf({ u2: oneStepU2, direction: direction.share });
  return {
    verdict,
    sentence: verdictSentence(verdict, {
      u2,
      interval,
      clarkWest: cw,
      trials: task.trials,
      rows: origins.length,
    }),
    u2,
    u2Interval: interval,
    seeds,
    seedInterval: overSeeds.interval,
    relMae: metrics.relMae,
    dieboldMariano: dm === null ? null : { statistic: dm.statistic, p: dm.p },
    clarkWest: cw,
    direction,
    metrics: { ...metrics, ...reportMetrics(oneStep, first.prices.subarray(0, task.trainTo)) },
    baselines: baselineScores(task, first),
    predictions: {
      dates: Array.from(targetTimes, task.dateText),
      last: oneStep.last,
      actual: interleaved(first, (h) => stepOf(first, h).actual),
      forecast: first.values,
    },
    horizon,
    cumulative: cumulativeDifference(model, naive),
    byQuarter: u2ByQuarter(targetTimes, { model, naive }),
    byStep: losses.model.map((m, h) => ({ step: h + 1, u2: u2Of({ model: [m], naive: [losses.naive[h]] }) })),
    byWeekday: errorsByWeekday(targetTimes, oneStep),
    lagTest: lagTest(oneStep, oneStepU2),
    suspicious: { ...suspicion, checks: suspicion.fired ? task.leakChecks() : [] },
  };
}

function required(scored: FoldMetrics | null): FoldMetrics {
  if (scored === null) throw new Error('scoreTest: a forecast is not finite; a diverged refit is not scored');
  return scored;
}

function pairedLosses(steps: readonly (readonly StepView[])[]): PairedLosses {
  const naive = steps.map(([view]) => view.actual.map((y, t) => (view.last[t] - y) ** 2));
  const model = steps.map((views) =>
    views[0].actual.map((y, t) => views.reduce((sum, v) => sum + (v.forecast[t] - y) ** 2, 0) / views.length),
  );
  return { model, naive };
}

/** Clark-West's g of each day, averaged over seeds and steps. */
function clarkWestSeries(steps: readonly (readonly StepView[])[]): Float64Array {
  const n = steps[0][0].actual.length;
  const g = new Float64Array(n);
  const terms = steps.length * steps[0].length;
  for (const views of steps) {
    for (const { actual, forecast, last } of views) {
      for (let t = 0; t < n; t++) {
        const e0 = actual[t] - last[t];
        const e1 = actual[t] - forecast[t];
        g[t] += (e0 * e0 - (e1 * e1 - (last[t] - forecast[t]) ** 2)) / terms;
      }
    }
  }
  return g;
}

function meanOverSteps(losses: readonly Float64Array[]): Float64Array {
  return losses[0].map((_, t) => losses.reduce((sum, l) => sum + l[t], 0) / losses.length);
}

function interleaved({ origins, horizon }: Forecasts, step: (h: number) => Float64Array): Float64Array {
  const out = new Float64Array(origins.length * horizon);
  for (let h = 0; h < horizon; h++) step(h).forEach((x, i) => (out[i * horizon + h] = x));
  return out;
}

function baselineScores(task: TestTask, first: Forecasts): Record<BaselineId, Metrics> {
  const { prices, origins, horizon } = first;
  const score = (id: BaselineId): Metrics => {
    const forecasts = baselineForecasts(id, {
      prices,
      origins,
      horizon,
      trainFrom: 0,
      trainTo: task.trainTo,
      lookback: task.lookback,
    });
    return meanOf(Array.from({ length: horizon }, (_, h) => stepMetrics(stepOf(forecasts, h))));
  };
  return Object.fromEntries(baselineIds.map((id) => [id, score(id)])) as Record<BaselineId, Metrics>; // one key an id
}
