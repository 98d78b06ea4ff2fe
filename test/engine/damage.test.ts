import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFile as atomicallyWriteFile } from 'atomically';
import { afterEach, expect, test, vi } from 'vitest';
import { writeDurably } from '../../src/engine/store/durableWrite.ts';
import { readTrials } from '../../src/engine/store/experimentReader.ts';
import { storeFault } from '../../src/engine/store/storeFault.ts';
import type { EngineSession } from '../../src/engine/session.ts';
import { isFault } from '../../src/model/fault.ts';
import { makeWorkspace, openSession, outcomeOf, runToEnd, type Workspace } from './harness.ts';

// Whole studies run here, several in one test: on a busy machine that takes a while.
vi.setConfig({ testTimeout: 900_000 });

const workspaces: Workspace[] = [];
const sessions: EngineSession[] = [];
const mounts: string[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.dispose();
  for (const folder of mounts.splice(0)) spawnSync('umount', [folder]);
  for (const workspace of workspaces.splice(0)) await workspace.remove();
});

async function workspaceOf(...args: Parameters<typeof makeWorkspace>): Promise<Workspace> {
  const workspace = await makeWorkspace(...args);
  workspaces.push(workspace);
  return workspace;
}

function sessionOf(): ReturnType<typeof openSession> {
  const opened = openSession();
  sessions.push(opened.session);
  return opened;
}

test('damaged, newer and foreign documents are named, set aside, never deleted, and run again to the same end', async () => {
  const workspace = await workspaceOf();
  const { session } = sessionOf();
  const ref = await runToEnd(session, workspace);
  const reference = await outcomeOf(ref);
  await session.dispose();
  const folder = join(ref.store, ref.id);
  const place = (number: number): string => join(folder, 'trials', `0000${number}.json`);
  const text = await readFile(place(5), 'utf8');
  const damaged = new Map([
    [place(2), '\0'.repeat(500)],
    [place(5), text.slice(0, 100)],
    [place(6), ''],
    [place(7), '{"format":2,"number":7}'],
    [place(4), text], // trial 5 under the name of trial 4
    [join(folder, 'summary.json'), '{"format":1'],
    [join(folder, 'head.json'), 'x'],
  ]);
  for (const [file, content] of damaged) await writeFile(file, content);
  await writeFile(join(folder, 'trials', 'notes.txt'), 'mine');
  await writeFile(join(folder, 'annotations.json'), '[]');
  await mkdir(join(workspace.store, 'not-an-experiment'));

  const reader = sessionOf().session;
  const { experiments, warnings } = await reader.browse.list([workspace.store]);
  expect(experiments.map((e) => e.state).sort()).toEqual(['damaged', 'finished']);
  for (const file of [2, 4, 5, 6, 7].map(place)) expect(warnings.map((w) => w.file)).toContain(file);
  expect(warnings.some((w) => w.file.endsWith('annotations.json'))).toBe(true);
  const open = await reader.browse.open(ref);
  expect(open.trials.count).toBe(3);
  for (const [file, content] of damaged) expect(await readFile(file, 'utf8')).toBe(content);
  await expect(reader.browse.trial(ref, 7)).rejects.toMatchObject({ code: 'storeNewer' });

  await reader.runs.resume(ref);
  await reader.runs.ended(ref);
  expect(await outcomeOf(ref)).toEqual(reference);
  const aside = await readdir(join(folder, 'trials', 'damaged'), { recursive: true });
  expect(aside.filter((name) => name.endsWith('.json')).length).toBe(5);
  expect(await readFile(join(folder, 'trials', 'damaged', '00005.json-0', '00005.json'), 'utf8')).toBe(
    text.slice(0, 100),
  );
  expect(await readFile(join(folder, 'trials', 'notes.txt'), 'utf8')).toBe('mine');
});

test('an experiment of a newer version is listed as such and stops nobody', async () => {
  const workspace = await workspaceOf({ search: { trials: 2, confirm: { top: 0, seeds: 2 } } });
  const { session } = sessionOf();
  const ref = await runToEnd(session, workspace);
  await writeFile(join(ref.store, ref.id, 'experiment.json'), '{"format":3}');
  const { experiments } = await session.browse.list([workspace.store]);
  expect(experiments[0].state).toBe('newer');
  expect(experiments[0].problem).toContain('newer version');
  await expect(session.runs.resume(ref)).rejects.toMatchObject({ code: 'storeNewer' });
  const next = await runToEnd(session, workspace);
  expect(next.id).not.toBe(ref.id);
});

test('a summary that a kill left behind is made whole from the documents', async () => {
  const workspace = await workspaceOf();
  const { session } = sessionOf();
  const ref = await runToEnd(session, workspace);
  const whole = await session.browse.open(ref);
  const file = join(ref.store, ref.id, 'summary.json');
  await rm(file);
  expect((await session.browse.open(ref)).trials).toEqual(whole.trials);
});

test('an experiment whose folder was copied or renamed is known by the name of its folder', async () => {
  const workspace = await workspaceOf({ search: { trials: 2, confirm: { top: 0, seeds: 2 } } });
  const { session } = sessionOf();
  const ref = await runToEnd(session, workspace);
  const copy = { store: ref.store, id: `${ref.id}-copy` };
  await cp(join(ref.store, ref.id), join(copy.store, copy.id), { recursive: true });
  const { experiments } = await session.browse.list([ref.store]);
  expect(experiments.map((e) => e.id).sort()).toEqual([ref.id, copy.id]);
  expect((await session.browse.open(copy)).experiment.id).toBe(copy.id);
});

test('a deleted experiment can be taken back until the engine ends', async () => {
  const workspace = await workspaceOf({ search: { trials: 2, confirm: { top: 0, seeds: 2 } } });
  const { session } = sessionOf();
  const ref = await runToEnd(session, workspace);
  await session.handlers.delete(ref);
  expect((await session.browse.list([workspace.store])).experiments).toEqual([]);
  await session.handlers.restore(ref);
  expect((await session.browse.list([workspace.store])).experiments).toHaveLength(1);
  await session.handlers.delete(ref);
  await session.dispose();
  expect(await readdir(join(workspace.store, '.bin'))).toEqual([]);
});

test('stars and notes are kept, merged by trial, and survive a run', async () => {
  const workspace = await workspaceOf({ search: { trials: 2, confirm: { top: 0, seeds: 2 } } });
  const { session } = sessionOf();
  const ref = await runToEnd(session, workspace);
  const annotations = { note: '<b>=cmd</b>', trials: { '0': { star: true } } };
  await session.handlers.annotate({ ...ref, annotations });
  await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      session.browse.annotate(ref, { trials: { [i + 1]: { note: `n${i}` } } }),
    ),
  );
  const { annotations: stored } = await session.browse.open(ref);
  expect(stored.note).toBe('<b>=cmd</b>');
  expect(Object.keys(stored.trials)).toHaveLength(11);
  await session.handlers.annotate({ ...ref, annotations: { trials: { '0': {} } } });
  expect(Object.keys((await session.browse.open(ref)).annotations.trials)).toHaveLength(10);
});

test('what is written about an experiment that is not there is refused and makes nothing', async () => {
  const workspace = await workspaceOf();
  const { session } = sessionOf();
  for (const ref of [
    { store: workspace.store, id: 'absent' },
    { store: 'nowhere', id: 'absent' },
  ])
    await expect(session.handlers.annotate({ ...ref, annotations: { note: 'n' } })).rejects.toMatchObject({
      code: 'unwritable',
    });
  expect(await readdir(workspace.folder)).not.toContain('.lstm-study');
});

test.each([
  ['ENOSPC', 'diskFull'],
  ['EDQUOT', 'diskFull'],
  ['EACCES', 'unwritable'],
  ['EROFS', 'unwritable'],
  ['EIO', 'unwritable'],
  ['ENOENT', 'unwritable'],
  ['EFBIG', 'unwritable'],
  ['ENAMETOOLONG', 'unwritable'],
])('%s is the fault %s, with its place', (code, fault) => {
  const found = storeFault(Object.assign(new Error(code), { code }), '/some/file.json');
  expect(isFault(found) && found.code).toBe(fault);
  expect(isFault(found) && found.message).toContain('/some/file.json');
});

test('a wrong call of ours is no fault of the disk', () => {
  const bug = Object.assign(new TypeError('path must be a string'), { code: 'ERR_INVALID_ARG_TYPE' });
  expect(storeFault(bug, '/some/file.json')).toBe(bug);
});

/** A file system of its own for a store; null where this user may not mount one. */
async function mountSmall(folder: string, options: string): Promise<string | null> {
  await mkdir(folder, { recursive: true });
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status !== 0) return null;
  mounts.push(folder);
  return folder;
}

test('a full disk stops the run with its cure, loses nothing that was stored, and the run goes on when there is space', async ({
  skip,
}) => {
  const workspace = await workspaceOf();
  const { session } = sessionOf();
  const small = await mountSmall(workspace.store, 'size=256k');
  if (small === null) return skip('needs the right to mount; the mapping of the error is tested above');
  const ballast = join(small, 'ballast');
  // What is left holds the first documents and not all of them.
  await writeFile(ballast, Buffer.alloc(196_000));
  const started = await session.runs.start({ file: workspace.file, ifFinished: 'ask' });
  if (started.kind === 'issues') throw new Error('issues');
  await expect(session.runs.ended(started.ref)).rejects.toMatchObject({ code: 'diskFull' });
  const folder = join(started.ref.store, started.ref.id);
  const { documents, damages } = await readTrials(folder);
  expect(damages).toEqual([]);
  expect(documents.length).toBeLessThan(9);
  await rm(ballast);
  await session.runs.resume(started.ref);
  await session.runs.ended(started.ref);
  const reference = await outcomeOf(await runToEnd(session, await workspaceOf()));
  expect(await outcomeOf(started.ref)).toEqual(reference);
});

test('on a nearly full disk a document is whole or the old one; broken twin: text handed to one write is cut short', async ({
  skip,
}) => {
  const workspace = await workspaceOf();
  const small = await mountSmall(join(workspace.folder, 'small'), 'size=64k');
  if (small === null) return skip('needs the right to mount');
  const file = join(small, 'document.json');
  const large = 'x'.repeat(100_000);
  await writeFile(file, 'old');
  await expect(writeDurably(file, large)).rejects.toMatchObject({ code: 'diskFull' });
  expect(await readFile(file, 'utf8')).toBe('old');
  const twin = join(small, 'twin.json');
  await atomicallyWriteFile(twin, large).catch(() => undefined);
  const size = await stat(twin).then(
    (s) => s.size,
    () => null,
  );
  expect(size).not.toBe(100_000);
  expect(size).not.toBeNull(); // a part of the document, under the document's name
});

test('a store that may not be written is refused with its place, and nothing is started', async () => {
  const workspace = await workspaceOf();
  const { session } = sessionOf();
  const readOnly = await mountSmall(workspace.store, 'size=64k,ro');
  if (readOnly === null) return; // needs the right to mount
  await expect(session.runs.start({ file: workspace.file, ifFinished: 'ask' })).rejects.toMatchObject({
    code: 'unwritable',
  });
});

test('a store whose folder is deleted while it runs ends the run with a fault and is not made anew', async () => {
  const workspace = await workspaceOf({ search: { trials: 200 } });
  const { session } = sessionOf();
  const started = await session.runs.start({ file: workspace.file, ifFinished: 'ask' });
  if (started.kind === 'issues') throw new Error('issues');
  const folder = join(started.ref.store, started.ref.id);
  while ((await readTrials(folder)).documents.length < 2)
    await new Promise((resolve) => setTimeout(resolve, 20));
  await rename(folder, join(workspace.folder, 'elsewhere'));
  await expect(session.runs.ended(started.ref)).rejects.toMatchObject({ code: 'unwritable' });
  await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
});
