import { cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/engine/clock.ts';
import { openForWriting } from '../../src/engine/store/experimentWriter.ts';
import { currentOwner } from '../../src/engine/store/owner.ts';
import type { EngineSession } from '../../src/engine/session.ts';
import { isFault } from '../../src/model/fault.ts';
import type { ExperimentRef } from '../../src/protocol/experiments.ts';
import { makeWorkspace, openSession, type Workspace } from './harness.ts';

vi.setConfig({ testTimeout: 900_000 });

/** A stored, tested experiment that nobody has to train first. */
const stored = join(import.meta.dirname, '..', 'fixtures', 'store-1');

let workspace: Workspace;
let session: EngineSession;
let events: [string, unknown][];
let ref: ExperimentRef;
let folder = '';
let tested = 0;

beforeEach(async () => {
  workspace = await makeWorkspace();
  await cp(stored, workspace.store, { recursive: true });
  const text = await readFile(join(workspace.store, 'expected.json'), 'utf8');
  const expected = JSON.parse(text) as { id: string; winner: number }; // our own
  ref = { store: workspace.store, id: expected.id };
  tested = expected.winner;
  folder = join(ref.store, ref.id);
  ({ session, events } = openSession());
});
afterEach(async () => {
  await session.dispose();
  await workspace.remove();
});

async function change(
  part: string,
  how: (document: Record<string, unknown>) => Record<string, unknown>,
): Promise<string> {
  const file = join(folder, part);
  const text = JSON.stringify(how(JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>)); // an object, as every document
  await writeFile(file, text);
  return text;
}

const write = (): ReturnType<typeof openForWriting> =>
  openForWriting(folder, {
    clock: systemClock,
    onLost: () => undefined,
    onError: (error) => {
      throw error;
    },
  });

describe('summary.json', () => {
  test.each([
    ['more rows than there is memory for', { count: 4_294_967_295 }],
    ['more rows than an array can have', { count: Number.MAX_SAFE_INTEGER }],
    ['fewer rows than its columns', { count: 1 }],
    ['other folds', { folds: 7 }],
    ['no columns', { columns: {} }],
  ])('%s: it is named, and the trials are read one by one', async (_name, wrong) => {
    const { trials } = await session.handlers.open(ref);
    await change('summary.json', (summary) => ({ ...summary, ...wrong }));
    expect((await session.handlers.open(ref)).trials).toEqual(trials);
    const { experiments, warnings } = await session.handlers.listExperiments({ stores: [ref.store] });
    expect(experiments.map((e) => e.state)).toEqual(['finished']);
    expect(warnings.map((w) => w.file)).toEqual([join(folder, 'summary.json')]);
  });

  test('an infinite number in it is damage: it never reaches a table', async () => {
    await change('summary.json', ({ columns, count, ...rest }) => ({
      ...rest,
      count,
      columns: {
        ...(columns as Record<string, string>), // of base64 texts
        value: Buffer.from(new Float64Array(Number(count)).fill(Infinity).buffer).toString('base64'),
      },
    }));
    expect([...(await session.handlers.open(ref)).trials.value].every(Number.isFinite)).toBe(true);
  });
});

test.each(['trials', 'confirm', 'predictions', 'final'])(
  'a link in the place of %s is not followed: nothing is written where it leads',
  async (part) => {
    const outside = join(workspace.folder, 'outside');
    await rename(join(folder, part), outside);
    await symlink(outside, join(folder, part));
    const before = (await readdir(outside, { recursive: true })).sort();
    const problem: unknown = await session.runs
      .resume({ ...ref, options: { trials: 6 } })
      .then(() => session.runs.ended(ref))
      .catch((error: unknown) => error);
    expect(isFault(problem) && problem.code).toBe('storeDamaged');
    expect((await readdir(outside, { recursive: true })).sort()).toEqual(before);
    expect(isFault(problem) && problem.message).toContain('is a link');
  },
);

test('folds that reach beyond the data are damage, before a worker makes room for them', async () => {
  await change('experiment.json', ({ folds, ...rest }) => ({
    ...rest,
    folds: (folds as { train: object }[]).map((fold) => ({
      ...fold,
      train: { ...fold.train, to: 2 ** 40 }, // an object each
    })),
  }));
  await expect(session.handlers.open(ref)).rejects.toMatchObject({ code: 'storeDamaged' });
  const { experiments } = await session.handlers.listExperiments({ stores: [ref.store] });
  expect(experiments.map((e) => e.state)).toEqual(['damaged']);
});

test('an owner.json that is a link is nobody: what it leads to is not read', async () => {
  const owner = { format: 1, pid: process.pid, birth: null, host: hostname(), startedAt: '', token: 't' };
  const elsewhere = join(workspace.folder, 'owner.json');
  await writeFile(elsewhere, JSON.stringify(owner));
  await mkdir(join(folder, 'owner.lock'));
  await symlink(elsewhere, join(folder, 'owner.json'));
  expect(await currentOwner(folder, systemClock)).toBeNull();
  await rm(join(folder, 'owner.json'));
  await cp(elsewhere, join(folder, 'owner.json'));
  expect((await currentOwner(folder, systemClock))?.pid).toBe(process.pid);
});

test('the counter of head.json that can count no further begins anew', async () => {
  await writeFile(join(folder, 'head.json'), JSON.stringify({ format: 1, counter: Number.MAX_SAFE_INTEGER }));
  const writer = await write();
  const [trial] = writer.trials;
  await writer.saveTrial(trial);
  await writer.close();
  const head = JSON.parse(await readFile(join(folder, 'head.json'), 'utf8')) as { counter: number }; // written by us
  expect(head.counter).toBeLessThan(10);
});

describe('predictions', () => {
  const part = 'predictions/00001.json';
  test.each([
    ['torn', () => Promise.resolve('{"format":1')],
    [
      'of a fold that there is not',
      () => change(part, (d) => ({ ...d, folds: [{ fold: 99, origins: 0, values: '' }] })),
    ],
    [
      'of fewer days than the fold has',
      () => change(part, (d) => ({ ...d, folds: [{ fold: 0, origins: 1, values: 'AAAAAA==' }] })),
    ],
    ['of another horizon', () => change(part, (d) => ({ ...d, horizon: 2, folds: [] }))],
  ])('%s: who asks for them is told, and analyses go on without them', async (_name, make) => {
    await writeFile(join(folder, part), await make());
    await expect(session.handlers.predictions({ ...ref, number: 1 })).rejects.toMatchObject({
      code: 'storeDamaged',
    });
    await session.handlers.analyse({ ...ref, what: { kind: 'selectionBias' } });
    await session.handlers.export({ ...ref, format: 'html', target: join(workspace.folder, 'report.html') });
  });

  test('of a trial that runs again: set aside before they are written anew', async () => {
    await change('trials/00001.json', (trial) => ({ ...trial, state: 'running', value: null }));
    await writeFile(join(folder, part), 'torn');
    const writer = await write();
    await writer.close();
    expect(writer.damages.map((d) => d.file)).toEqual([join(folder, part)]);
    const aside = join(folder, 'predictions', 'damaged', '00001.json-0', '00001.json');
    expect(await readFile(aside, 'utf8')).toBe('torn');
  });
});

test('where nothing can be set aside the experiment is not opened for writing, with a sentence', async () => {
  await writeFile(join(folder, 'trials', 'damaged'), 'a file of that name');
  await writeFile(join(folder, 'trials', '00001.json'), 'torn');
  await expect(write()).rejects.toMatchObject({ code: 'storeDamaged' });
  expect(await readFile(join(folder, 'trials', '00001.json'), 'utf8')).toBe('torn');
});

describe('the model of a tested trial', () => {
  const place = (name: string): string => join(folder, 'final', `0000${tested}`, name);
  const onnx = (): Promise<unknown> =>
    Promise.resolve(
      session.handlers.export({ ...ref, format: 'onnx', target: join(workspace.folder, 'onnx/') }),
    );
  const warnings = (): string[] =>
    events.flatMap(([name, payload]) => (name === 'log' ? [(payload as { text: string }).text] : [])); // the payload of this name

  test.each([
    ['model.json', 'badInput', 'torn'],
    ['model.bin', 'storeDamaged', 'too short'],
  ])('%s is not whole: no model is made of it, and the report goes on', async (name, code, content) => {
    await writeFile(place(name), content);
    await expect(onnx()).rejects.toMatchObject({ code });
    await session.handlers.export({ ...ref, format: 'html', target: join(workspace.folder, 'report.html') });
    if (name === 'model.json') expect(warnings().some((text) => text.includes('without it'))).toBe(true);
  });

  test.each(['model.json', 'model.bin'])('%s is a link: what it leads to is not read', async (name) => {
    await rename(place(name), join(workspace.folder, name));
    await symlink(join(workspace.folder, name), place(name));
    await expect(onnx()).rejects.toMatchObject({ code: 'storeDamaged' });
    await expect(
      session.handlers.predict({ model: place(''), data: join(workspace.folder, 'sp500.csv') }),
    ).rejects.toMatchObject({ code: 'storeDamaged' });
  });

  test('weights that are gone are not a trial that was never tested', async () => {
    await rm(place('model.bin'));
    await expect(onnx()).rejects.toMatchObject({ code: 'storeDamaged' });
  });

  test('a result that cannot be read names the way to make it anew, which sets it aside', async () => {
    await writeFile(place('result.json'), '{"format":1}');
    const asked = Promise.resolve(session.handlers.testResult({ ...ref, number: tested }));
    await expect(asked).rejects.toMatchObject({ code: 'storeDamaged' });
    await expect(asked).rejects.toThrow(`--trial ${tested} --again`);
    const problem: unknown = await Promise.resolve(
      session.handlers.test({ ...ref, number: tested, again: true }),
    ).then(
      () => null,
      (error: unknown) => error,
    );
    const aside = join(folder, 'final', `0000${tested}`, 'damaged', 'result.json-0', 'result.json');
    expect(await readFile(aside, 'utf8')).toBe('{"format":1}');
    // A machine without the kernels it was made with says so instead of testing.
    if (!(isFault(problem) && problem.code === 'variantMissing')) expect(problem).toBeNull();
  });
});
