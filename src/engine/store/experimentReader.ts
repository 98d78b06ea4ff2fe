import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { z } from 'zod';
import {
  annotationsSchema,
  confirmationSchema,
  experimentSchema,
  type Annotations,
  type Confirmation,
  type Experiment,
} from '../../model/experiment.ts';
import { Fault } from '../../model/fault.ts';
import { trialSchema, type Trial, type TrialRow } from '../../model/trial.ts';
import { confirmStatistics, trialRowOf } from '../trialRow.ts';
import { isOwnFolder } from './ownFolder.ts';
import { documentNames, numberOf, trialDocument } from './place.ts';
import { readDocument, readDocumentSync, unfitting, type Damage, type ReadResult } from './readDocument.ts';
import { rowsOf, summarySchema } from './summary.ts';
import { readFault } from './storeFault.ts';

/** Reading an experiment: nothing here writes, locks or moves anything. */

export const noAnnotations: Annotations = { format: 1, trials: {} };

/** Its id is the name of its folder, whatever the document says: a folder may have been copied or renamed. */
export async function readExperiment(folder: string): Promise<ReadResult<Experiment>> {
  const read = await readDocument(join(folder, documentNames.experiment), experimentSchema);
  return read.kind === 'read' ? { kind: 'read', value: { ...read.value, id: basename(folder) } } : read;
}

/** The same for who cannot do without it. Faults `storeDamaged` (also where there is none), `storeNewer`, `unreadable`. */
export async function requireExperiment(folder: string): Promise<Experiment> {
  const read = await readExperiment(folder);
  switch (read.kind) {
    case 'read':
      return read.value;
    case 'damaged':
      throw new Fault(read.damage.code, read.damage.message);
    case 'absent':
      throw new Fault(
        'storeDamaged',
        `There is no experiment.json in ${folder}: this is no experiment, or its first document was lost.`,
      );
  }
}

export function readTrial(folder: string, number: number): Promise<ReadResult<Trial>> {
  return readDocument(trialDocument(folder, 'trials', number), trialSchema);
}

export function readConfirmation(folder: string, number: number): Promise<ReadResult<Confirmation>> {
  return readDocument(trialDocument(folder, 'confirm', number), confirmationSchema);
}

/** What users wrote about an experiment; none when there is no such document or it is damaged. */
export async function readAnnotations(
  folder: string,
): Promise<{ annotations: Annotations; damages: Damage[] }> {
  const read = await readDocument(join(folder, documentNames.annotations), annotationsSchema);
  if (read.kind === 'read') return { annotations: read.value, damages: [] };
  return { annotations: noAnnotations, damages: read.kind === 'damaged' ? [read.damage] : [] };
}

export interface Numbered<T> {
  readonly documents: readonly T[];
  readonly damages: readonly Damage[];
}

/** All trials by number. Documents that cannot be read are named and left out. */
export function readTrials(folder: string): Promise<Numbered<Trial>> {
  return readAll(folder, 'trials', trialSchema);
}

export function readConfirmations(folder: string): Promise<Numbered<Confirmation>> {
  return readAll(folder, 'confirm', confirmationSchema);
}

/** Numbers of the documents in a folder, ascending. Other files (temporary ones, foreign ones) are not ours and stay. */
export async function listNumbers(
  folder: string,
  kind: 'trials' | 'confirm' | 'predictions',
): Promise<number[]> {
  const place = join(folder, kind);
  if (!(await isOwnFolder(place))) return [];
  const names = await readdir(place).catch((error: unknown) => {
    throw readFault(error, place);
  });
  return names.flatMap((name) => numberOf(name) ?? []).sort((a, b) => a - b);
}

/** Documents that are read before other work of this thread gets its turn: some milliseconds. */
const batchSize = 32;

async function readAll<T extends { readonly number: number }>(
  folder: string,
  kind: 'trials' | 'confirm',
  schema: z.ZodType<T>,
): Promise<Numbered<T>> {
  return readNumbers(folder, await listNumbers(folder, kind), { kind, schema });
}

async function readNumbers<T extends { readonly number: number }>(
  folder: string,
  numbers: readonly number[],
  { kind, schema }: { readonly kind: 'trials' | 'confirm'; readonly schema: z.ZodType<T> },
): Promise<Numbered<T>> {
  const documents: T[] = [];
  const damages: Damage[] = [];
  for (let i = 0; i < numbers.length; i += batchSize) {
    for (const number of numbers.slice(i, i + batchSize)) {
      const file = trialDocument(folder, kind, number);
      const result = readDocumentSync(file, schema);
      if (result.kind === 'damaged') damages.push(result.damage);
      if (result.kind !== 'read') continue;
      if (result.value.number === number) documents.push(result.value);
      else damages.push(misplaced(file, result.value.number));
    }
    await setImmediate();
  }
  return { documents, damages };
}

function misplaced(file: string, number: number): Damage {
  return {
    file,
    code: 'storeDamaged',
    message: `${file} cannot be read: it holds trial ${number}, not the one of its name.`,
  };
}

/** The lines of all trials: from summary.json where they have ended, from their documents otherwise. */
export async function readRows(
  folder: string,
  experiment: Experiment,
): Promise<{ rows: TrialRow[]; damages: Damage[] }> {
  const [numbers, summary, confirmations] = await Promise.all([
    listNumbers(folder, 'trials'),
    readDocument(join(folder, documentNames.summary), summarySchema),
    readConfirmations(folder),
  ]);
  const damages: Damage[] = [...confirmations.damages];
  if (summary.kind === 'damaged') damages.push(summary.damage);
  const known = new Map<number, TrialRow>();
  const summarised = summary.kind === 'read' ? rowsOf(summary.value) : [];
  if (summarised === null) damages.push(unfitting(join(folder, documentNames.summary)));
  for (const row of summarised ?? []) if (isEnded(row.state)) known.set(row.number, row);
  const toRead = numbers.filter((number) => !known.has(number));
  const read = await readNumbers(folder, toRead, { kind: 'trials', schema: trialSchema });
  damages.push(...read.damages);
  for (const trial of read.documents)
    known.set(trial.number, trialRowOf(trial, null, experiment.study.objective));
  const present = new Set(numbers);
  for (const row of [...known.values()].filter((r) => !present.has(r.number))) {
    known.delete(row.number);
    const file = trialDocument(folder, 'trials', row.number);
    damages.push({ file, code: 'storeDamaged', message: `${file} is gone; the trial is left out.` });
  }
  for (const confirmation of confirmations.documents) {
    const row = known.get(confirmation.number);
    if (row) known.set(row.number, { ...row, confirm: confirmStatistics(confirmation) });
  }
  return { rows: [...known.values()].sort((a, b) => a.number - b.number), damages };
}

/** Complete, pruned and failed trials never change. */
export function isEnded(state: Trial['state']): boolean {
  return state === 'complete' || state === 'pruned' || state === 'failed';
}
