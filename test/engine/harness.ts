import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { volatileTrialFields, type Trial } from '../../src/model/trial.ts';
import type { Confirmation, Experiment } from '../../src/model/experiment.ts';
import type { ExperimentRef } from '../../src/protocol/experiments.ts';
import type { StartParams } from '../../src/protocol/runs.ts';
import { systemClock } from '../../src/engine/clock.ts';
import type { Planted } from '../../src/engine/experiment/run.ts';
import { createSession, type EngineSession } from '../../src/engine/session.ts';
import { enginePaths } from '../../src/engine/session/paths.ts';
import { readConfirmations, readExperiment, readTrials } from '../../src/engine/store/experimentReader.ts';

export const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const paths = enginePaths(join(top, 'dist', 'engine'));
export const cliFile = join(top, 'dist', 'engine', 'cli.mjs');
export const mainFile = join(top, 'dist', 'engine', 'main.mjs');

const prices = join(top, 'node_modules', 'vega-datasets', 'data', 'sp500-2000.csv');
const rows = 900;

/** A study that takes seconds: real prices, small nets, two folds. */
export const tinyStudy = {
  lstmStudy: 1,
  name: 'tiny',
  data: { file: 'sp500.csv', date: 'date', price: 'adjclose' },
  split: { test: { share: 0.15 }, validation: { kind: 'walkForward', folds: 2 } },
  hyperparameters: {
    lookback: 5,
    units: { int: [2, 8] },
    layers: 1,
    dropout: { float: [0, 0.4] },
    learningRate: { float: [0.001, 0.1], log: true },
    batchSize: { choices: [32, 64], ordered: true },
    epochs: { int: [2, 6], step: 2 },
    optimizer: 'adam',
  },
  search: {
    sampler: { kind: 'tpe', startupTrials: 3 },
    pruner: { kind: 'median', startupTrials: 2, warmupEpochs: 1 },
    trials: 8,
    seed: 7,
    lag: 3,
    confirm: { top: 2, seeds: 2 },
  },
  trainer: 'wasm',
};

type TinyStudy = typeof tinyStudy;
export interface StudyChange {
  readonly search?: Record<string, unknown>;
  readonly hyperparameters?: Record<string, unknown>;
  readonly rest?: Record<string, unknown>;
}

export interface Workspace {
  readonly folder: string;
  readonly file: string;
  readonly store: string;
  remove(): Promise<void>;
}

export function studyText(change: StudyChange = {}): string {
  const study: TinyStudy = {
    ...tinyStudy,
    ...change.rest,
    hyperparameters: { ...tinyStudy.hyperparameters, ...change.hyperparameters },
    search: { ...tinyStudy.search, ...change.search },
  };
  return JSON.stringify(study, null, 2);
}

/** A folder with a study and the first 900 rows of real S&P 500 prices. */
export async function makeWorkspace(change: StudyChange = {}): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'lstm-study-'));
  const file = join(folder, 'tiny.lstm.json');
  const text = await readFile(prices, 'utf8');
  await writeFile(
    join(folder, 'sp500.csv'),
    `${text
      .split('\n')
      .slice(0, rows + 1)
      .join('\n')}\n`,
  );
  await writeFile(file, studyText(change));
  return {
    folder,
    file,
    store: join(folder, '.lstm-study'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export async function copyWorkspace(from: Workspace): Promise<Workspace> {
  const to = await makeWorkspace();
  await copyFile(from.file, to.file);
  return to;
}

/** The engine in this process, its workers from the built dist. */
export function openSession(plant: Planted = {}): { session: EngineSession; events: [string, unknown][] } {
  const events: [string, unknown][] = [];
  const session = createSession({
    clock: systemClock,
    paths,
    version: 'test',
    emit: (name, payload) => events.push([name, payload]),
    plant,
  });
  return { session, events };
}

/** Starts the study and waits for its end. */
export async function runToEnd(
  session: EngineSession,
  workspace: Workspace,
  params: Partial<StartParams> = {},
): Promise<ExperimentRef> {
  const result = await session.runs.start({
    file: workspace.file,
    store: workspace.store,
    ifFinished: 'ask',
    ...params,
  });
  if (result.kind === 'issues') throw new Error(JSON.stringify(result.issues));
  await session.runs.ended(result.ref);
  return result.ref;
}

/** What two runs of the same experiment must have in common, bit for bit. */
export interface Outcome {
  readonly trials: readonly Partial<Trial>[];
  readonly confirmations: readonly Confirmation[];
  readonly leader: number | null;
  readonly winner: number | null;
  readonly state: Experiment['state'];
}

export async function outcomeOf(ref: ExperimentRef): Promise<Outcome> {
  const folder = join(ref.store, ref.id);
  const [experiment, trials, confirmations] = await Promise.all([
    readExperiment(folder),
    readTrials(folder),
    readConfirmations(folder),
  ]);
  if (experiment.kind !== 'read') throw new Error(`${folder}: ${experiment.kind}`);
  const damages = [...trials.damages, ...confirmations.damages];
  if (damages.length > 0) throw new Error(damages[0].message);
  return {
    trials: trials.documents.map((trial) =>
      Object.fromEntries(
        Object.entries(trial).filter(([key]) => !volatileTrialFields.some((field) => field === key)),
      ),
    ),
    confirmations: confirmations.documents,
    leader: experiment.value.leader,
    winner: experiment.value.winner,
    state: experiment.value.state,
  };
}

export interface Finished {
  readonly outcome: Outcome;
  /** Numbers of the trials in the order in which they ended. */
  readonly order: readonly number[];
}

/** A whole run in a session of its own. */
export async function finishedRun(workspace: Workspace, workers: number, plant: Planted): Promise<Finished> {
  const { session } = openSession(plant);
  try {
    const ref = await runToEnd(session, workspace, { options: { workers } });
    const { documents } = await readTrials(join(ref.store, ref.id));
    const order = [...documents]
      .sort((a, b) => (a.endedAt ?? '').localeCompare(b.endedAt ?? ''))
      .map((t) => t.number);
    return { outcome: await outcomeOf(ref), order };
  } finally {
    await session.dispose();
  }
}
