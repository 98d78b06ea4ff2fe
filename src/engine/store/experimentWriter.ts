import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Low } from 'lowdb';
import { z } from 'zod';
import {
  confirmationSchema,
  experimentSchema,
  type Confirmation,
  type Experiment,
} from '../../model/experiment.ts';
import type { Fault } from '../../model/fault.ts';
import { trialSchema, type Trial, type TrialRow } from '../../model/trial.ts';
import type { Clock } from '../clock.ts';
import { confirmStatistics, trialRowOf } from '../trialRow.ts';
import { documentAdapter } from './documentAdapter.ts';
import { syncFolder, writeDurably } from './durableWrite.ts';
import {
  isEnded,
  listNumbers,
  readConfirmations,
  readTrials,
  requireExperiment,
} from './experimentReader.ts';
import { acquireOwner, type Owner } from './owner.ts';
import { makeOwnFolder } from './ownFolder.ts';
import { documentNames, finalFolder, trialDocument, trialFolders } from './place.ts';
import { readPredictions, writePredictions, type TrialPredictions } from './predictions.ts';
import { readDocument, setAside, type Damage } from './readDocument.ts';
import { storeFault } from './storeFault.ts';
import { summaryOf, summarySchema } from './summary.ts';
import { throttled } from './throttle.ts';

/** The one writer of an experiment. Each `save` has reached the disk when it resolves; until then nobody is told. */
export interface ExperimentWriter {
  readonly folder: string;
  /** As it was stored last. */
  readonly experiment: Experiment;
  /** What was in the store when it was opened. */
  readonly trials: readonly Trial[];
  readonly confirmations: readonly Confirmation[];
  /** Documents that could not be read and were set aside. */
  readonly damages: readonly Damage[];
  rows(): TrialRow[];
  saveExperiment(experiment: Experiment): Promise<void>;
  saveTrial(trial: Trial): Promise<void>;
  saveConfirmation(confirmation: Confirmation): Promise<void>;
  savePredictions(predictions: TrialPredictions): Promise<void>;
  removePredictions(number: number): Promise<void>;
  /** A file in final/NNNNN/, with parts of text or bytes. */
  saveFinal(number: number, name: string, content: string | Uint8Array): Promise<void>;
  /** Writes what is still pending (summary, head) and gives the experiment free. */
  close(): Promise<void>;
}

export interface WriterOptions {
  readonly clock: Clock;
  /** Another process took over, or the folder is gone: writes are refused from now on. */
  readonly onLost: (fault: Fault) => void;
  /** A derived document (summary, head) could not be written; told once, and not when `onLost` was. */
  readonly onError: (error: unknown) => void;
}

export const headSchema = z.strictObject({ format: z.literal(1), counter: z.int().min(0) });

const headIntervalMs = 1_000;
/** The summary is written once a second, or as seldom as keeps it under a twentieth of the time. */
const summaryShare = 20;

/**
 * Makes a new experiment and opens it for writing. Its folder appears under its name with the first document in it: a kill
 * before leaves a folder whose name begins with a dot, which no list shows.
 */
export async function createExperiment(
  folder: string,
  experiment: Experiment,
  options: WriterOptions,
): Promise<ExperimentWriter> {
  const unfinished = join(dirname(folder), `.new-${basename(folder)}`);
  try {
    await mkdir(unfinished);
    const file = join(unfinished, documentNames.experiment);
    const guard = (): void => undefined; // nobody else knows this folder
    await new Low(documentAdapter({ file, schema: experimentSchema, guard }), experiment).write();
    await rename(unfinished, folder);
    await syncFolder(dirname(folder));
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined); // what made it fail is told
    throw storeFault(error, folder);
  }
  return openForWriting(folder, options);
}

/** Opens an experiment for writing. Faults: `storeLocked` while another process writes it, `storeDamaged`, `storeNewer`, `unreadable` for any of its documents. */
export async function openForWriting(folder: string, options: WriterOptions): Promise<ExperimentWriter> {
  let isTold = false;
  const owner = await acquireOwner(folder, options.clock, (fault) => {
    isTold = true;
    options.onLost(fault);
  });
  const onError = (error: unknown): void => {
    if (!isTold) options.onError(error);
    isTold = true;
  };
  try {
    return await openOwned(folder, owner, { ...options, onError });
  } catch (error) {
    await owner.release();
    throw error;
  }
}

async function openOwned(folder: string, owner: Owner, options: WriterOptions): Promise<ExperimentWriter> {
  const guard = owner.check;
  const experiment = await requireExperiment(folder);
  for (const kind of trialFolders) await makeOwnFolder(join(folder, kind));
  const trials = await readTrials(folder);
  const confirmations = await readConfirmations(folder);
  const head = await readDocument(join(folder, documentNames.head), headSchema);
  const summary = await readDocument(join(folder, documentNames.summary), summarySchema);
  const damages = [...trials.damages, ...confirmations.damages];
  for (const derived of [head, summary]) if (derived.kind === 'damaged') damages.push(derived.damage);
  damages.push(...(await damagedPredictions(folder, experiment, trials.documents)));
  for (const damage of damages) {
    guard();
    await setAside(damage);
  }

  let stored = experiment;
  const low = new Low(
    documentAdapter({ file: join(folder, documentNames.experiment), schema: experimentSchema, guard }),
    experiment,
  );
  const headLow = new Low(
    documentAdapter({ file: join(folder, documentNames.head), schema: headSchema, guard }),
    { format: 1 as const, counter: head.kind === 'read' ? head.value.counter : 0 },
  );
  const objective = experiment.study.objective;
  const rows = new Map<number, TrialRow>();
  const confirmed = new Map(confirmations.documents.map((c) => [c.number, c]));
  /** Stored trials whose lines nobody has asked for yet. */
  const unseen = new Map(trials.documents.map((trial) => [trial.number, trial]));
  const sortedRows = (): TrialRow[] => {
    for (const [number, trial] of unseen)
      rows.set(number, trialRowOf(trial, confirmed.get(number) ?? null, objective));
    unseen.clear();
    return [...rows.values()].sort((a, b) => a.number - b.number);
  };

  const summaryFile = documentAdapter({
    file: join(folder, documentNames.summary),
    schema: summarySchema,
    guard,
  });
  const summaryWriter = throttled(() => summaryFile.write(summaryOf(sortedRows(), experiment.folds.length)), {
    ...options,
    intervalMs: (lastMs) => Math.max(1_000, lastMs * summaryShare),
  });
  const headWriter = throttled(
    () =>
      headLow.update((data) => {
        data.counter = (data.counter + 1) % Number.MAX_SAFE_INTEGER;
      }),
    { ...options, intervalMs: () => headIntervalMs },
  );
  const changed = (): void => {
    summaryWriter.request();
    headWriter.request();
  };
  if (unseen.size > 0) changed(); // a kill may have left the summary behind
  let closed: Promise<void> | null = null;

  return {
    folder,
    get experiment() {
      return stored;
    },
    trials: trials.documents,
    confirmations: confirmations.documents,
    damages,
    rows: sortedRows,
    saveExperiment: async (next) => {
      low.data = next;
      await low.write();
      stored = next;
      headWriter.request();
    },
    saveTrial: async (trial) => {
      const file = trialDocument(folder, 'trials', trial.number);
      await new Low(documentAdapter({ file, schema: trialSchema, guard }), trial).write();
      unseen.set(trial.number, trial);
      changed();
    },
    saveConfirmation: async (confirmation) => {
      const file = trialDocument(folder, 'confirm', confirmation.number);
      await new Low(documentAdapter({ file, schema: confirmationSchema, guard }), confirmation).write();
      confirmed.set(confirmation.number, confirmation);
      const row = rows.get(confirmation.number);
      if (row) rows.set(row.number, { ...row, confirm: confirmStatistics(confirmation) });
      changed();
    },
    savePredictions: (predictions) => writePredictions(folder, predictions, guard),
    removePredictions: async (number) => {
      guard();
      await rm(trialDocument(folder, 'predictions', number), { force: true });
    },
    saveFinal: async (number, name, content) => {
      guard();
      const place = finalFolder(folder, number);
      await makeOwnFolder(place);
      await writeDurably(join(place, name), content);
      headWriter.request();
    },
    close: () => {
      closed ??= (async () => {
        try {
          await summaryWriter.flush();
          await headWriter.flush();
        } finally {
          summaryWriter.dispose();
          headWriter.dispose();
          await owner.release();
        }
      })();
      return closed;
    },
  };
}

/** Predictions that will be written, and stand there damaged: of trials that have not ended, or that were lost. */
async function damagedPredictions(
  folder: string,
  experiment: Experiment,
  trials: readonly Trial[],
): Promise<Damage[]> {
  const ended = new Set(trials.filter((trial) => isEnded(trial.state)).map((trial) => trial.number));
  const damages: Damage[] = [];
  for (const number of await listNumbers(folder, 'predictions')) {
    if (ended.has(number)) continue;
    const read = await readPredictions(folder, number, experiment);
    if (read.kind === 'damaged') damages.push(read.damage);
  }
  return damages;
}
