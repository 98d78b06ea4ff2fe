import type { Annotations, Experiment, FoldPlan } from '../../../src/model/experiment.ts';
import type { Params } from '../../../src/model/hyperparameters.ts';
import type { Metrics } from '../../../src/model/metrics.ts';
import { parseStudy } from '../../../src/model/parseStudy.ts';
import { configurationOf, searchSpaceOf } from '../../../src/model/searchSpace.ts';
import type { Study } from '../../../src/model/study.ts';
import {
  meanMetrics,
  progressOf,
  type FoldRecord,
  type Trial,
  type TrialRow,
} from '../../../src/model/trial.ts';

/**
 * Data for the panel's development page and browser tests: a price series and trials that look like what LSTMs on daily
 * prices do, which is nearly nothing. Everything follows from a seed; the shapes are made by the model's own functions.
 */

export type Random = () => number;

export function random(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function normal(next: Random): number {
  return Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next());
}

export const studyText = `{
  // one index, next day
  "lstmStudy": 1,
  "name": "S&P 500, next day",
  "data": {
    "file": "sp500.csv",
    "date": "date",
    "price": "adjclose", // split-adjusted
    "features": [
      { "column": "close", "transform": "logReturn" },
      { "column": "volume", "transform": "logDiff1p" }
    ],
    "indicators": [{ "kind": "rsi", "period": 14 }]
  },
  "horizon": 1,
  "split": {
    "test": { "share": 0.15 },
    "validation": { "kind": "walkForward", "folds": 4 }
  },
  "hyperparameters": {
    "lookback": 40,
    "units": { "choices": [50, 100, 150], "ordered": true },
    "layers": { "int": [1, 3] },
    "dropout": { "float": [0.2, 0.5], "step": 0.1 },
    "learningRate": { "float": [0.001, 0.1], "log": true },
    "batchSize": { "choices": [32, 64, 128], "ordered": true },
    "epochs": { "int": [10, 30], "step": 10 },
    "optimizer": { "choices": ["adam", "rmsprop", "sgd"] }
  },
  "search": { "trials": 40, "timeLimit": "2h" }
}
`;

/** Daily prices of working days from 2000 to spring 2020, with falls in 2001-02, 2008 and at the end. */
export function makePrices(): { readonly date: readonly string[]; readonly price: readonly number[] } {
  const next = random(7);
  const date: string[] = [];
  const price: number[] = [];
  let level = Math.log(1455);
  for (let day = Date.UTC(2000, 0, 3); day <= Date.UTC(2020, 3, 17); day += 864e5) {
    const weekday = new Date(day).getUTCDay();
    if (weekday === 0 || weekday === 6 || (day / 864e5) % 31 === 3) continue;
    const year = 2000 + (day - Date.UTC(2000, 0, 1)) / 31557600e3;
    const [drift, spread] =
      year < 2002.8
        ? [-0.0009, 0.011]
        : year < 2007.8
          ? [0.0005, 0.007]
          : year < 2009.2
            ? [-0.0019, 0.02]
            : year < 2020.14
              ? [0.00053, 0.008]
              : [-0.004, 0.04];
    level += drift + spread * normal(next);
    date.push(new Date(day).toISOString().slice(0, 10));
    price.push(Number(Math.exp(level).toFixed(2)));
  }
  return { date, price };
}

export function sampleStudy(trials = 40, text = studyText): Study {
  const { study, issues } = parseStudy(text.replace('"trials": 40', `"trials": ${trials}`));
  if (!study) throw new Error(issues.map((issue) => issue.message).join('; '));
  return study;
}

const foldBias = [0.0018, -0.0009, -0.0016, 0.0007];
const persistenceRmse = 12.84;

function metricsOf(u2: number): Metrics {
  const rmse = u2 * persistenceRmse;
  return {
    mse: rmse * rmse,
    mae: rmse * 0.71,
    rmse,
    mape: 0.82 * u2,
    relMae: 1 + (u2 - 1) * 0.6,
    u2,
    direction: 0.53 - (u2 - 1) * 4,
  };
}

/** One trial with curves: complete, pruned, failed or still running, as the dice of its number fall. */
export function makeTrial(study: Study, number: number, wanted?: Trial['state']): Trial {
  const next = random(number * 7919 + 11);
  const space = searchSpaceOf(study);
  const values = Object.fromEntries(
    space.parameters.map(({ name, distribution }) => {
      if (distribution.kind === 'categorical')
        return [name, distribution.choices[Math.floor(next() * distribution.choices.length)]];
      const { low, high, step } = distribution;
      if (step !== null)
        return [name, low + Math.floor(next() * (Math.round((high - low) / step) + 1)) * step];
      const share = number > 10 && next() < 0.7 ? next() * 0.4 : next();
      return [name, Number((low * (high / low) ** share).toPrecision(3))];
    }),
  );
  const params: Params = configurationOf(space, values);
  const hot = Math.max(0, Math.log10(params.learningRate / 0.006));
  const base =
    params.optimizer === 'sgd'
      ? 1.0002 + Math.abs(normal(next)) * 0.0006
      : 0.999 + hot * hot * 0.034 + (params.layers - 1) * 0.0009 + normal(next) * 0.0016;
  const dice = next();
  const state: Trial['state'] =
    wanted ??
    (hot > 1.1 && params.optimizer !== 'sgd' ? 'failed' : base > 1.003 && dice < 0.6 ? 'pruned' : 'complete');
  const ended = state === 'complete' ? 4 : state === 'running' ? Math.floor(dice * 3) : Math.floor(dice * 2);
  const folds: FoldRecord[] = [];
  for (let fold = 0; fold < Math.min(4, ended + 1); fold++) {
    const isDone = fold < ended;
    const epochs = isDone ? params.epochs : Math.max(3, Math.round(params.epochs * (0.3 + dice * 0.4)));
    const end = base + foldBias[fold] + normal(next) * 0.0013;
    const start = end + 0.012 + next() * 0.02;
    const curve = Array.from({ length: epochs }, (_, e) =>
      Number((end + (start - end) * Math.exp(-e / 2.5) + normal(next) * 0.0006).toPrecision(6)),
    );
    folds.push({
      fold,
      curve: {
        train: curve.map((v, e) => Number((v * 0.92 - e * 0.0004).toPrecision(6))),
        validation: curve,
      },
      endedBy: isDone ? 'epochs' : state === 'failed' ? 'diverged' : 'stop',
      metrics: isDone ? metricsOf(curve.at(-1)!) : null,
      steps: isDone ? [metricsOf(curve.at(-1)!)] : [],
    });
  }
  const complete = state === 'complete';
  const value = complete ? folds.reduce((sum, f) => sum + f.metrics!.u2, 0) / 4 : null;
  const seconds =
    (9 + params.units * 0.19) * params.layers * (params.epochs / 20) * (0.95 + next() * 0.1) * 1.6;
  const startedAt = Date.UTC(2026, 10, 20, 9) + number * 78e3;
  return {
    format: 1,
    number,
    state,
    params,
    source: number === 0 ? 'point' : 'sampler',
    amendment: 0,
    value,
    seed: number * 17,
    folds,
    ...(state === 'failed'
      ? number % 2
        ? { error: { code: 'diverged' as const, message: 'The loss became infinite in fold 1.' } }
        : { error: { code: 'outOfMemory' as const, message: 'Needed 2.1 GiB, the limit is 1.5 GiB.' } }
      : {}),
    startedAt: new Date(startedAt).toISOString(),
    ...(state === 'running' ? {} : { endedAt: new Date(startedAt + seconds * 1000).toISOString() }),
    durations: { total: seconds * 1000 },
  };
}

/** The row of a trial, as the engine derives it. */
export function rowOfTrial(trial: Trial, confirm: TrialRow['confirm'] = null): TrialRow {
  const done = trial.folds.filter((f) => f.metrics !== null);
  const longest = Math.max(0, ...trial.folds.map((f) => f.curve.validation.length));
  const spark = Array.from({ length: Math.min(24, longest) }, (_, e) => {
    const at = trial.folds.flatMap(
      (f) =>
        f.curve.validation[Math.round((e / Math.max(1, Math.min(24, longest) - 1)) * (longest - 1))] ?? [],
    );
    return at.reduce((sum, v) => sum + v, 0) / Math.max(1, at.length);
  });
  return {
    number: trial.number,
    state: trial.state,
    source: trial.source,
    amendment: 0,
    params: trial.params,
    value: trial.value,
    foldValues: done.map((f) => f.metrics!.u2),
    metrics: trial.state === 'complete' ? meanMetrics(trial.folds) : null,
    progress: progressOf(trial),
    spark,
    startedAtMs: Date.parse(trial.startedAt ?? ''),
    durationMs: trial.durations?.['total'] ?? null,
    error: trial.error ?? null,
    confirm,
  };
}

export function makeExperiment(options: {
  /** Trials that were tested, oldest first. */
  readonly looked?: readonly number[];
  readonly study: Study;
  readonly state: Experiment['state'];
  readonly leader: number | null;
  readonly winner: number | null;
}): Experiment {
  const { date } = makePrices();
  const rows = date.length;
  const firstTest = Math.round(rows * 0.85);
  const range = (from: number, to: number) => ({ from, to, firstDate: date[from], lastDate: date[to - 1] });
  const size = Math.round(firstTest * 0.1);
  const scaler = {
    kind: 'standard',
    columns: ['close'],
    center: [0],
    scale: [0.011],
    target: { center: 0, scale: 0.011 },
  } as const;
  const folds: FoldPlan[] = [0, 1, 2, 3].map((fold) => {
    const from = firstTest - (4 - fold) * size;
    return {
      fold,
      train: range(0, from),
      validation: range(from, from + size),
      validationOrigins: [from - 1, from + size - 2],
      scaler: {
        ...scaler,
        columns: [...scaler.columns],
        center: [...scaler.center],
        scale: [...scaler.scale],
      },
    };
  });
  const one = metricsOf(1);
  return {
    format: 1,
    id: '20261120-090000-sp500-ab12',
    name: 'S&P 500, next day',
    studyFile: 'sp500.lstm.json',
    study: options.study,
    studyHash: 'a'.repeat(64),
    dataHash: 'b'.repeat(64),
    createdAt: '2026-11-20T09:00:00.000Z',
    state: options.state,
    ...(options.state === 'finished' ? { endedBecause: 'trials' as const } : {}),
    resolved: {
      price: 'adjclose',
      date: 'date',
      inputs: ['close logReturn', 'volume logDiff1p', 'rsi 14'],
      sampler: { kind: 'tpe', reason: 'tpe: a range without a step' },
      trainer: { kind: 'wasm', reason: 'embedded' },
      variant: { trainer: 'wasm', build: 'relaxed', digest: 'd1' },
      trials: options.study.search.trials,
    },
    amendments: [],
    environment: {},
    rows: { count: rows, firstDate: date[0], lastDate: date.at(-1)! },
    test: range(firstTest, rows),
    folds,
    baselines: [
      { id: 'persistence', folds: [one, one, one, one], mean: one },
      { id: 'drift', folds: [], mean: metricsOf(0.9999) },
      { id: 'ar1', folds: [], mean: metricsOf(0.9994) },
    ],
    looks: (options.looked ?? []).map((trial) => ({
      at: '2026-11-20T11:00:00.000Z',
      trial,
      seeds: 5,
      u2: 0.9838,
      verdict: 'notDistinguishable' as const,
    })),
    leader: options.leader,
    winner: options.winner,
  };
}

export const sampleAnnotations: Annotations = {
  format: 1,
  trials: {
    '17': { star: true, note: 'small and steady' },
    '30': { star: true },
    '4': { note: 'learning rate far too high' },
  },
};
