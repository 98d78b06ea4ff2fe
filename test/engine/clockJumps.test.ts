import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { systemClock, type Clock } from '../../src/engine/clock.ts';
import { createSession } from '../../src/engine/session.ts';
import { readTrials } from '../../src/engine/store/experimentReader.ts';
import { makeWorkspace, openSession, outcomeOf, paths, runToEnd, type Workspace } from './harness.ts';

const workspaces: Workspace[] = [];
afterEach(async () => {
  for (const workspace of workspaces.splice(0)) await workspace.remove();
});

async function workspaceOf(): Promise<Workspace> {
  const workspace = await makeWorkspace();
  workspaces.push(workspace);
  return workspace;
}

const dayMs = 24 * 3_600_000;

/** The system's clock, whose wall time has jumped after it was asked a few times. */
function jumpingClock(jumpMs: number): Clock & { readonly jumped: () => boolean } {
  let asked = 0;
  return {
    now: () => systemClock.now() + (++asked > 12 ? jumpMs : 0),
    elapsedMs: () => systemClock.elapsedMs(),
    jumped: () => asked > 12,
  };
}

/** Durations that cannot be: negative, or longer than the test took. */
async function wrongDurations(folder: string, limitMs: number): Promise<number[]> {
  const { documents } = await readTrials(folder);
  return documents
    .flatMap((trial) => Object.values(trial.durations ?? {}))
    .filter((ms) => ms < 0 || ms > limitMs);
}

test.each([dayMs, -dayMs])(
  'a wall clock that jumps by %i ms in the middle changes no result, no duration and no order',
  { timeout: 900_000 },
  async (jumpMs) => {
    const { session } = openSession();
    const reference = await outcomeOf(await runToEnd(session, await workspaceOf()));
    await session.dispose();

    const from = systemClock.elapsedMs();
    const clock = jumpingClock(jumpMs);
    const jumping = createSession({ clock, paths, version: 'test', emit: () => undefined });
    const workspace = await workspaceOf();
    const ref = await runToEnd(jumping, workspace);
    expect(clock.jumped()).toBe(true);
    expect(await outcomeOf(ref)).toEqual(reference);
    const folder = join(ref.store, ref.id);
    expect(await wrongDurations(folder, systemClock.elapsedMs() - from)).toEqual([]);
    // An experiment made after the jump is another one, and the same study is still found.
    const again = await runToEnd(jumping, workspace, { ifFinished: 'again' });
    expect(again.id).not.toBe(ref.id);
    expect((await jumping.browse.list([ref.store])).experiments.map((e) => e.state)).toEqual([
      'finished',
      'finished',
    ]);
    await jumping.dispose();
  },
);

test('broken twin: durations taken from the wall clock are caught', { timeout: 900_000 }, async () => {
  const from = systemClock.elapsedMs();
  const jumping = jumpingClock(-dayMs);
  const clock: Clock = { now: () => jumping.now(), elapsedMs: () => jumping.now() };
  const session = createSession({ clock, paths, version: 'test', emit: () => undefined });
  const ref = await runToEnd(session, await workspaceOf());
  await session.dispose();
  const wrong = await wrongDurations(join(ref.store, ref.id), systemClock.elapsedMs() - from);
  expect(wrong.length).toBeGreaterThan(0);
});
