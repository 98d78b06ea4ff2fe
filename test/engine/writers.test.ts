import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { systemClock, type Clock } from '../../src/engine/clock.ts';
import { readTrials } from '../../src/engine/store/experimentReader.ts';
import { acquireOwner, currentOwner } from '../../src/engine/store/owner.ts';
import { listExperimentIds } from '../../src/engine/store/storeFolder.ts';
import type { Fault } from '../../src/model/fault.ts';
import { bundleMain } from './bundleMain.ts';
import { cliFile, makeWorkspace, openSession, outcomeOf, runToEnd, top, type Workspace } from './harness.ts';

// Whole studies run here, several in one test: on a busy machine that takes a while.
vi.setConfig({ testTimeout: 900_000 });

const workspaces: Workspace[] = [];
const children: ChildProcess[] = [];
let scratch = '';
let ownerMain = '';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'lstm-study-writers-'));
  ownerMain = await bundleMain('ownerMain', scratch);
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const workspace of workspaces.splice(0)) await workspace.remove();
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function workspaceOf(...args: Parameters<typeof makeWorkspace>): Promise<Workspace> {
  const workspace = await makeWorkspace(...args);
  workspaces.push(workspace);
  return workspace;
}

interface Shell {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; text: string }>;
}

function shell(...args: string[]): Shell {
  return nodeWith(cliFile, ...args);
}

function nodeWith(...args: string[]): Shell {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  child.stderr.on('data', (data: Buffer) => (text += data.toString()));
  return {
    child,
    ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, text }))),
  };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 30));
}

async function firstExperiment(workspace: Workspace, trials: number): Promise<string> {
  await until(async () => {
    const [id] = await listExperimentIds(workspace.store);
    return id !== undefined && (await readTrials(join(workspace.store, id))).documents.length >= trials;
  });
  return (await listExperimentIds(workspace.store))[0];
}

test('a second writer is refused with the owner named, and reads meanwhile', async () => {
  const workspace = await workspaceOf({ search: { trials: 4_000 } });
  const first = shell('run', workspace.file, '--workers', '1');
  const id = await firstExperiment(workspace, 3);
  const second = await shell('run', workspace.file).ended;
  expect(second.code).toBe(3);
  expect(second.text).toContain('storeLocked');
  expect(second.text).toContain(String(first.child.pid));
  const list = await shell('list', '--store', workspace.store, '--json').ended;
  expect(list.code).toBe(0);
  expect(list.text).toContain(id);
  expect(list.text).toContain('"running"');
  // Nobody waits for a stop that cannot come from here.
  const { session } = openSession();
  const stop = session.handlers.stop({ store: workspace.store, id, how: 'now' });
  await expect(stop).rejects.toMatchObject({
    code: 'storeLocked',
    message: expect.stringContaining('stop it there') as string,
  });
  await session.dispose();
  // Ctrl-C: what is in flight is stored, the code says stopped, the text how to go on.
  first.child.kill('SIGINT');
  const stopped = await first.ended;
  expect(stopped.code).toBe(130);
  expect(stopped.text).toContain(`lstm-study resume ${id}`);
  expect(stopped.text).toContain('Stopping: the folds in flight');
  // One press is one: a second one, from wherever, would throw the folds in flight away.
  expect(stopped.text).not.toContain('Stopping at once');
});

test('a dead writer is succeeded at once', async () => {
  const long = { search: { trials: 30 } }; // it must not end before it is killed
  const workspace = await workspaceOf(long);
  const first = shell('run', workspace.file, '--workers', '1');
  const id = await firstExperiment(workspace, 2);
  first.child.kill('SIGKILL');
  await first.ended;
  const second = await shell('run', workspace.file).ended;
  expect(second.code).toBe(0);
  expect(second.text).toContain(`Going on with ${id}`);
  const { session } = openSession();
  const reference = await outcomeOf(await runToEnd(session, await workspaceOf(long)));
  await session.dispose();
  expect(await outcomeOf({ store: workspace.store, id })).toEqual(reference);
});

test.each(['goes on', 'has ended'])(
  'a writer that slept while another took over, which %s, finds its token gone, stops, and changes nothing',
  async (successor) => {
    const workspace = await workspaceOf({ search: { trials: 60 } });
    const first = shell('run', workspace.file, '--workers', '1');
    const id = await firstExperiment(workspace, 2);
    const folder = join(workspace.store, id);
    first.child.kill('SIGSTOP');
    // The lock of a sleeper grows old; here it is made old.
    const old = new Date(Date.now() - 60_000);
    await utimes(join(folder, 'owner.lock'), old, old);
    const second = shell('run', workspace.file, '--workers', '1');
    if (successor === 'has ended') await second.ended;
    else
      await until(async () =>
        (await readFile(join(folder, 'owner.json'), 'utf8').catch(() => '')).includes(
          `"pid":${second.child.pid}`,
        ),
      );
    first.child.kill('SIGCONT');
    const thawed = await first.ended;
    expect(thawed.code).toBe(3);
    expect(thawed.text.match(/taken over/g), thawed.text).toHaveLength(1); // said once
    expect(thawed.text).not.toContain('warn:');
    expect((await second.ended).code).toBe(0);
    const outcome = await outcomeOf({ store: workspace.store, id });
    expect(outcome.trials).toHaveLength(60);
    expect(outcome.state).toBe('finished');
  },
);

test('broken twin: a writer that does not look at its token again goes on writing when it wakes', async () => {
  const workspace = await workspaceOf({ search: { trials: 60 } });
  const hook = pathToFileURL(join(top, 'test', 'engine', 'rememberedOwner.mjs')).href;
  const first = nodeWith('--import', hook, cliFile, 'run', workspace.file, '--workers', '1');
  const id = await firstExperiment(workspace, 2);
  first.child.kill('SIGSTOP');
  const folder = join(workspace.store, id);
  const old = new Date(Date.now() - 60_000);
  await utimes(join(folder, 'owner.lock'), old, old);
  expect((await shell('run', workspace.file, '--workers', '1').ended).code).toBe(0);
  const before = await stat(join(folder, 'trials', '00059.json'));
  first.child.kill('SIGCONT');
  const thawed = await first.ended;
  expect(thawed.text).not.toContain('taken over');
  // It has written a document that was another's.
  expect((await stat(join(folder, 'trials', '00059.json'))).mtimeMs).toBeGreaterThan(before.mtimeMs);
});

/** The log of writers that held the experiment: each must have left before the next came. */
function overlaps(log: string): number {
  let inside: string | null = null;
  let bad = 0;
  for (const line of log.split('\n')) {
    if (line.startsWith('+')) {
      if (inside !== null) bad++;
      inside = line.slice(1);
    } else if (line.startsWith('-') && inside === line.slice(1)) inside = null;
  }
  return bad;
}

/** Eight processes start on an experiment whose owner is dead; answers the log of those that held it. */
async function contend(folder: string, ...starter: readonly string[]): Promise<string> {
  const log = `${folder}.log`;
  await writeFile(log, '');
  const owner = { format: 1, pid: noProcess, birth: null, host: hostname(), startedAt: '', token: 'dead' };
  await writeFile(join(folder, 'owner.json'), JSON.stringify(owner));
  await mkdir(join(folder, 'owner.lock'), { recursive: true });
  await Promise.all(
    Array.from(
      { length: starters },
      () =>
        new Promise((resolve) => {
          const child = spawn(process.execPath, [ownerMain, folder, log, ...starter], { stdio: 'inherit' });
          children.push(child);
          child.once('close', resolve);
        }),
    ),
  );
  return readFile(log, 'utf8');
}
const starters = 8;
/** No process has this number. */
const noProcess = 2 ** 22 + 1;

test(
  'contended starts on a dead owner: one at a time, and each gets it or is refused',
  { timeout: 900_000 },
  async () => {
    const folder = join(scratch, 'contended');
    await mkdir(folder);
    const rounds = process.env['LSTM_STUDY_KILLS'] === undefined ? 5 : 13; // the long form: 104 starts
    for (let round = 0; round < rounds; round++) {
      const text = await contend(folder, '40');
      expect(overlaps(text)).toBe(0);
      expect(text.match(/^\+/gm)?.length).toBeGreaterThan(0);
      expect(text.match(/^[+!]/gm)).toHaveLength(starters);
    }
  },
);

test(
  'broken twin: starters that look and take with no lock around the two hold it at once',
  { timeout: 900_000 },
  async () => {
    const folder = join(scratch, 'unlocked');
    await mkdir(folder);
    expect(overlaps(await contend(folder, '1000', '500'))).toBeGreaterThan(0);
  },
);

test('the owner of another machine is believed until its lock is old', async () => {
  const folder = join(scratch, 'elsewhere');
  await mkdir(join(folder, 'owner.lock'), { recursive: true });
  const owner = { format: 1, pid: 1, birth: null, host: 'elsewhere', startedAt: '2026', token: 'theirs' };
  await writeFile(join(folder, 'owner.json'), JSON.stringify(owner));
  await expect(acquireOwner(folder, systemClock, () => undefined)).rejects.toMatchObject({
    code: 'storeLocked',
  });
  const old = new Date(Date.now() - 60_000);
  await utimes(join(folder, 'owner.lock'), old, old);
  const taken = await acquireOwner(folder, systemClock, () => undefined);
  expect((await currentOwner(folder, systemClock))?.pid).toBe(process.pid);
  await taken.release();
  expect(await currentOwner(folder, systemClock)).toBeNull();
});

test(
  'a lock that something else has touched is kept young by its owner all the same',
  { timeout: 900_000 },
  async () => {
    const folder = join(scratch, 'touched');
    const lock = join(folder, 'owner.lock');
    await mkdir(folder);
    const faults: Fault[] = [];
    const owner = await acquireOwner(folder, systemClock, (fault) => faults.push(fault));
    const old = new Date(Date.now() - 60_000);
    await utimes(lock, old, old);
    expect(await currentOwner(folder, systemClock)).toBeNull(); // it looks dead ...
    await until(async () => (await currentOwner(folder, systemClock)) !== null); // ... until the next touch
    await utimes(lock, old, old);
    await until(async () => (await currentOwner(folder, systemClock)) !== null);
    owner.check();
    expect(faults).toEqual([]);
    await owner.release();
    await expect(stat(lock)).rejects.toMatchObject({ code: 'ENOENT' });
  },
);

const dayMs = 24 * 3_600_000;
const clockAt = (offsetMs: number): Clock => ({
  now: () => Date.now() + offsetMs,
  elapsedMs: () => performance.now(),
});

test('a clock that jumped back a day: a living owner is believed, a dead one succeeded at once', async () => {
  const folder = join(scratch, 'back');
  await mkdir(folder);
  const owner = await acquireOwner(folder, systemClock, () => undefined);
  await expect(acquireOwner(folder, clockAt(-dayMs), () => undefined)).rejects.toMatchObject({
    code: 'storeLocked',
  });
  const record = JSON.parse(await readFile(join(folder, 'owner.json'), 'utf8')) as Record<string, unknown>; // written by the owner
  await writeFile(join(folder, 'owner.json'), JSON.stringify({ ...record, pid: noProcess }));
  // Broken twin: by the age of its lock alone the dead owner would be believed, until the clock has caught up.
  expect(await isYoung(folder, clockAt(-dayMs))).toBe(true);
  const next = await acquireOwner(folder, clockAt(-dayMs), () => undefined);
  expect(() => owner.check()).toThrow('taken over');
  next.check();
  await next.release();
});

/** Whether an owner lives, told by its lock alone. */
async function isYoung(folder: string, clock: Clock): Promise<boolean> {
  return clock.now() - (await stat(join(folder, 'owner.lock'))).mtimeMs < 30_000;
}

const mayWrite = (check: () => void): boolean => {
  try {
    check();
    return true;
  } catch {
    return false;
  }
};

test('a clock that jumped on a day: a living owner may be taken for a sleeper; it stops, and one writer is left', async () => {
  const folder = join(scratch, 'on');
  await mkdir(folder);
  const faults: Fault[] = [];
  const owner = await acquireOwner(folder, systemClock, (fault) => faults.push(fault));
  const next = await acquireOwner(folder, clockAt(dayMs), () => undefined);
  // Broken twin: writers that go by the lock, which is there and young for both, without the token.
  const byLock = (): Promise<boolean> => isYoung(folder, systemClock);
  expect([await byLock(), await byLock()]).toEqual([true, true]);
  expect([owner, next].map(({ check }) => mayWrite(check))).toEqual([false, true]);
  expect(faults.map((f) => f.code)).toEqual(['storeLocked']);
  await next.release();
});

test('an owner whose token is gone may not write, and is told once', async () => {
  const folder = join(scratch, 'lost');
  await mkdir(folder);
  const faults: Fault[] = [];
  const owner = await acquireOwner(folder, systemClock, (fault) => faults.push(fault));
  owner.check();
  await writeFile(join(folder, 'owner.json'), '{"format":1,"token":"other"}');
  expect(() => owner.check()).toThrow('taken over');
  expect(() => owner.check()).toThrow('taken over');
  expect(faults.map((f) => f.code)).toEqual(['storeLocked']);
});
