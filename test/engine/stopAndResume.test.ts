import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readExperiment, readTrials } from '../../src/engine/store/experimentReader.ts';
import { experimentFolder } from '../../src/engine/store/storeFolder.ts';
import type { EngineSession } from '../../src/engine/session.ts';
import type { ExperimentRef } from '../../src/protocol/experiments.ts';
import {
  makeWorkspace,
  openSession,
  outcomeOf,
  runToEnd,
  studyText,
  type Outcome,
  type Workspace,
} from './harness.ts';

const workspaces: Workspace[] = [];
const sessions: EngineSession[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.dispose();
  for (const workspace of workspaces.splice(0)) await workspace.remove();
});

async function workspaceOf(...args: Parameters<typeof makeWorkspace>): Promise<Workspace> {
  const workspace = await makeWorkspace(...args);
  workspaces.push(workspace);
  return workspace;
}

function sessionOf(...args: Parameters<typeof openSession>): ReturnType<typeof openSession> {
  const opened = openSession(...args);
  sessions.push(opened.session);
  return opened;
}

async function referenceOf(...args: Parameters<typeof makeWorkspace>): Promise<Outcome> {
  return outcomeOf(
    await runToEnd(sessionOf().session, await workspaceOf(...args), { options: { workers: 1 } }),
  );
}

/** Starts and stops as soon as some trials have ended. */
async function startAndStop(
  workspace: Workspace,
  how: 'graceful' | 'now',
  after: number,
): Promise<ExperimentRef> {
  const { session, events } = sessionOf({ delayMs: () => 60 });
  const result = await session.runs.start({
    file: workspace.file,
    ifFinished: 'ask',
    options: { workers: 2 },
  });
  if (result.kind === 'issues') throw new Error(JSON.stringify(result.issues));
  const folder = join(result.ref.store, result.ref.id);
  for (;;) {
    const { documents } = await readTrials(folder);
    if (documents.filter((t) => t.state !== 'running').length >= after) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(await session.runs.stop(result.ref, how)).toBe('interrupted');
  expect(events.some(([name]) => name === 'experimentChanged')).toBe(true);
  await session.dispose();
  return result.ref;
}

test.each(['graceful', 'now'] as const)(
  'stopped (%s) and resumed is the same as never stopped',
  async (how) => {
    const workspace = await workspaceOf();
    const ref = await startAndStop(workspace, how, 2);
    const folder = join(ref.store, ref.id);
    const stopped = await readExperiment(folder);
    expect(stopped.kind === 'read' && stopped.value.endedBecause).toBe('stopped');
    const before = await readTrials(folder);
    expect(before.documents.length).toBeLessThan(8);
    // L14: the table of a search that was stopped and resumed is that of one that was not.
    const { session } = sessionOf();
    await session.runs.resume(ref);
    await session.runs.ended(ref);
    expect(await outcomeOf(ref)).toEqual(await referenceOf());
  },
);

test.each(['graceful', 'now'] as const)(
  'a stop (%s) that comes before the workers are there is kept for the run',
  async (how) => {
    const { session } = sessionOf();
    const workspace = await workspaceOf();
    const result = await session.runs.start({ file: workspace.file, ifFinished: 'ask' });
    if (result.kind !== 'started') throw new Error(JSON.stringify(result));
    expect(session.runs.active(result.ref)).toBeNull();
    expect(await session.runs.stop(result.ref, how)).toBe('interrupted');
    await session.runs.resume(result.ref);
    await session.runs.ended(result.ref);
    expect(await outcomeOf(result.ref)).toEqual(await referenceOf());
  },
);

test('L14 broken twin: a resume that shows its trials all that lies on disk goes on to another table', async () => {
  const ref = await startAndStop(await workspaceOf(), 'graceful', 2);
  const { session } = sessionOf({ history: (all, number) => all.slice(0, number) });
  await session.runs.resume(ref);
  await session.runs.ended(ref);
  expect((await outcomeOf(ref)).trials).not.toEqual((await referenceOf()).trials);
});

test('a run of a finished study asks; more trials extend it, and its first trials stay as they were', async () => {
  const workspace = await workspaceOf();
  const { session } = sessionOf();
  const ref = await runToEnd(session, workspace);
  const asked = await session.runs.start({ file: workspace.file, ifFinished: 'ask' });
  expect(asked).toMatchObject({ kind: 'finished', ref, trials: 8, reason: '8 of 8 trials have run' });
  const more = await session.runs.start({
    file: workspace.file,
    ifFinished: 'moreTrials',
    options: { trials: 4 },
  });
  expect(more).toEqual({ kind: 'resumed', ref });
  await session.runs.ended(ref);
  const extended = await outcomeOf(ref);
  expect(extended.trials).toHaveLength(12);
  expect(extended.trials.slice(0, 8)).toEqual((await referenceOf()).trials);
  // A study with a larger budget from the start has the same trials: the budget is not part of what a study is.
  const large = await referenceOf({ search: { trials: 12 } });
  expect(extended.trials.map((t) => t.params)).toEqual(large.trials.map((t) => t.params));
  // Starting the file with a larger budget extends it without being asked.
  await writeFile(workspace.file, studyText({ search: { trials: 13 } }));
  const third = await session.runs.start({ file: workspace.file, ifFinished: 'ask' });
  expect(third).toEqual({ kind: 'resumed', ref });
  await session.runs.ended(ref);
  expect((await outcomeOf(ref)).trials).toHaveLength(13);
});

test('another sampler and pruner of an existing experiment are amendments that its trials name', async () => {
  const workspace = await workspaceOf();
  const { session } = sessionOf();
  const ref = await runToEnd(session, workspace);
  await session.runs.resume({ ...ref, options: { trials: 10, sampler: 'random', pruner: 'none' } });
  await session.runs.ended(ref);
  const { trials } = await outcomeOf(ref);
  expect(trials.map((t) => t.amendment)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
  const read = await readExperiment(experimentFolder(ref.store, ref.id));
  expect(read.kind === 'read' && read.value.amendments[0]).toMatchObject({
    fromTrial: 8,
    sampler: 'random',
    pruner: 'none',
    trials: 10,
  });
});

test('a trial that diverges is recorded and the study goes on', async () => {
  const workspace = await workspaceOf({
    hyperparameters: {
      learningRate: { choices: [10, 0.01] },
      optimizer: 'sgd',
      epochs: 4,
      units: { int: [2, 40] },
    },
    search: {
      sampler: 'random',
      pruner: 'none',
      points: [{ learningRate: 10, units: 40 }],
      confirm: { top: 0, seeds: 2 },
    },
    rest: {
      data: {
        file: 'sp500.csv',
        price: 'adjclose',
        forecast: 'price',
        scaler: 'none',
        features: [{ column: 'volume', transform: 'none' }],
      },
    },
  });
  const { session } = sessionOf();
  const ref = await runToEnd(session, workspace);
  const { trials, state } = await outcomeOf(ref);
  expect(state).toBe('finished');
  expect(trials).toHaveLength(8);
  const failed = trials.filter((t) => t.state === 'failed');
  expect(failed.length).toBeGreaterThan(0);
  expect(failed[0].error?.code).toBe('diverged');
  expect(failed[0].value).toBeNull();
  expect(failed[0].machine).toBeUndefined();
});

test('a model that does not fit into the memory allowed is refused with the sum, and a slow trial is ended', async () => {
  const workspace = await workspaceOf({ search: { trials: 2, confirm: { top: 0, seeds: 2 } } });
  const { session } = sessionOf();
  await session.handlers.initialize({ mode: 'full', workerMemoryBytes: 1_000 });
  const ref = await runToEnd(session, workspace);
  const { trials } = await outcomeOf(ref);
  expect(trials.map((t) => t.error?.code)).toEqual(['outOfMemory', 'outOfMemory']);
  expect(trials[0].machine).toEqual(['outOfMemory']);

  const slow = await workspaceOf({ search: { trials: 1, confirm: { top: 0, seeds: 2 } } });
  const held = sessionOf({ delayMs: () => 5_000 });
  await held.session.handlers.initialize({ mode: 'full', trialTimeoutMs: 1_500 });
  const slowRef = await runToEnd(held.session, slow);
  expect((await outcomeOf(slowRef)).trials[0].error?.code).toBe('trialTimeout');
});

test('changed prices are refused on resume, and make a new experiment that names the old one', async () => {
  const workspace = await workspaceOf();
  const { session } = sessionOf();
  const ref = await runToEnd(session, workspace);
  const csv = join(workspace.folder, 'sp500.csv');
  const lines = (await readFile(csv, 'utf8')).trimEnd().split('\n');
  await writeFile(csv, `${lines.slice(0, -20).join('\n')}\n`);
  await expect(session.runs.resume({ ...ref, options: { trials: 10 } })).rejects.toMatchObject({
    code: 'dataChanged',
  });
  const next = await runToEnd(session, workspace);
  expect(next.id).not.toBe(ref.id);
  const read = await readExperiment(experimentFolder(next.store, next.id));
  expect(read.kind === 'read' && read.value.olderData).toBe(ref.id);
});

test('L2: the search is the same when the test rows hold other numbers', async () => {
  const workspace = await workspaceOf();
  const other = await workspaceOf();
  const csv = join(other.folder, 'sp500.csv');
  const lines = (await readFile(csv, 'utf8')).trimEnd().split('\n');
  const from = Math.floor((lines.length - 1) * 0.85) + 1;
  const poisoned = lines.map((line, i) => {
    if (i <= from) return line;
    const cells = line.split(',');
    return [cells[0], ...cells.slice(1).map(() => '1')].join(',');
  });
  await writeFile(csv, `${poisoned.join('\n')}\n`);
  const { session } = sessionOf();
  const one = await outcomeOf(await runToEnd(session, workspace));
  const two = await outcomeOf(await runToEnd(session, other));
  expect(two).toEqual(one);
});

test('two studies: the second waits for its turn', async () => {
  const first = await workspaceOf();
  const second = await workspaceOf({ search: { seed: 9 } });
  const { session } = sessionOf();
  const a = await session.runs.start({ file: first.file, ifFinished: 'ask' });
  const b = await session.runs.start({ file: second.file, ifFinished: 'ask' });
  expect([a.kind, b.kind]).toEqual(['started', 'queued']);
  if (b.kind === 'issues') throw new Error('issues');
  await session.runs.ended(b.ref);
  expect((await outcomeOf(b.ref)).state).toBe('finished');
});

test('a grid ends when all its combinations have run', async () => {
  const workspace = await workspaceOf({
    hyperparameters: {
      units: { choices: [2, 3] },
      dropout: 0,
      learningRate: { choices: [0.01, 0.02] },
      batchSize: 64,
      epochs: 2,
    },
    search: { sampler: 'grid', trials: 50, pruner: 'none', confirm: { top: 0, seeds: 2 } },
  });
  const { session } = sessionOf();
  const ref = await runToEnd(session, workspace);
  const { trials, state } = await outcomeOf(ref);
  expect(trials.map((t) => t.source)).toEqual(['grid', 'grid', 'grid', 'grid']);
  expect(state).toBe('finished');
  expect(await session.runs.start({ file: workspace.file, ifFinished: 'ask' })).toMatchObject({
    kind: 'finished',
  });
});
