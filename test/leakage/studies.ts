import { fileURLToPath } from 'node:url';
import { dateText, dayMs, type DataTable } from '../../src/engine/data/dataTable.ts';
import { leakChecks, leakCheckTexts } from '../../src/engine/data/leakChecks.ts';
import { openTest, prepareStudy, type SearchData } from '../../src/engine/data/prepare.ts';
import { scoreTest, type TestScores } from '../../src/engine/evaluation/scoreTest.ts';
import { fitSeeds } from '../../src/engine/experiment/run.ts';
import { runFold, type WorkerSeries } from '../../src/engine/experiment/foldRun.ts';
import { createRng } from '../../src/engine/rng.ts';
import type { Trainer } from '../../src/engine/trainers/trainer.ts';
import { createWasmTrainer } from '../../src/engine/trainers/wasm/createWasmTrainer.ts';
import type { Params } from '../../src/model/hyperparameters.ts';
import { neutralParams } from '../../src/model/neutralParams.ts';
import type { Study } from '../../src/model/study.ts';

export const kernelsFolder = fileURLToPath(new URL('../../dist/kernels', import.meta.url));

/** The build that runs everywhere, so that these results are the same on every machine. */
export function plainTrainer(): Promise<Trainer> {
  return createWasmTrainer({ kernelsFolder, build: 'plain', v8Flag: null });
}

export const smallParams: Params = {
  ...neutralParams,
  lookback: 10,
  units: 8,
  learningRate: 0.003,
  batchSize: 64,
  epochs: 6,
};

/** One row a day from log-returns; columns beside the close as given. */
export function tableOf(
  returns: readonly number[],
  columns: Readonly<Record<string, Float64Array>> = {},
): DataTable {
  let p = 100;
  const close = Float64Array.from(returns, (r) => (p *= Math.exp(r)));
  return {
    rows: close.length,
    dateColumn: 'date',
    times: Float64Array.from(close, (_, t) => t * dayMs),
    numbers: new Map(Object.entries({ close, ...columns })),
    fileRows: Int32Array.from(close, (_, t) => t + 2),
  };
}

/** N(0, 1 %) log steps. */
export function randomWalk(rows: number, seed: number): number[] {
  const rng = createRng(seed);
  return Array.from({ length: rows }, () => 0.01 * rng.normal());
}

export function prepared(table: DataTable, study: Study): SearchData {
  const { data, issues } = prepareStudy(table, study);
  if (data === null) throw new Error(issues.map((i) => i.message).join('\n'));
  return data;
}

/** Refits on all search rows with several seeds, opens the test range and scores it, as the engine does. */
export async function testOf(
  trainer: Trainer,
  { table, study, params, seeds }: { table: DataTable; study: Study; params: Params; seeds: number },
): Promise<TestScores> {
  const { series, plan } = openTest(table, study);
  const worker: WorkerSeries = {
    series,
    plans: [],
    refit: plan,
    horizon: study.horizon,
    earlyStopping: null,
  };
  const [first, last] = plan.validationOrigins;
  const origins = Int32Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const runs = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const values = await predictionsOf(trainer, worker, { params, fold: 'refit', seed });
    runs.push({ seed, forecasts: { prices: series.prices, origins, horizon: study.horizon, values } });
  }
  return scoreTest({
    runs,
    times: series.times,
    trainTo: plan.train.to,
    lookback: params.lookback,
    trials: 1,
    leakChecks: () => {
      const checks = leakChecks(table, study, { data: prepared(table, study), lookback: params.lookback });
      return leakCheckTexts(checks, series.inputNames);
    },
    rng: createRng(7),
    dateText,
  });
}

export async function predictionsOf(
  trainer: Trainer,
  worker: WorkerSeries,
  { params, fold, seed }: { params: Params; fold: number | 'refit'; seed: number },
): Promise<Float64Array> {
  const outcome = await foldOutcome(trainer, worker, { params, fold, seed });
  if (outcome.kind !== 'done' || outcome.predictions === null) throw new Error('the fit did not end');
  return Float64Array.from(outcome.predictions);
}

export function foldOutcome(
  trainer: Trainer,
  worker: WorkerSeries,
  { params, fold, seed }: { params: Params; fold: number | 'refit'; seed: number },
): ReturnType<typeof runFold> {
  return runFold(worker, trainer, {
    task: {
      task: 0,
      params,
      fold,
      objective: 'u2',
      seeds: fitSeeds(seed, fold === 'refit' ? 0 : fold),
      keepPredictions: true,
      keepWeights: false,
    },
    onEpoch: () => Promise.resolve('continue'),
    elapsedMs: () => 0,
    memoryBytes: null,
    betweenBatches: () => null,
  });
}
