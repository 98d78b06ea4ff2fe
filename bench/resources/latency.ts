/**
 * Does an editor still answer while a study trains on all cores? A process wakes every 10 ms and does 1 ms of work, as an editor
 * between key presses; told is how late each piece of work was done. Three states take turns: no study; a study with its
 * niceness; the same study with the niceness of its workers taken away (needs the right to do that).
 * `npm run build`, then `node bench/resources/latency.ts [--seconds=10] [--turns=2]`.
 */
import { spawn } from 'node:child_process';
import { availableParallelism, getPriority, setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { startEngine, writeStudy } from './engineProcess.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, turns: { type: 'string', default: '2' } },
});
const cores = availableParallelism();
const study = writeStudy(100_000, 64);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Wakes every 10 ms, works 1 ms; prints lateness in ms: end of the work, less when it was due, less the work itself. */
const foreground = `
const late = [];
const end = performance.now() + ${Number(values.seconds) * 1000};
let due = performance.now() + 10;
(function wait() { setTimeout(() => {
  const from = performance.now();
  while (performance.now() - from < 1);
  late.push(performance.now() - due - 1);
  due = performance.now() + 10;
  if (due < end) wait(); else console.log(JSON.stringify(late));
}, 10); })();`;

function measure(): Promise<number[]> {
  const child = spawn(process.execPath, ['-e', foreground], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  return new Promise((resolve) => child.once('close', () => resolve(JSON.parse(out) as number[]))); // printed above
}

const engine = await startEngine();
const states = ['no study', 'study, as it is', 'study, not nice'] as const;
const found = new Map<string, number[]>(states.map((state) => [state, []]));
let nice = '';
for (let turn = 0; turn < Number(values.turns); turn++) {
  found.get('no study')?.push(...(await measure()));
  const started = await engine.client.request('start', {
    file: study.file,
    ifFinished: 'ask',
    options: { workers: cores },
  });
  if (started.kind === 'issues' || started.kind === 'finished') throw new Error(JSON.stringify(started));
  while (engine.workers().length < cores) await pause(50);
  await pause(1_500); // in the middle of training
  nice = engine
    .workers()
    .map((pid) => getPriority(pid))
    .join(', ');
  found.get('study, as it is')?.push(...(await measure()));
  for (const pid of engine.workers()) setPriority(pid, 0);
  found.get('study, not nice')?.push(...(await measure()));
  await engine.client.request('stop', { ...started.ref, how: 'now' });
}
console.log(`${cores} cores, ${cores} workers; niceness of the workers: ${nice}\n`);
console.log('| state | median, ms | 90 % | 99 % | longest |');
console.log('| --- | --- | --- | --- | --- |');
for (const [state, late] of found) {
  late.sort((a, b) => a - b);
  const at = (share: number): string =>
    late[Math.min(late.length - 1, Math.floor(share * late.length))].toFixed(2);
  console.log(`| ${state} | ${at(0.5)} | ${at(0.9)} | ${at(0.99)} | ${at(1)} |`);
}
engine.stop();
study.remove();
process.exit(0);
