/**
 * One real fold in a process of its own, as a worker runs it: where its time goes, or what it takes of memory. Prints one JSON line.
 * fold.ts share UNITS LAYERS BATCH EPOCHS   |   fold.ts memory LOOKBACK ROWS
 */
import { Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';
import { runFold, type WorkerSeries } from '../../src/engine/experiment/foldRun.ts';
import { readStudy } from '../../src/engine/experiment/readStudy.ts';
import { foldTensors } from '../../src/engine/data/foldTensors.ts';
import { createWasmTrainer } from '../../src/engine/trainers/wasm/createWasmTrainer.ts';
import { revectorizeFlag } from '../../src/engine/trainers/wasm/v8Flag.ts';
import { neutralParams } from '../../src/model/neutralParams.ts';
import type { Params } from '../../src/model/hyperparameters.ts';

/** What prepares data: scaling, targets, laying windows out. */
const preparing = [/\/data\/foldTensors\.ts$/, /\/data\/scaler\.ts$/, /\/wasm\/windows\.ts$/];
const samplingMicroseconds = 200;

const [task, ...rest] = process.argv.slice(2);
const numbers = rest.map(Number);
const local = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const flag = await revectorizeFlag();
const trainer = await createWasmTrainer({
  kernelsFolder: local('../../dist/kernels'),
  build: flag === null ? 'relaxed' : 'revec',
  v8Flag: flag,
});
const data = await readSeries();
const result = task === 'share' ? await share() : await memory();
console.log(JSON.stringify({ ...result, build: trainer.variant.build }));

/** S&P 500 daily with 5 inputs, in three folds. */
async function readSeries(): Promise<WorkerSeries> {
  const logReturns = ['open', 'high', 'low', 'adjclose'].map((column) => ({
    column,
    transform: 'logReturn',
  }));
  const text = JSON.stringify({
    lstmStudy: 1,
    data: {
      ...{ file: local('../../node_modules/vega-datasets/data/sp500-2000.csv'), price: 'adjclose' },
      features: [...logReturns, { column: 'volume', transform: 'logDiff1p' }],
    },
    split: { validation: { kind: 'walkForward', folds: 3, size: 0.1 } },
    hyperparameters: { lookback: 60 },
  });
  const { ready, issues } = await readStudy(text, local('study.lstm.json'));
  if (!ready) throw new Error(JSON.stringify(issues, null, 1));
  const { series, folds } = ready.data;
  return { series, plans: folds, refit: null, horizon: 1, earlyStopping: null };
}

async function fit(series: WorkerSeries, params: Params): Promise<number> {
  const outcome = await runFold(series, trainer, {
    task: {
      ...{ task: 1, params, fold: 0, objective: 'u2', seeds: { init: 1, shuffle: 1, dropout: 1 } },
      ...{ keepPredictions: true, keepWeights: false },
    },
    onEpoch: () => Promise.resolve('continue'),
    elapsedMs: () => performance.now(),
    memoryBytes: null,
    betweenBatches: () => null,
  });
  if (outcome.kind === 'fault') throw new Error(outcome.message);
  return outcome.value ?? NaN;
}

/** Share of a fold's samples that V8's profiler found in the functions that prepare data. */
async function share(): Promise<Record<string, number>> {
  const [units, layers, batchSize, epochs] = numbers;
  const params: Params = { ...neutralParams, ...{ units, layers, batchSize, dropout: 0.2, epochs } };
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: samplingMicroseconds });
  await session.post('Profiler.start');
  await fit(data, params);
  const { profile } = await session.post('Profiler.stop');
  const prepares = new Set(
    profile.nodes.filter((n) => preparing.some((file) => file.test(n.callFrame.url))).map((n) => n.id),
  );
  const others = new Set(
    profile.nodes
      .filter(({ callFrame: f }) => f.functionName === '(idle)' || f.url === 'node:inspector') // waiting, and the profiler itself
      .map((n) => n.id),
  );
  const deltas = profile.timeDeltas ?? [];
  let [all, prepared] = [0, 0];
  profile.samples?.forEach((id, i) => {
    if (!others.has(id)) all += deltas[i];
    if (prepares.has(id)) prepared += deltas[i];
  });
  return { seconds: all / 1e6, share: prepared / all };
}

/** What the process holds at the end of a fit of one small net over a series of so many rows, and of that the model. */
async function memory(): Promise<Record<string, number>> {
  const [lookback, rows] = numbers;
  const series = repeated(data, rows);
  const params: Params = { ...neutralParams, lookback, units: 4, batchSize: 256, epochs: 1 };
  const tensors = foldTensors(series.series, series.plans[0], { lookback, horizon: 1 });
  const before = process.memoryUsage.rss();
  await fit(series, params);
  return {
    tensors: tensors.inputs.byteLength + tensors.targets.byteLength,
    model: trainer.memoryBytes(params, tensors.features, 1),
    copies: 4 * tensors.trainOrigins.length * lookback * tensors.features,
    grown: process.memoryUsage.rss() - before,
  };
}

/** The same days over and over: a series of `rows` rows with one fold. */
function repeated({ series, plans, ...others }: WorkerSeries, rows: number): WorkerSeries {
  const inputs = series.inputNames.length;
  const from = (row: number): number => row % series.rows;
  const validation = Math.round(rows * 0.99);
  return {
    ...others,
    series: {
      ...series,
      rows,
      times: Float64Array.from({ length: rows }, (_, t) => t),
      prices: Float64Array.from({ length: rows }, (_, t) => series.prices[from(t)]),
      inputs: Float64Array.from(
        { length: rows * inputs },
        (_, i) => series.inputs[from(Math.floor(i / inputs)) * inputs + (i % inputs)],
      ),
    },
    plans: [
      {
        ...plans[0],
        train: { ...plans[0].train, from: 0, to: validation },
        validation: { ...plans[0].validation, from: validation, to: rows },
        validationOrigins: [validation - 1, rows - 2],
      },
    ],
  };
}
