// A whole study, not only a batch: 8 fixed configurations x 3 walk-forward folds x 10 epochs on S&P 500 daily, by this engine, by
// Optuna + PyTorch and by Keras: same rows, folds, windows and scalers (compared first), two processes of one thread each, wall time
// from process start to ranking; this engine with one worker too.
//   npm run build, npm run bench:setup, then   node bench/study/run.ts [--repeats=1] [--epochs=10] [--write]
// --epochs=1 is for a look whether all runs; --write puts the table into docs/performance.md.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readStudy } from '../../src/engine/experiment/readStudy.ts';
import { trainOrigins } from '../../src/engine/data/splits.ts';
import { findPeersPython } from '../peersPython.ts';
import { writeSection } from '../report.ts';
import { commandLine, startMachineLine, table, verdict } from '../table.ts';

interface Ranked {
  readonly number: number;
  /** Mean U2 over the folds. */
  readonly value: number;
}

interface Timed {
  readonly seconds: number;
  readonly cpu: number;
  readonly ranking: readonly Ranked[];
}

interface Facts {
  readonly trainWindows: number;
  readonly validationWindows: number;
  readonly center: readonly number[];
  readonly scale: readonly number[];
}

const lookback = 60;
/** Wall time of the engine over a peer's, and how far the leaders' U2 may lie apart. */
const bars = { torch: 0.5, keras: 0.35, twoWorkers: 1.9, leader: 0.01, median: 0.02 };
const peers = [
  { name: 'torch', script: 'peer_torch.py' },
  { name: 'keras', script: 'peer_keras.py' },
] as const;
type Contender = 'engine' | 'oneWorker' | 'relaxed' | 'torch' | 'keras';

const { values } = parseArgs({
  options: {
    repeats: { type: 'string', default: '1' },
    epochs: { type: 'string', default: '10' },
    only: { type: 'string', default: 'engine,oneWorker,relaxed,torch,keras' },
    write: { type: 'boolean', default: false },
  },
});
const local = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const epochs = Number(values.epochs);
const only = values.only.split(',');
const machineLine = startMachineLine();
const points = JSON.parse(readFileSync(local('points.json'), 'utf8')) as readonly object[]; // our own file
const folder = mkdtempSync(join(tmpdir(), 'bench-study-'));
const studyFile = join(folder, 'study.lstm.json');
const peerFile = join(folder, 'study.json');

try {
  const facts = await writeStudy();
  const python = await findPeersPython();
  const versions = await verifyPeers(python, facts);
  const found = new Map<Contender, Timed>();
  for (let repeat = 0; repeat < Number(values.repeats); repeat++) {
    for (const contender of ['engine', 'torch', 'relaxed', 'oneWorker', 'keras'] as const) {
      if (!only.includes(contender)) continue;
      const result = await time(contender, python);
      const before = found.get(contender);
      if (!before || result.seconds < before.seconds) found.set(contender, result);
      const leader = result.ranking[0];
      console.log(
        `${contender}: ${result.seconds.toFixed(1)} s (processor ${result.cpu.toFixed(1)} s), leader ${leader.number} with U2 ${leader.value.toFixed(4)}`,
      );
    }
  }
  const report = render(found, versions);
  console.log(`\n${report}`);
  if (values.write) writeSection('study', report);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The study file for this engine, and what it made of the data for the peers. */
async function writeStudy(): Promise<readonly Facts[]> {
  const csv = join(folder, 'sp500.csv');
  copyFileSync(local('../../node_modules/vega-datasets/data/sp500-2000.csv'), csv);
  const logReturns = ['open', 'high', 'low', 'adjclose'].map((column) => ({
    column,
    transform: 'logReturn',
  }));
  const text = JSON.stringify({
    lstmStudy: 1,
    name: 'bench',
    data: {
      ...{ file: csv, date: 'date', price: 'adjclose' },
      features: [...logReturns, { column: 'volume', transform: 'logDiff1p' }],
    },
    split: { test: { share: 0.15 }, validation: { kind: 'walkForward', folds: 3, size: 0.1 } },
    hyperparameters: {
      lookback,
      epochs,
      units: { choices: [50, 100, 150], ordered: true },
      layers: { int: [1, 3] },
      dropout: { float: [0.2, 0.5], step: 0.1 },
      learningRate: { float: [0.001, 0.1], log: true },
      batchSize: { choices: [32, 64, 128], ordered: true },
      optimizer: { choices: ['adam', 'rmsprop', 'sgd'] },
    },
    search: {
      sampler: 'random',
      trials: points.length,
      seed: 1,
      points,
      confirm: { top: 0, seeds: 2 },
      pruner: 'none',
    },
    trainer: 'wasm',
  });
  writeFileSync(studyFile, text);
  const { ready, issues } = await readStudy(text, studyFile);
  if (!ready) throw new Error(JSON.stringify(issues, null, 1));
  const { folds, test, series } = ready.data;
  writeFileSync(
    peerFile,
    JSON.stringify({
      ...{ csv, lookback, epochs, points },
      searchRows: test.from + ready.table.rows - ready.data.rows.count,
      folds: folds.map(({ train, validation }) => ({
        train: [train.from, train.to],
        validation: [validation.from, validation.to],
      })),
    }),
  );
  if (series.rows !== test.from) throw new Error('row numbers are not those of the peers');
  return folds.map(({ train, validationOrigins, scaler }) => {
    const [first, last] = trainOrigins(train, lookback, 1);
    return {
      trainWindows: last - first + 1,
      validationWindows: validationOrigins[1] - validationOrigins[0] + 1,
      center: scaler.center,
      scale: scaler.scale,
    };
  });
}

/** Windows and scalers of each fold must be the engine's, to nine digits. */
async function verifyPeers(python: string, facts: readonly Facts[]): Promise<string[]> {
  const versions: string[] = [];
  for (const { name, script } of peers) {
    if (!only.includes(name)) continue;
    const { stdout } = await run(python, [local(script), peerFile, 'facts']);
    const theirs = JSON.parse(stdout) as { facts: readonly Facts[]; version: string }; // our own script
    versions.push(theirs.version);
    facts.forEach((mine, fold) => {
      const other = theirs.facts[fold];
      const same =
        mine.trainWindows === other.trainWindows &&
        mine.validationWindows === other.validationWindows &&
        mine.center.every((value, j) => Math.abs(value - other.center[j]) < 1e-9 * mine.scale[j]) &&
        mine.scale.every((value, j) => Math.abs(other.scale[j] / value - 1) < 1e-9);
      if (!same)
        throw new Error(
          `${name} has another fold ${fold}: ${JSON.stringify(other)} for ${JSON.stringify(mine)}`,
        );
    });
  }
  return versions;
}

async function time(contender: Contender, python: string): Promise<Timed> {
  if (contender === 'torch' || contender === 'keras') {
    const script = peers.find(({ name }) => name === contender)!.script;
    const { stdout, seconds, cpu } = await run(python, [local(script), peerFile]);
    return { seconds, cpu, ranking: JSON.parse(stdout) as readonly Ranked[] }; // our own script
  }
  const cli = local('../../dist/engine/cli.mjs');
  const store = join(folder, `store-${contender}`);
  rmSync(store, { recursive: true, force: true });
  const build = contender === 'relaxed' ? ['--build', 'relaxed'] : [];
  const workers = contender === 'oneWorker' ? '1' : '2';
  const args = [cli, 'run', studyFile, '--store', store, '--workers', workers, '--json', ...build];
  const { stdout, seconds, cpu } = await run(process.execPath, args);
  return { seconds, cpu, ranking: rankingOf(stdout) };
}

/** Trials of the engine's own JSON lines. */
function rankingOf(stdout: string): Ranked[] {
  const trials = new Map<number, number>();
  for (const line of stdout.split('\n').filter((text) => text.startsWith('{'))) {
    const event = JSON.parse(line) as {
      readonly number?: unknown;
      readonly value?: unknown;
      readonly state?: unknown;
    }; // the engine's
    if (typeof event.number === 'number' && typeof event.value === 'number' && event.state === 'complete')
      trials.set(event.number, event.value);
  }
  if (trials.size !== points.length)
    throw new Error(`the engine finished ${trials.size} of ${points.length} trials:\n${stdout}`);
  return [...trials].map(([number, value]) => ({ number, value })).sort((a, b) => a.value - b.value);
}

interface Run {
  readonly stdout: string;
  /** From process start to its end, which is right after the ranking. */
  readonly seconds: number;
  /** Processor time of the process and all it started, which other work on the machine lengthens less; NaN where there is no bash. */
  readonly cpu: number;
}

function run(command: string, args: readonly string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const timing = ['-c', 'TIMEFORMAT="processor time %U %S"; time "$@"', 'bash', command, ...args];
    const [program, rest] = process.platform === 'win32' ? [command, args] : ['bash', timing];
    const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      const seconds = (performance.now() - startedAt) / 1000;
      const times = /processor time ([\d.]+) ([\d.]+)/.exec(stderr);
      const cpu = times ? Number(times[1]) + Number(times[2]) : NaN;
      if (code === 0) resolve({ stdout, seconds, cpu });
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}\n${stdout}\n${stderr}`));
    });
  });
}

function median(ranking: readonly Ranked[]): number {
  return ranking[ranking.length >> 1].value;
}

/** Trials and their values to the last bit. */
function canonical({ ranking }: Timed): string {
  return JSON.stringify([...ranking].sort((a, b) => a.number - b.number));
}

function render(found: ReadonlyMap<Contender, Timed>, versions: readonly string[]): string {
  const engine = found.get('engine');
  const names: Record<Contender, string> = {
    engine: 'this engine',
    oneWorker: 'this engine, one worker',
    relaxed: 'this engine, relaxed build',
    torch: 'Optuna + PyTorch',
    keras: 'Keras',
  };
  const rows = [...found].map(([contender, { seconds, cpu, ranking }]) => {
    const isPeer = contender === 'torch' || contender === 'keras';
    const ratio = isPeer && engine ? engine.seconds / seconds : null;
    const relaxed = isPeer ? found.get('relaxed') : undefined;
    const cells = [
      seconds.toFixed(1),
      ratio?.toFixed(2) ?? '',
      relaxed ? (relaxed.seconds / seconds).toFixed(2) : '',
      ratio === null || !isPeer ? '' : verdict(ratio <= bars[contender], String(bars[contender])),
      cpu.toFixed(1),
      isPeer && engine ? (engine.cpu / cpu).toFixed(2) : '',
    ];
    return [names[contender], ...cells, ranking[0].value.toFixed(4), median(ranking).toFixed(4)];
  });
  const apart = [...found.values()].flatMap(({ ranking }) =>
    engine ? [ranking[0].value - engine.ranking[0].value] : [],
  );
  const medians = [...found.values()].flatMap(({ ranking }) =>
    engine ? [median(ranking) - median(engine.ranking)] : [],
  );
  const sameRange =
    apart.every((d) => Math.abs(d) <= bars.leader) && medians.every((d) => Math.abs(d) <= bars.median);
  const alone = found.get('oneWorker');
  if (engine && alone && canonical(engine) !== canonical(alone))
    throw new Error('one worker and two give other trials: nothing is reported');
  const speed = engine && alone ? alone.seconds / engine.seconds : null;
  return [
    `${points.length} fixed configurations x 3 walk-forward folds x ${epochs} epochs on S&P 500 daily 2000-2020 (5 log-return inputs, lookback ${lookback}), two`,
    'processes of one thread, wall time from process start to ranking, shortest of the repeats. Windows and scalers of every fold were',
    `compared first and are the same to nine digits. Validation U2 of leader and median ${sameRange ? 'lie' : '**do not lie**'} within ${bars.leader} and ${bars.median} of the engine's.`,
    '',
    machineLine(),
    `- Versions: Node ${process.versions.node}, ${versions.join(', ')}`,
    commandLine('bench/study/run.ts'),
    ...(speed === null
      ? []
      : [
          `- Two workers are ${speed.toFixed(2)} times as fast as one, start and store included: ${verdict(speed >= bars.twoWorkers, String(bars.twoWorkers))}; trials equal`,
        ]),
    '',
    ...table(
      [
        ...['', 'seconds', 'engine / peer', 'relaxed / peer', 'bar', 'processor seconds', 'engine / peer'],
        ...['leader U2', 'median U2'],
      ],
      rows,
    ),
  ].join('\n');
}
