import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineSession } from '../../src/engine/session.ts';
import type { ExperimentRef } from '../../src/protocol/experiments.ts';
import { makeWorkspace, openSession, runToEnd, type Workspace } from './harness.ts';

let workspace: Workspace;
let ref: ExperimentRef;
beforeAll(async () => {
  workspace = await makeWorkspace({ search: { trials: 2, confirm: { top: 1, seeds: 2 } } });
  const { session } = openSession();
  ref = await runToEnd(session, workspace);
  await session.dispose();
}, 900_000);
afterAll(() => workspace.remove());

/** Names and texts of all files of the workspace. */
async function contents(): Promise<Map<string, string>> {
  const entries = await readdir(workspace.folder, { recursive: true, withFileTypes: true });
  const found = new Map<string, string>();
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile()) found.set(file, await readFile(file, 'utf8'));
  }
  return found;
}

/** Everything that would run, train or write. */
const changes: readonly [string, (session: EngineSession) => unknown][] = [
  ['start', ({ handlers }) => handlers.start({ file: workspace.file, ifFinished: 'again' })],
  ['resume', ({ handlers }) => handlers.resume(ref)],
  ['rerun', ({ handlers }) => handlers.rerun(ref)],
  ['test', ({ handlers }) => handlers.test(ref)],
  ['annotate', ({ handlers }) => handlers.annotate({ ...ref, annotations: { note: 'n' } })],
  ['delete', ({ handlers }) => handlers.delete(ref)],
  ['restore', ({ handlers }) => handlers.restore(ref)],
  ['install', ({ handlers }) => handlers.tensorflow({ action: 'install' })],
  ['remove', ({ handlers }) => handlers.tensorflow({ action: 'remove' })],
];

test.each(changes)('Restricted Mode refuses to %s, and changes no file', async (_name, ask) => {
  const before = await contents();
  const { session } = openSession();
  await session.handlers.initialize({ mode: 'browse' });
  await expect(Promise.resolve().then(() => ask(session))).rejects.toMatchObject({
    code: 'badInput',
    message: expect.stringContaining('not trusted') as string,
  });
  await session.dispose();
  expect(await contents()).toEqual(before);
});

test('it shows experiments all the same, and writes nothing for it', async () => {
  const before = await contents();
  const { session } = openSession();
  await session.handlers.initialize({ mode: 'browse' });
  expect((await session.handlers.open(ref)).trials.count).toBe(2);
  expect((await session.handlers.trial({ ...ref, number: 1 })).trial.number).toBe(1);
  await session.handlers.close(ref);
  await session.dispose();
  expect(await contents()).toEqual(before);
});

test('broken twin: in a trusted workspace the same request does change a file', async () => {
  const before = await contents();
  const { session } = openSession();
  await session.handlers.annotate({ ...ref, annotations: { note: 'n' } });
  await session.dispose();
  expect(await contents()).not.toEqual(before);
});
