/**
 * An experiment of 10,000 or 100,000 trials as its users meet it: the command line (list, show, export), the engine that the editor
 * asks to open it, and git. Wall time, processor time and peak memory of whole processes.
 * `npm run build`, then `node bench/store/measureClients.ts [trials]`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEngine } from '../resources/engineProcess.ts';
import { layDown } from './sampleExperiment.ts';

const count = Number(process.argv[2] ?? 10_000);
const top = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lstm-study-clients-'));
const store = join(folder, '.lstm-study');
mkdirSync(store);
const { place, trials } = await layDown(store, count);
const id = '20260101-000000-bench-0000';
const used = join(folder, 'used.json');
const hook = join(folder, 'hook.cjs');
writeFileSync(
  hook,
  `process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    require('node:fs').writeFileSync(process.env.USED, JSON.stringify([userCPUTime + systemCPUTime, maxRSS]));
  });`,
);

console.log('| what | wall, s | processor, s | peak memory, MB |\n| --- | --- | --- | --- |');
function row(what: string, seconds: number, processor: number | null, memory: number | null): void {
  const cell = (value: number | null, digits: number): string =>
    value === null ? '' : value.toFixed(digits);
  console.log(`| ${what} | ${seconds.toFixed(2)} | ${cell(processor, 2)} | ${cell(memory, 0)} |`);
}

function cli(what: string, ...args: string[]): void {
  const from = performance.now();
  execFileSync(
    process.execPath,
    ['--require', hook, join(top, 'dist', 'engine', 'cli.mjs'), ...args, '--store', store],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, USED: used } },
  );
  const seconds = (performance.now() - from) / 1000;
  const [micros, kilobytes] = JSON.parse(readFileSync(used, 'utf8')) as [number, number]; // written by the hook
  row(what, seconds, micros / 1e6, kilobytes / 1e3);
}

cli('`lstm-study list`', 'list');
cli('`lstm-study show`', 'show', id);
const table = join(folder, 'trials.csv');
cli('`lstm-study export --csv`', 'export', id, '--csv', table);
const lines = readFileSync(table, 'utf8').trimEnd().split('\n').length;
if (lines !== count + 1) throw new Error(`the table has ${lines} lines`);
// Of 100,000 trials with curves there is no JSON in one piece; the command says so.
if (count < 80_000)
  cli(
    '`lstm-study export --trials` (JSON with curves)',
    'export',
    id,
    '--trials',
    join(folder, 'trials.json'),
  );

const engine = await startEngine();
for (const turn of ['first', 'again']) {
  const from = performance.now();
  const opened = await engine.client.request('open', { store, id });
  const seconds = (performance.now() - from) / 1000;
  if (opened.trials.count !== count || opened.trials.value[count - 1] !== trials[count - 1].value)
    throw new Error('the engine shows other trials');
  const status = readFileSync(`/proc/${engine.child.pid}/status`, 'utf8');
  const peak = Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? NaN) / 1e3;
  row(`engine: open, columns sent over (${turn})`, seconds, null, peak);
}
engine.stop();

const git = (...args: string[]): number => {
  const from = performance.now();
  execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  return (performance.now() - from) / 1000;
};
git('init', '-q');
git('status', '--short');
row('`git status` with the store', Math.min(git('status', '--short'), git('status', '--short')), null, null);
rmSync(place, { recursive: true });
row('`git status` without', Math.min(git('status', '--short'), git('status', '--short')), null, null);
if (statSync(table).size === 0) throw new Error('empty table');
rmSync(folder, { recursive: true, force: true });
process.exit(0);
