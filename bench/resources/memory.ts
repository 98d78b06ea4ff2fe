/**
 * What engine and workers hold while a study runs, every 50 trials, garbage collected first: flat, or a leak.
 * `npm run build`, then `node bench/resources/memory.ts [--trials=500]`. Linux and macOS (a signal asks the processes).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEngine, writeStudy } from './engineProcess.ts';

const { values } = parseArgs({ options: { trials: { type: 'string', default: '500' } } });
const trials = Number(values.trials);
const step = 50;
const study = writeStudy(trials, 8);
const folder = mkdtempSync(join(tmpdir(), 'lstm-study-memory-'));
const engine = await startEngine({
  NODE_OPTIONS: `--import=${new URL('sayMemory.mjs', import.meta.url).href}`,
  MEMORY_FOLDER: folder,
});
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Held {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

/** Null for a process that has ended meanwhile. */
async function heldBy(pid: number): Promise<Held | null> {
  const file = join(folder, String(pid));
  rmSync(file, { force: true });
  for (let asked = false; ; asked = true) {
    try {
      process.kill(pid, asked ? 0 : 'SIGUSR2');
      if (asked) return JSON.parse(readFileSync(file, 'utf8')) as Held; // written by sayMemory.mjs
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return null;
    }
    await pause(20); // not answered yet
  }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
const started = await engine.client.request('start', { file: study.file, ifFinished: 'ask' });
if (started.kind !== 'started') throw new Error(JSON.stringify(started));
let done = 0;
let ended = false;
engine.client.onEvent('progress', (progress) => (done = progress.done));
engine.client.onEvent('experimentChanged', ({ summary }) => (ended ||= summary.state === 'finished'));
console.log('| trials | engine resident, MB | engine heap, MB | workers resident, MB | workers heap, MB |');
console.log('| --- | --- | --- | --- | --- |');
for (let next = step; next <= trials; next += step) {
  while (done < next && !ended) await pause(50);
  const [own, ...others] = await Promise.all([engine.child.pid ?? 0, ...engine.workers()].map(heldBy));
  if (!own) throw new Error('the engine has ended');
  const workers = others.filter((held) => held !== null);
  console.log(
    `| ${done} | ${megabytes(own.rss)} | ${megabytes(own.heapUsed)} | ${workers.map((w) => megabytes(w.rss)).join(', ')} | ${workers.map((w) => megabytes(w.heapUsed)).join(', ')} |`,
  );
  if (ended) break;
}
engine.stop();
study.remove();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
