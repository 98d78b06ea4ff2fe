import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { EngineSession } from '../../src/engine/session.ts';
import type { ExperimentRef } from '../../src/protocol/experiments.ts';
import { listExperimentIds } from '../../src/engine/store/storeFolder.ts';
import { makeWorkspace, openSession, outcomeOf, runToEnd, studyText, type Workspace } from './harness.ts';

/** An old experiment once more: exactly, or not at all without a word about what differs. */

let session: EngineSession;
const workspaces: Workspace[] = [];
beforeAll(async () => {
  session = openSession().session;
  await session.handlers.initialize({ mode: 'full', workers: 2 });
});
afterAll(() => session.dispose());
afterEach(async () => {
  for (const workspace of workspaces.splice(0)) await workspace.remove();
});

async function finished(): Promise<{ workspace: Workspace; ref: ExperimentRef }> {
  const workspace = await makeWorkspace({ search: { trials: 4 } });
  workspaces.push(workspace);
  return { workspace, ref: await runToEnd(session, workspace) };
}

async function repeated(ref: ExperimentRef, anyway = false): Promise<ExperimentRef> {
  const result = await session.handlers.rerun({ ...ref, ...(anyway ? { anyway } : {}) });
  if (result.kind !== 'started') throw new Error(JSON.stringify(result));
  await session.runs.ended(result.ref);
  return result.ref;
}

test('same data, same trainer: the same trials bit for bit, whatever the study file says by now', async () => {
  const { workspace, ref } = await finished();
  await writeFile(workspace.file, studyText({ search: { trials: 4, seed: 99 } }));
  const result = await session.handlers.rerun(ref);
  if (result.kind !== 'started') throw new Error(JSON.stringify(result));
  expect(result.notes.join('\n')).toContain('search.seed: 7 then, 99 now');
  await session.runs.ended(result.ref);
  expect(result.ref.id).not.toBe(ref.id);
  expect(await outcomeOf(result.ref)).toEqual(await outcomeOf(ref));
  expect(await session.handlers.checkRepeat({ ...result.ref, of: ref.id })).toEqual({
    same: true,
    text: `All 4 trials, their fresh-seed runs and the winner are those of ${ref.id}, bit for bit.`,
  });
});

test('an experiment that was extended is repeated with its extension', async () => {
  const { workspace, ref } = await finished();
  await runToEnd(session, workspace, { ifFinished: 'moreTrials', options: { trials: 3 } });
  const again = await repeated(ref);
  expect((await outcomeOf(again)).trials).toHaveLength(7);
  expect((await outcomeOf(again)).trials).toEqual((await outcomeOf(ref)).trials);
  expect((await session.handlers.checkRepeat({ ...again, of: ref.id })).same).toBe(true);
});

test('“again” on a study that has finished takes the trainer of that experiment, not the fastest of the day', async () => {
  const { workspace, ref } = await finished();
  const other = openSession().session;
  await other.handlers.initialize({ mode: 'full', workers: 2, build: 'plain' });
  const again = await runToEnd(other, workspace, { ifFinished: 'again' });
  const resolved = async (one: ExperimentRef) => (await other.browse.load(one)).experiment.resolved.variant;
  expect(await resolved(again)).toEqual(await resolved(ref));
  await other.dispose();
  expect(await outcomeOf(again)).toEqual(await outcomeOf(ref));
});

test('other data: nothing is run and the difference is told; with “anyway” the check sees that it is not the same', async () => {
  const { workspace, ref } = await finished();
  const csv = join(workspace.folder, 'sp500.csv');
  const lines = (await readFile(csv, 'utf8')).trimEnd().split('\n');
  await writeFile(csv, `${lines.slice(0, -20).join('\n')}\n`);
  const result = await session.handlers.rerun(ref);
  expect(result).toMatchObject({
    kind: 'differs',
    differences: [
      expect.stringMatching(/^Data: sp500\.csv had 899 rows, .*; now it has 879 rows, /) as string,
    ],
  });
  expect(await listExperimentIds(workspace.store)).toHaveLength(1);

  const again = await repeated(ref, true);
  const check = await session.handlers.checkRepeat({ ...again, of: ref.id });
  expect(check.same).toBe(false);
  expect(check.text).toMatch(/0 of 4 trials .* The first that differs is trial 0/);
});

test('one price changed in its last digit is other data, and is said to have the same rows', async () => {
  const { workspace, ref } = await finished();
  const csv = join(workspace.folder, 'sp500.csv');
  const text = await readFile(csv, 'utf8');
  const cells = text.split('\n')[500].split(',');
  cells[5] = String(Number(cells[5]) + 0.01);
  await writeFile(csv, text.split('\n').with(500, cells.join(',')).join('\n'));
  const result = await session.handlers.rerun(ref);
  expect(result).toMatchObject({
    kind: 'differs',
    differences: [expect.stringContaining('same rows and dates') as string],
  });
});
