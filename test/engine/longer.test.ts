import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { readExperiment } from '../../src/engine/store/experimentReader.ts';
import type { Experiment } from '../../src/model/experiment.ts';
import type { ExperimentRef } from '../../src/protocol/experiments.ts';
import type { StartParams, StartResult } from '../../src/protocol/runs.ts';
import { makeWorkspace, openSession, outcomeOf, runToEnd, studyText, type Workspace } from './harness.ts';

/** An experiment that ended for a reason of its own goes on when that reason is gone. */
const workspaces: Workspace[] = [];
const { session } = openSession();
afterEach(async () => {
  for (const workspace of workspaces.splice(0)) await workspace.remove();
});
afterAll(() => session.dispose());

/** Each test starts its workers several times. */
const timeout = 180_000;
const quick = { sampler: 'random', pruner: 'none', confirm: { top: 0, seeds: 2 }, trials: 12, lag: 1 };

async function ended(search: object): Promise<{ workspace: Workspace; ref: ExperimentRef }> {
  const workspace = await makeWorkspace({ search: { ...quick, ...search } });
  workspaces.push(workspace);
  return { workspace, ref: await runToEnd(session, workspace) };
}

async function stored(ref: ExperimentRef): Promise<Experiment> {
  const read = await readExperiment(join(ref.store, ref.id));
  if (read.kind !== 'read') throw new Error(read.kind);
  return read.value;
}

/** Starts the study file once more, with another search section where one is given. */
async function again(
  { file }: Workspace,
  { search, ...how }: Partial<StartParams> & { readonly search?: object },
): Promise<StartResult> {
  if (search) await writeFile(file, studyText({ search: { ...quick, ...search } }));
  const result = await session.runs.start({ file, ifFinished: 'ask', ...how });
  if (result.kind !== 'issues') await session.runs.ended(result.ref);
  return result;
}

const countOf = async (ref: ExperimentRef): Promise<number> => (await outcomeOf(ref)).trials.length;

test(
  'patience ends a search; it goes on with more trials, or more patience, and waits anew',
  { timeout },
  async () => {
    const { workspace, ref } = await ended({ patience: 2 });
    expect((await stored(ref)).endedBecause).toBe('patience');
    const first = await countOf(ref);
    expect(first).toBeLessThan(12);
    expect(await again(workspace, {})).toMatchObject({
      kind: 'finished',
      reason: `it ended after ${first} of 12 trials, the last 2 of them without improvement (search.patience)`,
      hasMore: true,
    });

    expect(await again(workspace, { ifFinished: 'moreTrials', options: { trials: 2 } })).toEqual({
      kind: 'resumed',
      ref,
    });
    const second = await countOf(ref);
    expect(second).toBeGreaterThanOrEqual(first + 2);

    expect(await again(workspace, { search: { patience: null } })).toEqual({ kind: 'resumed', ref });
    expect(await countOf(ref)).toBe(14);
    const experiment = await stored(ref);
    expect(experiment.endedBecause).toBe('trials');
    expect(experiment.amendments).toMatchObject([
      { fromTrial: first, trials: 14 },
      { fromTrial: second, patience: null },
    ]);
    // It is what the study has now: another search of it is no other study.
    const text = studyText({ search: { ...quick, patience: 3, trials: 15 } });
    await session.runs.resume({ ...ref, studyText: text });
    await session.runs.ended(ref);
    expect((await stored(ref)).amendments.at(-1)).toMatchObject({ patience: 3, trials: 15 });
  },
);

test(
  'a time limit that is raised, in the file or for a run, lets the search go on; so does as much again',
  { timeout },
  async () => {
    const { workspace, ref } = await ended({ timeLimit: '0s' });
    expect((await stored(ref)).endedBecause).toBe('timeLimit');
    expect(await countOf(ref)).toBe(0);
    expect(await again(workspace, {})).toMatchObject({
      reason: 'its time limit of 0s ended it after 0 of 12 trials',
    });
    // More trials alone would end at once: the time has run out.
    expect(await again(workspace, { options: { trials: 20 } })).toMatchObject({ kind: 'finished' });

    expect(
      await again(workspace, { ifFinished: 'moreTrials', options: { trials: 1, timeLimit: '1h' } }),
    ).toEqual({ kind: 'resumed', ref });
    expect(await countOf(ref)).toBe(13);

    const other = await ended({ timeLimit: '0s', seed: 8 });
    expect(await again(other.workspace, { search: { timeLimit: '1h', seed: 8 } })).toMatchObject({
      kind: 'resumed',
    });
    expect(await countOf(other.ref)).toBe(12);
    // A shorter one in the file takes nothing away.
    expect(await again(other.workspace, { search: { timeLimit: '1s', seed: 8, trials: 13 } })).toMatchObject({
      kind: 'resumed',
    });
    expect((await stored(other.ref)).amendments).toMatchObject([{ timeLimit: '1h' }, { trials: 13 }]);
    expect(await countOf(other.ref)).toBe(13);
  },
);

test('where every configuration has run there is no more of it, and this is said', { timeout }, async () => {
  const workspace = await makeWorkspace({
    hyperparameters: {
      units: { choices: [2, 3] },
      dropout: 0,
      learningRate: 0.01,
      batchSize: 64,
      epochs: 2,
    },
    search: quick,
  });
  workspaces.push(workspace);
  const ref = await runToEnd(session, workspace);
  expect((await stored(ref)).endedBecause).toBe('spaceExhausted');
  expect(await again(workspace, { ifFinished: 'moreTrials' })).toMatchObject({
    kind: 'finished',
    reason: 'all configurations of its space have run, in 2 trials',
    hasMore: false,
  });
});

test(
  'asked to repeat an experiment, a run with a larger budget does not extend it instead',
  { timeout },
  async () => {
    const { workspace, ref } = await ended({ trials: 2 });
    const repeated = await again(workspace, { ifFinished: 'again', options: { trials: 3 } });
    expect(repeated).toMatchObject({ kind: 'started' });
    expect(await countOf(ref)).toBe(2);
  },
);
