import { readdirSync } from 'node:fs';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { EngineSession } from '../../src/engine/session.ts';
import { isFault } from '../../src/model/fault.ts';
import type { ExperimentRef } from '../../src/protocol/experiments.ts';
import { makeWorkspace, openSession, outcomeOf, type Workspace } from './harness.ts';

vi.setConfig({ testTimeout: 900_000 });

/** One store of every format that was ever released, made by test/fixtures/makeStore.ts; each is read for ever. */
const folder = join(import.meta.dirname, '..', 'fixtures');
const stores = readdirSync(folder).filter((name) => name.startsWith('store-'));

/** Written beside each of them when it was made. */
interface Expected {
  readonly id: string;
  readonly states: readonly number[];
  readonly values: readonly number[];
  readonly winner: number;
  readonly test: number;
}

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const work of cleanUp.splice(0).reverse()) await work();
});

/** The fixture as the store of a workspace whose data are those it was made on. */
async function opened(
  name: string,
): Promise<{ session: EngineSession; ref: ExperimentRef; workspace: Workspace; expected: Expected }> {
  const workspace = await makeWorkspace();
  await cp(join(folder, name), workspace.store, { recursive: true });
  const expected = JSON.parse(await readFile(join(workspace.store, 'expected.json'), 'utf8')) as Expected; // our own
  const { session } = openSession();
  cleanUp.push(
    () => workspace.remove(),
    () => session.dispose(),
  );
  return { session, ref: { store: workspace.store, id: expected.id }, workspace, expected };
}

test('there is a store of the format that is written now', () => {
  expect(stores).toContain('store-1');
});

test.each(stores)(
  '%s: lists, tables, curves, forecasts, the test and notes are read as they were',
  async (name) => {
    const { session, ref, expected } = await opened(name);
    const { experiments, warnings } = await session.browse.list([ref.store]);
    expect(warnings).toEqual([]);
    expect(experiments.map(({ id, state }) => [id, state])).toEqual([[ref.id, 'finished']]);
    const { trials, annotations, experiment } = await session.handlers.open(ref);
    expect([...trials.state]).toEqual(expected.states);
    expect([...trials.value]).toEqual(expected.values);
    expect(experiment.winner).toBe(expected.winner);
    expect(annotations).toMatchObject({ note: 'kept for ever', star: true, trials: { 1: { note: 'one' } } });
    for (const number of trials.number) {
      const { trial } = await session.handlers.trial({ ...ref, number });
      expect(trial.value).toBe(expected.values[number]);
      expect((await session.handlers.predictions({ ...ref, number }))?.folds).toHaveLength(
        trial.folds.length,
      );
    }
    expect((await session.handlers.testResult(ref))?.u2).toBe(expected.test);
    await session.handlers.close(ref);
  },
);

test.each(stores)('%s: its trials, without the summary, are the same', async (name) => {
  const { session, ref, expected } = await opened(name);
  await writeFile(join(ref.store, ref.id, 'summary.json'), '');
  expect([...(await session.handlers.open(ref)).trials.value]).toEqual(expected.values);
});

test.each(stores)('%s: its model still forecasts, and its report and exports are made', async (name) => {
  const { session, ref, workspace, expected } = await opened(name);
  const model = join(ref.store, ref.id, 'final', `0000${expected.winner}`);
  const forecast = await session.handlers.predict({ model, data: join(workspace.folder, 'sp500.csv') });
  expect(forecast.steps.every(({ price }) => Number.isFinite(price))).toBe(true);
  for (const [format, target] of [
    ['html', 'report.html'],
    ['csv', 'trials.csv'],
    ['onnx', 'onnx/'],
  ] as const) {
    const place = join(workspace.folder, target);
    const { files } = await session.handlers.export({ ...ref, format, target: place });
    expect((await readFile(files[0])).length).toBeGreaterThan(100);
  }
});

test.each(stores)('%s: it goes on, with the trials it has', async (name) => {
  const { session, ref } = await opened(name);
  const before = (await outcomeOf(ref)).trials;
  const going = session.handlers.resume({ ...ref, options: { trials: 6 } });
  const problem = await Promise.resolve(going)
    .then(() => session.runs.ended(ref))
    .catch((error: unknown) => error);
  // A machine without the kernels it was made with says so instead; what is stored stays.
  if (isFault(problem) && problem.code === 'variantMissing') {
    expect((await outcomeOf(ref)).trials).toEqual(before);
    return;
  }
  expect(problem).toBeUndefined();
  const { trials, state } = await outcomeOf(ref);
  expect(state).toBe('finished');
  expect(trials).toHaveLength(6);
  expect(trials.slice(0, before.length)).toEqual(before);
  expect(await readdir(join(ref.store, ref.id, 'trials'))).not.toContain('damaged');
});

test.each(stores)(
  '%s: broken twin: a reader to whom a field of it is strange names every document',
  async (name) => {
    const { session, ref, expected } = await opened(name);
    const trials = join(ref.store, ref.id, 'trials');
    for (const file of await readdir(trials)) {
      const text = await readFile(join(trials, file), 'utf8');
      await writeFile(join(trials, file), text.replace('"params"', '"values"'));
    }
    await writeFile(join(ref.store, ref.id, 'summary.json'), '');
    expect((await session.handlers.open(ref)).trials.count).toBe(0);
    const { warnings } = await session.browse.list([ref.store]);
    expect(warnings.length).toBeGreaterThanOrEqual(expected.values.length);
  },
);
