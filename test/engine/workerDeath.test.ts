import { readdirSync, rmSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WorkerSeries } from '../../src/engine/experiment/foldRun.ts';
import { readStudy } from '../../src/engine/experiment/readStudy.ts';
import type { Executor, TrialOutcome, TrialTask } from '../../src/engine/worker/executor.ts';
import { createLocalExecutor } from '../../src/engine/worker/localExecutor.ts';
import { neutralParams } from '../../src/model/neutralParams.ts';
import { makeWorkspace, type Workspace } from './harness.ts';

const dist = (name: string): string => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
const folds = 2;
const epochs = 4;

let workspace: Workspace;
let pids: string;
let executor: Executor;
beforeEach(async () => {
  workspace = await makeWorkspace({
    rest: { split: { test: { share: 0.15 }, validation: { kind: 'walkForward', folds } } },
  });
  pids = await mkdtemp(join(tmpdir(), 'workers-'));
  executor = await open();
});
afterEach(async () => {
  await executor.dispose();
  await workspace.remove();
  await rm(pids, { recursive: true });
});

/** Two real workers that leave their process ids in a folder. */
async function open(): Promise<Executor> {
  const { ready } = await readStudy(await readFile(workspace.file, 'utf8'), workspace.file);
  if (!ready) throw new Error('the study does not read');
  const series: WorkerSeries = {
    series: ready.data.series,
    plans: ready.data.folds,
    ...{ refit: null, horizon: 1, earlyStopping: null },
  };
  const file = join(pids, 'worker.mjs');
  await writeFile(
    file,
    `import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(pids)} + '/' + process.pid, '');
await import(${JSON.stringify(pathToFileURL(dist('engine/worker.mjs')).href)});`,
  );
  return createLocalExecutor({
    ...{ file, workers: 2, onLog: () => undefined, variant: null, trialTimeoutMs: null },
    setup: {
      ...{ trainer: 'wasm', build: 'plain', v8Flag: null, tensorflowFolder: null, memoryBytes: null, series },
      kernelsFolder: dist('kernels'),
    },
  });
}

/** Kills every worker that runs, at once: a fold lasts only two more epochs. Answers how many those were. */
function killWorkers(): number {
  const running = readdirSync(pids).filter((name) => /^\d+$/.test(name));
  for (const name of running) process.kill(Number(name), 'SIGKILL');
  for (const name of running) rmSync(join(pids, name));
  return running.length;
}

const task: TrialTask = {
  folds: Array.from({ length: folds }, (_, fold) => ({
    params: { ...neutralParams, lookback: 10, units: 4, epochs },
    ...{ fold, objective: 'u2' as const, seeds: { init: fold, shuffle: fold, dropout: fold } },
    ...{ keepPredictions: false, keepWeights: false, delayMs: 150 },
  })),
};

/** Runs the task on both workers; `killAt` says after which epochs of the first fold all of them are killed. */
async function run(killAt: (attempt: number) => boolean): Promise<{ outcome: TrialOutcome; told: string[] }> {
  const told: string[] = [];
  let attempt = -1;
  const killed: number[] = [];
  const running = executor.run(task, {
    onEpoch: (fold, epoch) => {
      if (fold === 0 && epoch === 0) attempt++;
      if (fold === 0 && epoch === 1 && killAt(attempt)) killed.push(killWorkers());
      return 'continue';
    },
    onFold: (_fold, { record }) => {
      told.push(JSON.stringify(record));
      return Promise.resolve('continue');
    },
    mayStartFold: () => true,
  });
  executor.lend();
  const outcome = await running;
  for (const count of killed) expect(count).toBeGreaterThan(0);
  return { outcome, told };
}

test('both workers of one trial killed at once: each fold is run once more, to the same numbers', async () => {
  const whole = await run(() => false);
  expect(whole.outcome).toEqual({ kind: 'done' });
  expect(whole.told).toHaveLength(folds);
  const killed = await run((attempt) => attempt === 0);
  expect(killed).toEqual(whole);
});

test('a fold whose worker dies twice fails the trial, and the next trial runs', async () => {
  const { outcome, told } = await run(() => true);
  expect(outcome).toMatchObject({ kind: 'fault', code: 'workerDied' });
  expect(told).toEqual([]);
  expect((await run(() => false)).outcome).toEqual({ kind: 'done' });
});
