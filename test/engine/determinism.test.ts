import { afterEach, expect, test } from 'vitest';
import { historyOf } from '../../src/engine/experiment/history.ts';
import type { Planted } from '../../src/engine/experiment/run.ts';
import type { Trial } from '../../src/model/trial.ts';
import { finishedRun, makeWorkspace, type Finished, type Workspace } from './harness.ts';

const workspaces: Workspace[] = [];
afterEach(async () => {
  for (const workspace of workspaces.splice(0)) await workspace.remove();
});

const trials = 10;
/** Even trials are held back in one run, odd ones in the other. */
const holdEven = (n: number): number => (n % 2 === 0 ? 120 : 0);
const holdOdd = (n: number): number => (n % 2 === 0 ? 0 : 120);

async function run(workers: number, plant: Planted): Promise<Finished> {
  const workspace = await makeWorkspace({ search: { trials } });
  workspaces.push(workspace);
  return finishedRun(workspace, workers, plant);
}

test('one worker, two, and two with delays that invert the finishing order give the same trials bit for bit', async () => {
  const alone = await run(1, {});
  const even = await run(2, { delayMs: holdEven });
  const odd = await run(2, { delayMs: holdOdd });
  expect(even.order).not.toEqual(odd.order);
  expect(even.order).not.toEqual(alone.order);
  expect(even.outcome).toEqual(alone.outcome);
  expect(odd.outcome).toEqual(alone.outcome);
  expect(alone.outcome.state).toBe('finished');
  expect(alone.outcome.trials.some((t) => t.state === 'pruned')).toBe(true);
});

test('broken twin: a search that reads all finished trials depends on who finishes first', async () => {
  const readsAll = (all: readonly Trial[], number: number): Trial[] => all.slice(0, number);
  const alone = await run(1, { history: readsAll });
  const two = await run(2, { history: readsAll, delayMs: holdEven });
  expect(two.outcome.trials).not.toEqual(alone.outcome.trials);
});

test('a trial sees all before it, those within the lag by their params only', () => {
  const trial = (number: number): Trial => ({
    format: 1,
    number,
    state: 'complete',
    params: { ...params, units: number + 1 },
    source: 'sampler',
    amendment: 0,
    value: number,
    seed: 1,
    folds: [],
  });
  const all = Array.from({ length: 6 }, (_, n) => trial(n));
  const seen = historyOf(all, 5, 3);
  expect(seen.map((t) => t.number)).toEqual([0, 1, 2, 3, 4]);
  expect(seen.map((t) => t.state)).toEqual(['complete', 'complete', 'complete', 'running', 'running']);
  expect(seen.map((t) => t.value)).toEqual([0, 1, 2, null, null]);
  expect(historyOf(all, 5, 1).every((t) => t.state === 'complete')).toBe(true);
});

const params: Trial['params'] = {
  lookback: 5,
  units: 1,
  layers: 1,
  dropout: 0,
  recurrentDropout: 0,
  learningRate: 0.01,
  batchSize: 32,
  epochs: 2,
  optimizer: 'adam',
  momentum: 0,
  weightDecay: 0,
  clipNorm: 0,
  loss: 'mse',
};
