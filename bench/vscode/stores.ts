/** Folders with a study and a store of n trials, written by the engine's own command line and writer. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeWorkspace, tinyStudy } from '../../scripts/host/workspace.mjs';
import type { TrialRow } from '../../src/model/trial.ts';
import { systemClock } from '../../src/engine/clock.ts';
import { readExperiment, readRows } from '../../src/engine/store/experimentReader.ts';
import { openForWriting } from '../../src/engine/store/experimentWriter.ts';
import { sampleTrial } from '../store/sampleExperiment.ts';

const cli = fileURLToPath(new URL('../../dist/engine/cli.mjs', import.meta.url));

function fail(error: unknown): never {
  throw error;
}

/** Some rows of the experiment in a folder, as the engine reads them. */
export async function rowsOf(folder: string, count: number): Promise<{ rows: TrialRow[]; folds: number }> {
  const place = join(folder, '.lstm-study', experimentIn(folder));
  const read = await readExperiment(place);
  if (read.kind !== 'read') throw new Error('the store does not read back');
  const { rows } = await readRows(place, read.value);
  return { rows: rows.filter((_, i) => i % 7 === 0).slice(0, count), folds: read.value.folds.length };
}

function experimentIn(folder: string): string {
  return readdirSync(join(folder, '.lstm-study')).find((name) => /^\d{8}-/.test(name)) ?? '';
}

/**
 * A study on real prices that ran one trial, and n - 1 more of 4 folds and 20 epochs saved one by one with the engine's writer,
 * synced as in a run. With 0 trials the study alone. Kept in `cache` for the next time.
 */
export async function folderWith(trials: number, cache: string): Promise<string> {
  const folder = join(cache, `trials-${trials}`);
  const marker = join(folder, 'complete');
  if (existsSync(marker)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  makeWorkspace(folder);
  const study = join(folder, 'tiny.lstm.json');
  writeFileSync(study, tinyStudy({ name: 'Bench', trials: 1 }).replace('"folds": 2', '"folds": 4'));
  if (trials > 0) {
    execFileSync(process.execPath, [cli, 'run', study], { stdio: 'ignore' });
    const place = join(folder, '.lstm-study', experimentIn(folder));
    const writer = await openForWriting(place, {
      clock: systemClock,
      onLost: fail,
      onError: fail,
    });
    for (let n = 1; n < trials; n++) await writer.saveTrial(sampleTrial(n));
    const { experiment } = writer;
    await writer.saveExperiment({ ...experiment, resolved: { ...experiment.resolved, trials } });
    await writer.close();
    const { rows, damages } = await readRows(place, writer.experiment);
    if (rows.length !== trials || damages.length > 0) throw new Error('the store does not read back');
  }
  writeFileSync(marker, '');
  return folder;
}
