/**
 * The store at 10,000 trials: opening for reading and for writing, one write against a bare synced write of the same job.
 * node bench/store/measureStore.ts [trials] — verifies what it reads before it times; prints tables with ratios of one run.
 *
 * A bare write: the same bytes to a temporary file in the same folder, sync, close, rename over the document, sync of the folder.
 * A document written: what the store does to be as durable (writeDurably). A trial stored: all of `saveTrial`, with the check of the
 * document against its schema, JSON, the token of the owner, and what the table is told.
 */
import { closeSync, fsyncSync, mkdtempSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/engine/clock.ts';
import { readRows, readTrials } from '../../src/engine/store/experimentReader.ts';
import { writeDurably } from '../../src/engine/store/durableWrite.ts';
import { openForWriting } from '../../src/engine/store/experimentWriter.ts';
import { trialDocument } from '../../src/engine/store/place.ts';
import { sizeOf } from '../../src/engine/store/storeFolder.ts';
import { layDown, sampleExperiment } from './sampleExperiment.ts';

const count = Number(process.argv[2] ?? 10_000);
const writes = 300;
const folder = mkdtempSync(join(tmpdir(), 'lstm-study-bench-'));
const options = { clock: systemClock, onLost: fail, onError: fail };

function fail(error: unknown): never {
  throw error;
}

async function timed(work: () => Promise<unknown> | undefined): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** What a durable replacement costs at least. */
function bareWrite(file: string, text: string): undefined {
  const fd = openSync(`${file}.bare`, 'w');
  writeSync(fd, text);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(`${file}.bare`, file);
  const parent = openSync(join(file, '..'), 'r');
  fsyncSync(parent);
  closeSync(parent);
}

const { place, trials } = await layDown(folder, count);
const experiment = sampleExperiment();
const verified = await readRows(place, experiment);
if (verified.rows.length !== count || verified.damages.length > 0)
  throw new Error('the store does not read back');
for (const [i, r] of verified.rows.entries())
  if (r.value !== trials[i].value || r.number !== i) throw new Error(`row ${i} differs`);

const times = new Map<string, number[]>();
const note = (what: string, ms: number): void => {
  times.set(what, [...(times.get(what) ?? []), ms]);
};
for (let turn = 0; turn < 5; turn++) {
  note('open (rows from summary.json)', await timed(() => readRows(place, experiment)));
  note('read every document', await timed(() => readTrials(place)));
  let opened: Awaited<ReturnType<typeof openForWriting>> | null = null;
  note(
    'open for writing (resume, test, more trials)',
    await timed(async () => (opened = await openForWriting(place, options))),
  );
  await (opened as Awaited<ReturnType<typeof openForWriting>> | null)?.close(); // assigned in a callback
}
const sorted = (what: string): number[] => [...(times.get(what) ?? [])].sort((a, b) => a - b);
const median = (list: readonly number[]): number => list[Math.floor(list.length / 2)];
const megabytes = ((await sizeOf(place)) / 1e6).toFixed(0);
console.log(`${count} trials, ${megabytes} MB\n\n| what | minimum, ms | median, ms |\n| --- | --- | --- |`);
for (const what of times.keys())
  console.log(`| ${what} | ${sorted(what)[0].toFixed(0)} | ${median(sorted(what)).toFixed(0)} |`);

const writer = await openForWriting(place, options);
const text = `${JSON.stringify(trials[0])}\n`;
console.log(
  '\n| at trial | bare write, ms: minimum / median | document written, ratio: minimum / median | trial stored, ratio: minimum / median |\n| --- | --- | --- | --- |',
);
for (const at of [0, Math.floor(count / 2), count - 1]) {
  const bare: number[] = [];
  const durable: number[] = [];
  const stored: number[] = [];
  // In turns, so that a busy disk slows all alike.
  for (let i = 0; i < writes; i++) {
    bare.push(await timed(() => bareWrite(join(place, 'trials', 'bare'), text)));
    durable.push(await timed(() => writeDurably(trialDocument(place, 'trials', at), text)));
    stored.push(await timed(() => writer.saveTrial(trials[at])));
  }
  for (const list of [bare, durable, stored]) list.sort((a, b) => a - b);
  const ratio = (list: readonly number[]): string =>
    `${(list[0] / bare[0]).toFixed(2)} / ${(median(list) / median(bare)).toFixed(2)}`;
  console.log(
    `| ${at} | ${bare[0].toFixed(2)} / ${median(bare).toFixed(2)} | ${ratio(durable)} | ${ratio(stored)} |`,
  );
}
await writer.close();
rmSync(folder, { recursive: true, force: true });
