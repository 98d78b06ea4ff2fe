/**
 * Trials per minute of a whole study from a shell, with one worker and with two, in turns: process start, data, trials, store.
 * What two cores can give on this machine is measured too, by two whole studies of one worker each at the same time.
 * Verifies that all give the same trials. `npm run build`, then `node bench/throughput/run.ts [--repeats=2] [--epochs=30] [--write]`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { trialSchema } from '../../src/model/trial.ts';
import { writeSection } from '../report.ts';
import { commandLine, median, minimum, startMachineLine, table } from '../table.ts';

const { values } = parseArgs({
  options: {
    repeats: { type: 'string', default: '2' },
    epochs: { type: 'string', default: '30' },
    write: { type: 'boolean' },
  },
});
const machineLine = startMachineLine();
const top = fileURLToPath(new URL('../../', import.meta.url));
const trials = 24;
const folds = 3;

const study = {
  lstmStudy: 1,
  data: { file: 'sp500.csv', price: 'adjclose' },
  split: { validation: { kind: 'walkForward', folds } },
  hyperparameters: {
    lookback: 20,
    units: { int: [8, 32] },
    layers: 1,
    dropout: 0.2,
    learningRate: { float: [0.001, 0.01], log: true },
    batchSize: 64,
    epochs: Number(values.epochs),
    optimizer: 'adam',
  },
  search: { sampler: 'random', trials, pruner: 'none', confirm: { top: 0, seeds: 2 } },
  trainer: 'wasm',
};

interface Measured {
  readonly seconds: number;
  readonly found: readonly (number | null)[];
}

/** Runs the study in a folder of its own; seconds and the values of its trials. */
async function measure(workers: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'lstm-study-throughput-'));
  copyFileSync(join(top, 'node_modules/vega-datasets/data/sp500-2000.csv'), join(folder, 'sp500.csv'));
  const file = join(folder, 'bench.lstm.json');
  writeFileSync(file, JSON.stringify(study));
  const startMs = performance.now();
  const child = spawn(
    process.execPath,
    [join(top, 'dist/engine/cli.mjs'), 'run', file, '--workers', String(workers)],
    { stdio: 'ignore' },
  );
  const [code] = (await once(child, 'close')) as [number | null]; // the event's first argument
  if (code !== 0) throw new Error(`the run ended with code ${code}`);
  const seconds = (performance.now() - startMs) / 1000;
  const store = join(folder, '.lstm-study');
  const id = readdirSync(store).find((name) => /^\d{8}-/.test(name));
  const documents = readdirSync(join(store, id!, 'trials'))
    .sort()
    .filter((name) => name.endsWith('.json'));
  const found = documents.map(
    (name) => trialSchema.parse(JSON.parse(readFileSync(join(store, id!, 'trials', name), 'utf8'))).value,
  );
  rmSync(folder, { recursive: true });
  return { seconds, found };
}

/** How each row of the table runs, and how many studies that are. */
const ways = [
  { name: '1 worker', studies: [1] },
  { name: '2 workers', studies: [2] },
  { name: 'ceiling: two studies of 1 worker at the same time', studies: [1, 1] },
] as const;
const seconds = ways.map((): number[] => []);
let first: readonly (number | null)[] | null = null;
for (let turn = 0; turn < Number(values.repeats); turn++) {
  for (const [i, { name, studies }] of ways.entries()) {
    const all = await Promise.all(studies.map((workers) => measure(workers)));
    for (const { found } of all) {
      first ??= found;
      if (found.length !== trials || found.some((value, k) => value !== first![k]))
        throw new Error('the trials differ: nothing is timed');
    }
    const each = Math.max(...all.map((one) => one.seconds)) / studies.length;
    seconds[i].push(each);
    console.log(`${name}: ${each.toFixed(1)} s a study`);
  }
}
const row = (i: number): string[] => [
  ways[i].name,
  `${minimum(seconds[i]).toFixed(1)} / ${median(seconds[i]).toFixed(1)}`,
  ((60 * trials) / minimum(seconds[i])).toFixed(0),
  (minimum(seconds[0]) / minimum(seconds[i])).toFixed(2),
  (median(seconds[0]) / median(seconds[i])).toFixed(2),
];
const report = [
  `${trials} random trials of one layer with 8 to 32 units, ${values.epochs} epochs, ${folds} folds of S&P 500 daily, lookback 20; wall time of the whole command,`,
  'start and store included. The trials of all were equal.',
  '',
  machineLine(),
  `- Versions: Node ${process.versions.node}`,
  commandLine('bench/throughput/run.ts'),
  '',
  ...table(
    ['', 'seconds a study, minimum / median', 'trials a minute', 'speed, of minima', 'of medians'],
    ways.map((_, i) => row(i)),
  ),
].join('\n');
console.log(report);
if (values.write) writeSection('throughput', report);
