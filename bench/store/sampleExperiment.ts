import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { experimentSchema, type Experiment } from '../../src/model/experiment.ts';
import { metricIds, type Metrics } from '../../src/model/metrics.ts';
import { neutralParams } from '../../src/model/neutralParams.ts';
import { studySchema } from '../../src/model/study.ts';
import { trialSchema, type Trial } from '../../src/model/trial.ts';
import { documentAdapter } from '../../src/engine/store/documentAdapter.ts';
import { writeDurably } from '../../src/engine/store/durableWrite.ts';
import { documentNames, trialDocument } from '../../src/engine/store/place.ts';
import { summaryOf } from '../../src/engine/store/summary.ts';
import { trialRowOf } from '../../src/engine/trialRow.ts';
import { createRng, hashSeed } from '../../src/engine/rng.ts';

const folds = 4;
const epochs = 20;

/** An experiment as large as usual: 4 folds, 20 epochs, curves with 6 digits. */
export function sampleExperiment(): Experiment {
  const range = { from: 0, to: 100, firstDate: '2020-01-01', lastDate: '2020-06-01' };
  return {
    format: 1,
    id: '20260101-000000-bench-0000',
    name: 'bench',
    studyFile: 'bench.lstm.json',
    study: studySchema.parse({ lstmStudy: 1, data: { file: 'bench.csv' } }),
    studyHash: 'bench',
    dataHash: 'bench',
    createdAt: '2026-01-01T00:00:00.000Z',
    state: 'running',
    resolved: {
      price: 'close',
      date: 'date',
      inputs: ['close'],
      sampler: { kind: 'random', reason: '' },
      trainer: { kind: 'wasm', reason: '' },
      variant: { trainer: 'wasm', build: 'plain', digest: '' },
      trials: 100_000,
    },
    amendments: [],
    environment: {},
    rows: { count: 100, firstDate: '2020-01-01', lastDate: '2020-06-01' },
    test: range,
    folds: Array.from({ length: folds }, (_, fold) => ({
      fold,
      train: range,
      validation: range,
      validationOrigins: [0, 1],
      scaler: { kind: 'none', columns: [], center: [], scale: [], target: { center: 0, scale: 1 } },
    })),
    baselines: [],
    looks: [],
    leader: null,
    winner: null,
  };
}

/**
 * An experiment with so many ended trials, in a store. The documents are those that the engine writes, laid down without its syncs: what
 * is measured are opening and single writes. Answers the trials.
 */
export async function layDown(store: string, count: number): Promise<{ place: string; trials: Trial[] }> {
  const experiment = sampleExperiment();
  const place = join(store, experiment.id);
  mkdirSync(join(place, 'trials'), { recursive: true });
  writeFileSync(join(store, '.gitignore'), '*\n');
  const trials: Trial[] = [];
  const lay = documentAdapter({
    file: join(place, documentNames.experiment),
    schema: experimentSchema,
    guard: () => undefined,
  });
  await lay.write(experiment);
  for (let number = 0; number < count; number++) {
    const trial = sampleTrial(number);
    trials.push(trial);
    writeFileSync(trialDocument(place, 'trials', number), `${JSON.stringify(trialSchema.parse(trial))}\n`);
  }
  const rows = trials.map((trial) => trialRowOf(trial, null, 'u2'));
  await writeDurably(join(place, documentNames.summary), JSON.stringify(summaryOf(rows, folds)));
  return { place, trials };
}

export function sampleTrial(number: number): Trial {
  const rng = createRng(hashSeed(1, 'bench', number));
  const curve = (): number[] =>
    Array.from({ length: epochs }, () => Number((1 + rng.uniform() / 100).toPrecision(6)));
  const metrics = (): Metrics =>
    Object.fromEntries(metricIds.map((id) => [id, 1 + rng.uniform() / 100])) as Metrics; // one key an id
  const records = Array.from({ length: folds }, (_, fold) => {
    const m = metrics();
    return {
      fold,
      curve: { train: curve(), validation: curve() },
      endedBy: 'epochs' as const,
      metrics: m,
      steps: [m],
    };
  });
  return {
    format: 1,
    number,
    state: 'complete',
    params: { ...neutralParams, learningRate: rng.uniform() + 1e-4, units: 1 + rng.int(100) },
    source: 'sampler',
    amendment: 0,
    value: records.reduce((sum, r) => sum + r.metrics.u2, 0) / folds,
    seed: rng.uint32(),
    folds: records,
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:01:00.000Z',
    durations: { total: 60_000, fit: 59_000, prepare: 100 },
  };
}
