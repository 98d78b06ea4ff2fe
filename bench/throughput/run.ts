/**
 * Trials per minute of a whole study from a shell, with one worker and with two, in turns: process start, data, trials, store.
 * Verifies first that both give the same trials. `npm run build`, then `node bench/throughput/run.ts [--repeats=3] [--write]`.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { trialSchema } from '../../src/model/trial.ts';
import { writeSection } from '../report.ts';

const { values } = parseArgs({
  options: { repeats: { type: 'string', default: '3' }, write: { type: 'boolean' } },
});
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
    epochs: 3,
    optimizer: 'adam',
  },
  search: { sampler: 'random', trials, pruner: 'none', confirm: { top: 0, seeds: 2 } },
  trainer: 'wasm',
};

/** Runs the study in a folder of its own; seconds and the values of its trials. */
function measure(workers: number): { seconds: number; found: (number | null)[] } {
  const folder = mkdtempSync(join(tmpdir(), 'lstm-study-throughput-'));
  copyFileSync(join(top, 'node_modules/vega-datasets/data/sp500-2000.csv'), join(folder, 'sp500.csv'));
  const file = join(folder, 'bench.lstm.json');
  writeFileSync(file, JSON.stringify(study));
  const startMs = performance.now();
  execFileSync(
    process.execPath,
    [join(top, 'dist/engine/cli.mjs'), 'run', file, '--workers', String(workers)],
    { stdio: 'ignore' },
  );
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

const seconds: Record<number, number[]> = { 1: [], 2: [] };
let first: (number | null)[] | null = null;
for (let turn = 0; turn < Number(values.repeats); turn++) {
  for (const workers of [1, 2]) {
    const { seconds: took, found } = measure(workers);
    first ??= found;
    if (found.length !== trials || found.some((value, i) => value !== first![i]))
      throw new Error('the trials differ: nothing is timed');
    seconds[workers].push(took);
    console.log(`${workers} worker(s): ${took.toFixed(1)} s`);
  }
}
const sorted = (workers: number): number[] => [...seconds[workers]].sort((a, b) => a - b);
const median = (list: readonly number[]): number => list[Math.floor(list.length / 2)];
const row = (workers: number): string => {
  const all = sorted(workers);
  return `| ${workers} | ${all[0].toFixed(1)} / ${median(all).toFixed(1)} | ${((60 * trials) / all[0]).toFixed(0)} | ${(sorted(1)[0] / all[0]).toFixed(2)} | ${(median(sorted(1)) / median(all)).toFixed(2)} |`;
};
const report = [
  `\`node bench/throughput/run.ts --repeats=${values.repeats}\`: ${trials} random trials of one layer with 8 to 32 units, 3 epochs, ${folds} folds of S&P 500 daily, lookback 20; wall time of the whole command, start and store`,
  `included. The trials of both were equal. Node ${process.versions.node}, ${cpus()[0].model.trim()}, ${cpus().length} cores.`,
  '',
  '| workers | seconds, minimum / median | trials a minute | speed against one worker, of minima | of medians |',
  '| --- | --- | --- | --- | --- |',
  row(1),
  row(2),
].join('\n');
console.log(report);
if (values.write) writeSection('throughput', report);
