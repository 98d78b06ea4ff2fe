import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readdir } from 'node:fs/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/engine/clock.ts';
import { listNumbers, readTrials } from '../../src/engine/store/experimentReader.ts';
import { acquireOwner } from '../../src/engine/store/owner.ts';
import { listExperimentIds } from '../../src/engine/store/storeFolder.ts';
import {
  cliFile,
  makeWorkspace,
  openSession,
  outcomeOf,
  runToEnd,
  top,
  type Outcome,
  type Workspace,
} from './harness.ts';

vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

const workspaces: Workspace[] = [];
let reference: Outcome;

async function workspaceOf(): Promise<Workspace> {
  const workspace = await makeWorkspace();
  workspaces.push(workspace);
  return workspace;
}

beforeAll(async () => {
  const { session } = openSession();
  reference = await outcomeOf(await runToEnd(session, await workspaceOf()));
  await session.dispose();
});
afterEach(async () => {
  for (const workspace of workspaces.splice(0)) await workspace.remove();
});

/** The real command line, on a disk that fails as `fault` says (failingDisk.mjs). */
function runOn(fault: string | null, file: string): Promise<Ended> {
  return commandOn(fault, 'run', file, '--workers', '2', '--json');
}

interface Ended {
  readonly code: number | null;
  readonly text: string;
}

function commandOn(fault: string | null, ...args: readonly string[]): Promise<Ended> {
  const hook = pathToFileURL(join(top, 'test', 'engine', 'failingDisk.mjs')).href;
  const child = spawn(process.execPath, [...(fault === null ? [] : ['--import', hook]), cliFile, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DISK_FAULT: fault ?? '' },
  });
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  child.stderr.on('data', (data: Buffer) => (text += data.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, text })));
}

/** Trials that were announced as ended and are not whole on disk. */
async function lossesOf(store: string, text: string): Promise<string[]> {
  const [id] = await listExperimentIds(store);
  if (id === undefined) return [];
  const folder = join(store, id);
  const { documents, damages } = await readTrials(folder);
  const losses = damages.map((damage) => damage.message);
  if ((await listNumbers(folder, 'trials')).length !== documents.length) losses.push('does not parse');
  const states = new Map(documents.map((trial) => [trial.number, trial.state]));
  for (const [, number, state] of text.matchAll(/"event":"trial","number":(\d+),"state":"(\w+)"/g))
    if (states.get(Number(number)) !== state) losses.push(`trial ${number} was announced as ${state}`);
  return losses;
}

const faults = ['write:14', 'fsync:31', 'rename:14'];
const more = ['fsync:14', 'write:30', 'rename:32']; // npm run test:faults

test.each(process.env['LSTM_STUDY_LONG'] === undefined ? faults : [...faults, ...more])(
  'EIO from the disk (%s): the run stops with its cure, said once; nothing announced is lost; on a good disk it goes on to the same end',
  async (fault) => {
    const workspace = await workspaceOf();
    const failed = await runOn(fault, workspace.file);
    expect(failed.code, failed.text).toBe(3);
    expect(failed.text.match(/"event":"fault"/g), failed.text).toHaveLength(1);
    expect(failed.text).toContain('"code":"unwritable"');
    expect(failed.text).toContain('The disk answered with an error');
    expect(await lossesOf(workspace.store, failed.text)).toEqual([]);
    const mended = await runOn(null, workspace.file);
    expect(mended.code, mended.text).toBe(0);
    const [id] = await listExperimentIds(workspace.store);
    expect(await outcomeOf({ store: workspace.store, id })).toEqual(reference);
  },
);

test('broken twin: a disk whose errors are not heard leaves trials that were announced and are not there', async () => {
  const workspace = await workspaceOf();
  const deaf = await runOn('write:14:silent', workspace.file);
  expect((await lossesOf(workspace.store, deaf.text)).length).toBeGreaterThan(0);
});

describe('documents that cannot be read just now', () => {
  let workspace: Workspace;
  let folder = '';
  let id = '';
  beforeEach(async () => {
    workspace = await workspaceOf();
    expect((await runOn(null, workspace.file)).code).toBe(0);
    [id] = await listExperimentIds(workspace.store);
    folder = join(workspace.store, id);
  });

  const filesOf = async (): Promise<string[]> => (await readdir(folder, { recursive: true })).sort();
  const more = (fault: string): Promise<Ended> =>
    commandOn(fault, 'run', workspace.file, '--more-trials', '--json');

  test.each(['trials/00005.json', 'confirm/', 'head.json'])(
    '%s: it is named and left where it is, and nothing is run in its place',
    async (part) => {
      const before = await filesOf();
      const { code, text } = await more(`read:${part}`);
      expect(code, text).toBe(3);
      expect(text).toContain('"code":"unreadable"');
      expect(text).toContain(part);
      expect(text).toContain('the disk answered with an error (EIO)');
      expect(await filesOf()).toEqual(before);
      expect(await outcomeOf({ store: workspace.store, id })).toEqual(reference);
    },
  );

  test('the document of an experiment: the list says so, no other experiment is begun, and a good disk has it whole', async () => {
    const fault = 'read:experiment.json';
    const list = await commandOn(fault, 'list', workspace.folder);
    expect(list.text).toMatch(new RegExp(`${id} +unreadable `));
    expect(list.text).toContain('cannot be read just now');
    // A study file is checked all the same.
    expect((await commandOn(fault, 'check', workspace.file)).code).toBe(0);
    const { code, text } = await more(fault);
    expect(code, text).toBe(3);
    expect(text).toContain('"code":"unreadable"');
    expect(await listExperimentIds(workspace.store)).toEqual([id]);
    expect(await outcomeOf({ store: workspace.store, id })).toEqual(reference);
  });

  test('the name of the owner: nobody takes over from an owner who cannot be seen', async () => {
    const owner = await acquireOwner(folder, systemClock, () => undefined);
    const { code, text } = await more('read:owner.json');
    expect(code, text).toBe(3);
    expect(text).toContain('"code":"unreadable"');
    owner.check();
    await owner.release();
  });

  test('broken twin: an error of the disk taken for damage moves a whole document and runs its trial again', async () => {
    const before = await filesOf();
    await more('read:trials/00005.json:torn');
    expect((await filesOf()).filter((name) => name.includes('damaged'))).not.toEqual([]);
    expect(await filesOf()).not.toEqual(before);
  });
});
