import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  experimentSchema,
  type Confirmation,
  type Experiment,
  type ScalerState,
} from '../../src/model/experiment.ts';
import type { Params } from '../../src/model/hyperparameters.ts';
import type { Metrics } from '../../src/model/metrics.ts';
import { neutralParams } from '../../src/model/neutralParams.ts';
import { studySchema, type StudyInput } from '../../src/model/study.ts';
import { trialSchema, type FoldRecord, type Trial } from '../../src/model/trial.ts';
import { modelBundleOf, type ModelBundle } from '../../src/engine/exporters/modelBundle.ts';
import { createRng, type Rng } from '../../src/engine/rng.ts';
import type { ModelWeights } from '../../src/engine/trainers/trainer.ts';

/** Real prices: S&P 500, 5,105 days, of vega-datasets. */
export const sp500Path = join(import.meta.dirname, '../../node_modules/vega-datasets/data/sp500-2000.csv');

export const sp500: {
  readonly dates: readonly string[];
  readonly adjclose: readonly number[];
  readonly volume: readonly number[];
} = (() => {
  const rows = readFileSync(sp500Path, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  return {
    dates: rows.map((r) => r[0]),
    adjclose: rows.map((r) => Number(r[5])),
    volume: rows.map((r) => Number(r[6])),
  };
})();

export interface ExperimentOptions {
  readonly id?: string;
  readonly name?: string;
  readonly dataHash?: string;
  readonly study?: Partial<StudyInput>;
  readonly inputs?: readonly string[];
  readonly price?: string;
  readonly date?: string;
}

const variant = { trainer: 'wasm' as const, build: 'simd', digest: 'd1ge57' };

export function experimentOf(options: ExperimentOptions = {}): Experiment {
  const rows = sp500.dates.length;
  const testFrom = Math.floor(rows * 0.85);
  const range = (from: number, to: number) => ({
    from,
    to,
    firstDate: sp500.dates[from],
    lastDate: sp500.dates[to - 1],
  });
  const inputs = [...(options.inputs ?? ['adjclose.logReturn'])];
  const size = Math.floor(testFrom * 0.1);
  const folds = [0, 1, 2, 3].map((fold) => {
    const from = testFrom - (4 - fold) * size;
    return {
      fold,
      train: range(0, from),
      validation: range(from, from + size),
      validationOrigins: [from - 1, from + size - 2] as [number, number],
      scaler: {
        kind: 'standard' as const,
        columns: inputs,
        center: inputs.map(() => 0.0001),
        scale: inputs.map(() => 0.012),
        target: { center: 0.0001, scale: 0.012 },
      },
    };
  });
  const study = studySchema.parse({ lstmStudy: 1, data: { file: 'sp500.csv' }, ...options.study });
  return experimentSchema.parse({
    format: 1,
    id: options.id ?? '20261123-120000-sp500-ab12',
    name: options.name ?? 'S&P 500, next day',
    studyFile: 'sp500.lstm.json',
    study,
    studyHash: 's'.repeat(64),
    dataHash: options.dataHash ?? 'd'.repeat(64),
    createdAt: '2026-11-23T12:00:00.000Z',
    state: 'finished',
    endedBecause: 'trials',
    resolved: {
      price: options.price ?? 'adjclose',
      date: options.date ?? 'date',
      inputs,
      sampler: { kind: 'tpe', reason: 'tpe: as the study says' },
      trainer: { kind: 'wasm', reason: 'tpe: as the study says' },
      variant,
      trials: 40,
    },
    amendments: [],
    environment: { version: '0.1.0', node: 'v24.21.0' },
    rows: { count: rows, firstDate: sp500.dates[0], lastDate: sp500.dates[rows - 1] },
    test: range(testFrom, rows),
    folds,
    baselines: (['persistence', 'drift', 'ar1', 'nlinear'] as const).map((id, i) => ({
      id,
      ...(id === 'nlinear' ? { lookback: 60 } : {}),
      folds: folds.map(() => metricsOf(1 + i * 0.001)),
      mean: metricsOf(1 + i * 0.001),
    })),
    looks: [],
    leader: null,
    winner: null,
  });
}

export function metricsOf(u2: number): Metrics {
  return {
    mse: 1300 * u2 * u2,
    mae: 20 * u2,
    rmse: 36 * u2,
    mape: 0.73 * u2,
    relMae: 1 + (u2 - 1) / 2,
    u2,
    direction: 0.53,
  };
}

export function foldOf(fold: number, u2: number, epochs = 10): FoldRecord {
  return {
    fold,
    curve: {
      train: Array.from({ length: epochs }, (_, e) => 1 + 0.2 / (e + 1)),
      validation: Array.from({ length: epochs }, (_, e) => (e === epochs - 1 ? u2 : u2 + 0.02 / (e + 1))),
    },
    endedBy: 'epochs',
    metrics: metricsOf(u2),
    steps: [metricsOf(u2)],
  };
}

export function trialOf(number: number, foldValues: readonly number[], params: Partial<Params> = {}): Trial {
  return trialSchema.parse({
    format: 1,
    number,
    state: 'complete',
    params: { ...neutralParams, ...params },
    source: 'sampler',
    amendment: 0,
    value: foldValues.reduce((sum, v) => sum + v, 0) / foldValues.length,
    seed: number + 1,
    folds: foldValues.map((value, fold) => foldOf(fold, value)),
    startedAt: '2026-11-23T12:00:00.000Z',
    endedAt: '2026-11-23T12:01:02.500Z',
  });
}

/** Fresh-seed runs: seeds[r][f] = objective of run r on fold f. */
export function confirmationOf(number: number, seeds: readonly (readonly number[])[]): Confirmation {
  return {
    format: 1,
    number,
    runs: seeds.map((folds, repeat) => ({
      repeat,
      seed: 1000 + repeat,
      folds: folds.map((value, fold) => foldOf(fold, value)),
      value: folds.reduce((sum, v) => sum + v, 0) / folds.length,
    })),
  };
}

export interface ModelSizes {
  readonly features: number;
  readonly units: number;
  readonly layers: number;
  readonly horizon: number;
}

export function randomWeights({ features, units, layers, horizon }: ModelSizes, rng: Rng): ModelWeights {
  const draw = (length: number, scale: number): Float32Array =>
    Float32Array.from({ length }, () => rng.normal() * scale);
  return {
    features,
    units,
    horizon,
    layers: Array.from({ length: layers }, (_, i) => ({
      kernel: draw((i === 0 ? features : units) * 4 * units, 0.4),
      recurrentKernel: draw(units * 4 * units, 0.4),
      bias: draw(4 * units, 0.3),
    })),
    dense: { kernel: draw(units * horizon, 0.5), bias: draw(horizon, 0.2) },
  };
}

export interface BundleOptions {
  readonly sizes: ModelSizes;
  readonly lookback: number;
  readonly study?: Partial<StudyInput>;
  readonly inputs?: readonly string[];
  readonly relative?: readonly number[];
  readonly seed?: number;
  readonly price?: string;
  readonly date?: string;
  readonly scaler?: ScalerState;
  readonly params?: Partial<Params>;
}

export function bundleOf(options: BundleOptions): ModelBundle {
  const { sizes, lookback, price, date } = options;
  const inputs = options.inputs ?? ['adjclose.logReturn'];
  const experiment = experimentOf({ study: options.study, inputs, price, date });
  return modelBundleOf({
    experiment,
    trial: 17,
    params: {
      ...neutralParams,
      lookback,
      units: sizes.units,
      layers: sizes.layers,
      dropout: 0.2,
      ...options.params,
    },
    seed: 4242,
    rows: { ...experiment.folds[0].train, to: experiment.test.from },
    scaler: options.scaler ?? experiment.folds[3].scaler,
    relative: Uint8Array.from(options.relative ?? inputs.map(() => 0)),
    weights: randomWeights(sizes, createRng(options.seed ?? 7)),
    variant,
  });
}

/** Scaled random windows (count, lookback, features). */
export function randomWindows(bundle: ModelBundle, count: number): Float64Array[] {
  const rng = createRng(99);
  const { lookback } = bundle.document.window;
  return Array.from({ length: count }, () =>
    Float64Array.from({ length: lookback * bundle.weights.features }, () => Math.fround(rng.normal())),
  );
}
