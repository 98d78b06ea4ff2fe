// The store at 10,000 trials: opening for reading and for writing, one write against a bare synced write of the same job.
//   node bench/store/measureStore.ts [--trials=10000] [--writes=300] [--write]
//
// Verifies what it reads before it times. A bare write: the same bytes to a temporary file in the same folder, sync, close, rename over the
// document, sync of the folder. A document written: what the store does to be as durable (writeDurably). A trial stored: all of `saveTrial`,
// with the check of the document against its schema, JSON, the token of the owner, and what the table is told. The three take turns in an order
// that changes; ratios are of one turn, so that other work on the machine, or a slow moment of its disk, meets all alike.
import { closeSync, fsyncSync, mkdtempSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/engine/clock.ts';
import { readRows, readTrials } from '../../src/engine/store/experimentReader.ts';
import { writeDurably } from '../../src/engine/store/durableWrite.ts';
import { openForWriting } from '../../src/engine/store/experimentWriter.ts';
import { trialDocument } from '../../src/engine/store/place.ts';
import { sizeOf } from '../../src/engine/store/storeFolder.ts';
import { writeSection } from '../report.ts';
import { commandLine, median, minimum, startMachineLine, table, verdict } from '../table.ts';
import { layDown, sampleExperiment } from './sampleExperiment.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '10000' },
    writes: { type: 'string', default: '300' },
    write: { type: 'boolean', default: false },
  },
});
const count = Number(values.trials);
const writes = Number(values.writes);
/** One write may cost so many bare ones. */
const bar = 1.2;
const machineLine = startMachineLine();
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
const megabytes = ((await sizeOf(place)) / 1e6).toFixed(0);
const text = `${JSON.stringify(trials[0])}\n`;
const writer = await openForWriting(place, options);
const rows: string[][] = [];
const largest = { written: 0, stored: 0, moreMs: 0 };
for (const at of [0, Math.floor(count / 2), count - 1]) {
  const kinds: readonly (() => Promise<unknown> | undefined)[] = [
    () => bareWrite(join(place, 'trials', 'bare'), text),
    () => writeDurably(trialDocument(place, 'trials', at), text),
    () => writer.saveTrial(trials[at]),
  ];
  const taken: number[][] = kinds.map(() => []);
  for (let turn = 0; turn < writes; turn++)
    for (let k = 0; k < kinds.length; k++) {
      const kind = (k + turn) % kinds.length;
      taken[kind].push(await timed(kinds[kind]));
    }
  const [bare, written, stored] = taken;
  const ratio = (list: readonly number[]): number => median(list.map((ms, turn) => ms / bare[turn]));
  largest.written = Math.max(largest.written, ratio(written));
  largest.stored = Math.max(largest.stored, ratio(stored));
  largest.moreMs = Math.max(largest.moreMs, median(stored.map((ms, turn) => ms - written[turn])));
  rows.push([
    String(at),
    `${minimum(bare).toFixed(2)} / ${median(bare).toFixed(2)}`,
    ...[written, stored].map(
      (list) => `${ratio(list).toFixed(2)} (${(minimum(list) / minimum(bare)).toFixed(2)})`,
    ),
  ]);
}
await writer.close();
rmSync(folder, { recursive: true, force: true });

const report = [
  `${count.toLocaleString('en')} trials of 4 folds and 20 epochs, curves in every one: ${megabytes} MB. By the median of ${writes} turns a document written costs`,
  `${largest.written.toFixed(2)} of a bare write at most: ${verdict(largest.written <= bar, String(bar))}. A trial stored, with all that is checked before, costs ${largest.stored.toFixed(2)}: ${largest.moreMs.toFixed(2)} ms more than its document.`,
  '',
  machineLine(),
  commandLine('bench/store/measureStore.ts'),
  '',
  ...table(
    ['', 'minimum, ms', 'median, ms'],
    [...times].map(([what, all]) => [what, minimum(all).toFixed(0), median(all).toFixed(0)]),
  ),
  '',
  ...table(
    [
      'at trial',
      'bare write, ms: minimum / median',
      'document written, of a bare write: median of the turns (minima)',
      'trial stored: median (minima)',
    ],
    rows,
  ),
].join('\n');
console.log(report);
if (values.write) writeSection('store', report);
process.exit(0);
