// How long a worker takes from its start to its first trained batch, beside a child process that does nothing.
//   npm run build, then   node bench/worker/run.ts [--turns=20] [--build=revec] [--write]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readStudy } from '../../src/engine/experiment/readStudy.ts';
import type { WorkerSeries } from '../../src/engine/experiment/foldRun.ts';
import { revectorizeFlag } from '../../src/engine/trainers/wasm/v8Flag.ts';
import { startWorkerProcess } from '../../src/engine/worker/workerProcess.ts';
import { neutralParams } from '../../src/model/neutralParams.ts';
import type { FoldTask, WorkerSetup } from '../../src/protocol/worker.ts';
import { writeSection } from '../report.ts';
import { commandLine, median, minimum, startMachineLine, table, verdict } from '../table.ts';

interface Start {
  /** From fork to the first message, the answer to `prepare`, the end of the first batch; ms. */
  readonly up: number;
  readonly ready: number;
  readonly batch: number;
  /** Processor time of the process until then, ms; NaN where the system does not say. */
  readonly cpu: number;
}

const barMs = 100;
const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '20' },
    build: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const local = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const machineLine = startMachineLine();
const params = { ...neutralParams, lookback: 60, units: 50, batchSize: 32, epochs: 1, dropout: 0.2 };
const setup = await prepareSetup();
const task: FoldTask = {
  task: 1,
  params,
  fold: 0,
  objective: 'u2',
  seeds: { init: 1, shuffle: 1, dropout: 1 },
  keepPredictions: false,
  keepWeights: false,
};

const bare: Start[] = [];
const workers: Start[] = [];
for (let turn = 0; turn < Number(values.turns); turn++) {
  bare.push(await startBare());
  workers.push(await startWorker());
}
const report = render();
console.log(report);
if (values.write) writeSection('worker', report);

/** S&P 500 as a study has it, and a fold of one batch. */
async function prepareSetup(): Promise<WorkerSetup> {
  const file = local('../../node_modules/vega-datasets/data/sp500-2000.csv');
  const text = JSON.stringify({
    lstmStudy: 1,
    data: { file, price: 'adjclose' },
    hyperparameters: { lookback: params.lookback, units: 50 },
  });
  const { ready, issues } = await readStudy(text, local('study.lstm.json'));
  if (!ready) throw new Error(JSON.stringify(issues, null, 1));
  const [plan] = ready.data.folds;
  const first = plan.validationOrigins[0];
  const series: WorkerSeries = {
    series: ready.data.series,
    plans: [
      {
        ...plan,
        train: { ...plan.train, to: plan.train.from + params.lookback + params.batchSize },
        validationOrigins: [first, first],
      },
    ],
    refit: null,
    horizon: 1,
    earlyStopping: null,
  };
  const flag = await revectorizeFlag();
  const build = values.build ?? (flag === null ? 'relaxed' : 'revec');
  return {
    trainer: 'wasm',
    build,
    v8Flag: build === 'revec' ? flag : null,
    kernelsFolder: local('../../dist/kernels'),
    tensorflowFolder: null,
    memoryBytes: null,
    series,
  };
}

async function startBare(): Promise<Start> {
  const from = performance.now();
  const child = fork(local('bare.mjs'), [], { serialization: 'advanced', execArgv: [] });
  await once(child, 'message');
  const up = performance.now() - from;
  const cpu = processorMs(child.pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return { up, ready: up, batch: up, cpu };
}

async function startWorker(): Promise<Start> {
  const from = performance.now();
  const worker = startWorkerProcess({
    file: local('../../dist/engine/worker.mjs'),
    onLog: (_, text) => console.log(text),
  });
  const firstBatch = new Promise<number>((resolve) => {
    worker.client.onEvent('epoch', () => resolve(performance.now() - from));
  });
  const prepared = await worker.client.request('prepare', setup);
  const ready = performance.now() - from;
  worker.client.request('fold', task).catch(() => undefined); // stopped below
  const batch = await firstBatch;
  const cpu = processorMs(worker.pid);
  worker.stop();
  await worker.stopped;
  return { up: ready - prepared.startMs, ready, batch, cpu };
}

/** Processor time of all threads of a process (Linux). */
function processorMs(pid: number | undefined): number {
  try {
    const tasks = `/proc/${pid}/task`;
    const ns = readdirSync(tasks).map((thread) =>
      Number(readFileSync(`${tasks}/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    return ns.reduce((a, b) => a + b, 0) / 1e6;
  } catch {
    return NaN;
  }
}

function render(): string {
  const cells = (starts: readonly Start[], pick: (start: Start) => number): string => {
    const all = starts.map(pick);
    return `${minimum(all).toFixed(0)} / ${median(all).toFixed(0)}`;
  };
  const batches = workers.map(({ batch }) => batch);
  return [
    `From the start of the process to its first message, to the answer that it is ready (kernels compiled and their digest computed, the`,
    `series there), and to the end of its first batch (50 units, 60 steps, 32 windows of S&P 500 daily): milliseconds, minimum / median of ${values.turns}, in`,
    `turns with a process that only says that it is there. First batch below ${barMs} ms: ${verdict(minimum(batches) < barMs, 'minimum')}, ${verdict(median(batches) < barMs, 'median')}.`,
    '',
    machineLine(),
    `- Versions: Node ${process.versions.node}; build ${setup.build}`,
    commandLine('bench/worker/run.ts'),
    '',
    ...table(
      ['', 'loaded', 'ready', 'first batch', 'processor time until then'],
      [
        ['bare Node', cells(bare, (s) => s.up), '', '', cells(bare, (s) => s.cpu)],
        [
          'worker',
          cells(workers, (s) => s.up),
          cells(workers, (s) => s.ready),
          cells(workers, (s) => s.batch),
          cells(workers, (s) => s.cpu),
        ],
      ],
    ),
  ].join('\n');
}
