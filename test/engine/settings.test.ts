import { afterEach, expect, test } from 'vitest';
import type { EngineSession } from '../../src/engine/session.ts';
import type { EngineSettings } from '../../src/protocol/engine.ts';
import type { ExperimentRef } from '../../src/protocol/experiments.ts';
import type { Trial } from '../../src/model/trial.ts';
import { readTrials } from '../../src/engine/store/experimentReader.ts';
import { experimentFolder, listExperimentIds } from '../../src/engine/store/storeFolder.ts';
import { makeWorkspace, openSession, runToEnd, type Workspace } from './harness.ts';

/** What the editor's settings (and the flags of the shell) change of a run, seen in what is stored. */

async function trialsOf({ store, id }: ExperimentRef): Promise<readonly Trial[]> {
  return (await readTrials(experimentFolder(store, id))).documents;
}

const sessions: EngineSession[] = [];
const workspaces: Workspace[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.dispose();
  for (const workspace of workspaces.splice(0)) await workspace.remove();
});

async function sessionWith(settings: Partial<EngineSettings>): Promise<EngineSession> {
  const { session } = openSession();
  sessions.push(session);
  await session.handlers.initialize({ mode: 'full', workers: 1, ...settings });
  return session;
}

async function workspaceOf(search: object, hyperparameters = {}): Promise<Workspace> {
  const workspace = await makeWorkspace({
    search: { confirm: { top: 0, seeds: 2 }, ...search },
    hyperparameters,
  });
  workspaces.push(workspace);
  return workspace;
}

test('a pinned build is the experiment’s, and stays so when it goes on under another', async () => {
  const workspace = await workspaceOf({ trials: 2 });
  const pinned = await sessionWith({ build: 'plain' });
  const ref = await runToEnd(pinned, workspace);
  const variantOf = async () => (await pinned.browse.load(ref)).experiment.resolved.variant;
  const variant = await variantOf();
  expect(variant).toMatchObject({ trainer: 'wasm', build: 'plain' });

  const relaxed = await sessionWith({ build: 'relaxed' });
  const more = await runToEnd(relaxed, workspace, { ifFinished: 'moreTrials', options: { trials: 1 } });
  expect(more).toEqual(ref);
  expect(await variantOf()).toEqual(variant);
  const trials = await trialsOf(ref);
  expect(trials.map((trial) => trial.state)).not.toContain('failed');
  expect(trials).toHaveLength(3);

  const other = await runToEnd(relaxed, await workspaceOf({ trials: 1 }));
  expect((await relaxed.browse.load(other)).experiment.resolved.variant.build).toBe('relaxed');
});

test('a build that does not exist is refused by name before anything is stored', async () => {
  const workspace = await workspaceOf({ trials: 1 });
  const session = await sessionWith({ build: 'fast' });
  await expect(runToEnd(session, workspace)).rejects.toThrow('There is no build "fast" of the kernels');
  expect(await listExperimentIds(workspace.store)).toEqual([]);
});

test('a trial that would not fit into the memory allowed is refused with both sums; smaller ones run', async () => {
  const constants = { dropout: 0, learningRate: 0.01, batchSize: 32, epochs: 2 };
  const workspace = await workspaceOf(
    { trials: 2, sampler: 'grid' },
    { ...constants, units: { choices: [2, 200] } },
  );
  const session = await sessionWith({ workerMemoryBytes: 2e6 });
  const ref = await runToEnd(session, workspace);
  const trials = await trialsOf(ref);
  const large = trials.filter((trial) => trial.params.units === 200);
  const small = trials.filter((trial) => trial.params.units === 2);
  for (const trial of large) {
    expect(trial).toMatchObject({
      state: 'failed',
      error: { code: 'outOfMemory' },
      machine: ['outOfMemory'],
    });
    expect(trial.error?.message).toMatch(/needs \d+\.\d MB and 2\.0 MB are allowed/);
  }
  expect(large.length + small.length).toBe(2);
  expect(large.length).toBe(1);
  expect(small[0].error).toBeUndefined();
});
