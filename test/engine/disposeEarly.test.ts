import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/engine/clock.ts';
import { currentOwner } from '../../src/engine/store/owner.ts';
import { experimentFolder } from '../../src/engine/store/storeFolder.ts';
import { makeWorkspace, openSession, type Workspace } from './harness.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await makeWorkspace({ search: { trials: 4_000 } });
});
afterEach(() => workspace.remove());

test('a session that ends before the workers of its run are there waits for that run to be over', async () => {
  const { session } = openSession();
  const result = await session.runs.start({ file: workspace.file, ifFinished: 'ask' });
  if (result.kind !== 'started') throw new Error(JSON.stringify(result));
  expect(session.runs.active(result.ref)).toBeNull();
  await session.dispose();
  expect(session.runs.active(result.ref)).toBeNull();
  expect(await currentOwner(experimentFolder(workspace.store, result.ref.id), systemClock)).toBeNull();
});
