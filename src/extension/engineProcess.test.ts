import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { Fault } from '../model/fault.ts';
import { EngineProcess, type EngineProcessOptions } from './engineProcess.ts';

/** Against the real engine: the build makes it before the tests run. */
const main = join(import.meta.dirname, '..', '..', 'dist', 'engine', 'main.mjs');
const made: EngineProcess[] = [];

function create(options: Partial<EngineProcessOptions> = {}): EngineProcess {
  const engine = new EngineProcess({
    main,
    settings: () => ({ mode: 'browse' }),
    log: () => undefined,
    isNeeded: () => false,
    ...options,
  });
  made.push(engine);
  return engine;
}

beforeAll(() => expect(existsSync(main), 'node esbuild.mjs makes dist/engine').toBe(true));
afterEach(() => Promise.all(made.splice(0).map((engine) => engine.disposeAndWait())));

const list = { stores: [] };

test('starts on the first request and not before', async () => {
  const engine = create();
  expect(engine.pid).toBeNull();
  expect(await engine.request('listExperiments', list)).toMatchObject({ experiments: [] });
  expect(engine.pid).not.toBeNull();
});

test('a request that may not be asked reaches no engine', async () => {
  const asked: unknown[] = [];
  const engine = create({
    mayAsk: (request, params) => {
      asked.push([request, params]);
      return Promise.reject(new Fault('badInput', 'outside'));
    },
  });
  await expect(engine.request('listExperiments', list)).rejects.toMatchObject({ code: 'badInput' });
  expect(asked).toEqual([['listExperiments', list]]);
  expect(engine.pid).toBeNull();
});

test('a killed engine is started again, at most three times', async () => {
  const engine = create();
  const crashes: boolean[] = [];
  engine.onCrashed(({ restarting }) => crashes.push(restarting));
  for (let i = 0; i < 4; i++) {
    await engine.request('listExperiments', list);
    const pid = engine.pid!;
    const crashed = new Promise((resolve) => engine.onCrashed(resolve));
    process.kill(pid, 'SIGKILL');
    await crashed;
  }
  expect(crashes).toEqual([true, true, true, false]);
  expect(engine.state).toBe('failed');
  await expect(engine.request('listExperiments', list)).rejects.toMatchObject({ code: 'internal' });
  expect(engine.tryAgain()).toBe(true); // the user asked for it: the count starts anew
  expect(engine.tryAgain()).toBe(false);
  await engine.request('listExperiments', list);
  expect(engine.state).toBe('up');
});

test('requests that were pending when it died are refused', async () => {
  const engine = create();
  await engine.request('listExperiments', list);
  const pending = engine.request('doctor', {});
  process.kill(engine.pid!, 'SIGKILL');
  await expect(pending).rejects.toMatchObject({ code: 'stopped' });
});

test('an idle engine is ended, a needed one is not', async () => {
  let isNeeded = true;
  const engine = create({ idleStopMs: 50, isNeeded: () => isNeeded });
  await engine.request('listExperiments', list);
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(engine.state).toBe('up');
  isNeeded = false;
  await expect.poll(() => engine.state, { timeout: 60_000 }).toBe('absent');
  expect(await engine.request('listExperiments', list)).toMatchObject({ experiments: [] });
});

test('dispose ends the process; twice is safe; later requests are refused', async () => {
  const engine = create();
  await engine.request('listExperiments', list);
  const pid = engine.pid!;
  await engine.disposeAndWait();
  await engine.disposeAndWait();
  expect(() => process.kill(pid, 0)).toThrow();
  await expect(engine.request('listExperiments', list)).rejects.toMatchObject({ code: 'stopped' });
});
