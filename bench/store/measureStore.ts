/**
 * The store at 10,000 trials: opening, one write against a bare fsynced write, listing.
 * node bench/store/measureStore.ts [trials] — verifies what it reads before it times; prints a table with ratios of one run.
 */
import { closeSync, fsyncSync, mkdtempSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/engine/clock.ts';
import { createExperiment, openForWriting } from '../../src/engine/store/experimentWriter.ts';
import { readRows, readTrials } from '../../src/engine/store/experimentReader.ts';
import { sizeOf } from '../../src/engine/store/storeFolder.ts';
import { trialDocument } from '../../src/engine/store/place.ts';
import { summaryOf } from '../../src/engine/store/summary.ts';
import { documentNames } from '../../src/engine/store/place.ts';
import { writeDurably } from '../../src/engine/store/durableWrite.ts';
import { trialRowOf } from '../../src/engine/trialRow.ts';
import { sampleExperiment, sampleTrial } from './sampleExperiment.ts';

const count = Number(process.argv[2] ?? 10_000);
const folder = join(mkdtempSync(join(tmpdir(), 'lstm-study-bench-')), 'store');
await mkdir(folder);
const place = join(folder, '20260101-000000-bench-0000');
const options = { clock: systemClock, onLost: fail, onError: fail };

function fail(error: unknown): never {
  throw error;
}

interface Times {
  readonly minimum: number;
  readonly median: number;
}

async function timed(repeats: number, work: () => Promise<void> | void): Promise<Times> {
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const from = performance.now();
    await work();
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return { minimum: times[0], median: times[Math.floor(times.length / 2)] };
}

/** What a durable replacement costs at least: write, sync, rename, sync of the folder. */
function bareWrite(file: string, text: string): void {
  const fd = openSync(`${file}.bare`, 'w');
  writeSync(fd, text);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(`${file}.bare`, file);
  const parent = openSync(join(file, '..'), 'r');
  fsyncSync(parent);
  closeSync(parent);
}

const rows: string[][] = [];
const row = (what: string, times: Times, note = ''): void => {
  rows.push([what, times.minimum.toFixed(2), times.median.toFixed(2), note]);
};

let writer = await createExperiment(place, sampleExperiment(), options);
await writer.close();
const trials = Array.from({ length: count }, (_, n) => sampleTrial(n));
// The documents are laid down without syncs: what is measured are opening and single writes.
const { writeFileSync } = await import('node:fs');
for (const trial of trials)
  writeFileSync(trialDocument(place, 'trials', trial.number), `${JSON.stringify(trial)}\n`);
await writeDurably(
  join(place, documentNames.summary),
  JSON.stringify(
    summaryOf(
      trials.map((t) => trialRowOf(t, null, 'u2')),
      4,
    ),
  ),
);

const experiment = sampleExperiment();
const verified = await readRows(place, experiment);
if (verified.rows.length !== count || verified.damages.length > 0)
  throw new Error('the store does not read back');
for (const [i, r] of verified.rows.entries())
  if (r.value !== trials[i].value || r.number !== i) throw new Error(`row ${i} differs`);

row(
  `open ${count} trials (summary)`,
  await timed(7, async () => {
    await readRows(place, experiment);
  }),
);
row(
  `read all ${count} documents`,
  await timed(2, async () => {
    await readTrials(place);
  }),
);
const opening = performance.now();
writer = await openForWriting(place, options);
const openMs = performance.now() - opening;
row('open for writing', { minimum: openMs, median: openMs });

const text = `${JSON.stringify(trials[0])}\n`;
const bareFile = join(folder, 'bare.json');
for (const at of [0, Math.floor(count / 2), count - 1]) {
  // In turns, so that a busy disk slows both alike.
  const bare: number[] = [];
  const ours: number[] = [];
  for (let i = 0; i < 100; i++) {
    bare.push((await timed(1, () => bareWrite(bareFile, text))).minimum);
    ours.push((await timed(1, () => writer.saveTrial(trials[at]))).minimum);
  }
  const sorted = (list: number[]): Times => {
    list.sort((a, b) => a - b);
    return { minimum: list[0], median: list[50] };
  };
  const b = sorted(bare);
  const o = sorted(ours);
  row('bare synced write', b);
  row(
    `trial ${at} written`,
    o,
    `${(o.minimum / b.minimum).toFixed(2)} x minimum, ${(o.median / b.median).toFixed(2)} x median`,
  );
}
await writer.close();
const megabytes = ((await sizeOf(place)) / 1e6).toFixed(0);
console.log(
  `store of ${count} trials: ${megabytes} MB, this process ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB\n`,
);
console.log(['what', 'min ms', 'median ms', ''].join('\t'));
for (const cells of rows) console.log(cells.join('\t'));
rmSync(join(folder, '..'), { recursive: true, force: true });
