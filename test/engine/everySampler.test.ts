import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Planted } from '../../src/engine/experiment/run.ts';
import { listExperimentIds } from '../../src/engine/store/storeFolder.ts';
import { prunerKinds, samplerKinds } from '../../src/model/searchSpec.ts';
import type { Trial } from '../../src/model/trial.ts';
import { bundleFaultEngine, type FaultEngine } from './faultRun.ts';
import type { FaultPhase } from './faultTask.ts';
import {
  finishedRun,
  makeWorkspace,
  outcomeOf,
  type Finished,
  type Outcome,
  type Workspace,
} from './harness.ts';

/**
 * The same trials with one worker, two and four, with delays that turn the finishing order round, and through kills: for every
 * sampler and every pruner. `npm test` runs each at least once; with LSTM_STUDY_LONG (npm run test:faults) every pair.
 */
interface Pair {
  readonly sampler: Exclude<(typeof samplerKinds)[number], 'auto'>;
  readonly pruner: (typeof prunerKinds)[number];
  /** Does the pair read results? The grid without a pruner does not, and cannot be upset by when they come. */
  readonly reads: boolean;
}

const isLong = process.env['LSTM_STUDY_LONG'] !== undefined;
const samplers = samplerKinds.filter((kind) => kind !== 'auto');
const learning = ['tpe', 'gp', 'cmaes'];
const shortPairs: readonly (readonly [Pair['sampler'], Pair['pruner']])[] = [
  ['tpe', 'median'],
  ['gp', 'asha'],
  ['cmaes', 'wilcoxon'],
  ['random', 'hyperband'],
  ['qmc', 'percentile'],
  ['grid', 'none'],
];
const pairs: readonly Pair[] = (
  isLong ? samplers.flatMap((sampler) => prunerKinds.map((pruner) => [sampler, pruner] as const)) : shortPairs
).map(([sampler, pruner]) => ({ sampler, pruner, reads: learning.includes(sampler) || pruner !== 'none' }));

/** Eager forms: a study of a few short trials must reach the part that decides. */
const samplerSpecs: Partial<Record<Pair['sampler'], object>> = {
  tpe: { kind: 'tpe', startupTrials: 3 },
  gp: { kind: 'gp', startupTrials: 3 },
};
const prunerSpecs: Record<Pair['pruner'], object | string> = {
  median: { kind: 'median', startupTrials: 2, warmupEpochs: 1 },
  percentile: { kind: 'percentile', percentile: 25, startupTrials: 2, warmupEpochs: 1 },
  asha: { kind: 'asha', minResource: 1, reductionFactor: 2, minEarlyStoppingRate: 0 },
  hyperband: { kind: 'hyperband', minResource: 1, reductionFactor: 2 },
  wilcoxon: { kind: 'wilcoxon', pValue: 0.3, startupFolds: 2 },
  none: 'none',
};
const trials = 12;
const lag = 5;

const workspaces: Workspace[] = [];
let engine: FaultEngine;
beforeAll(async () => {
  engine = await bundleFaultEngine();
});
afterEach(async () => {
  for (const workspace of workspaces.splice(0)) await workspace.remove();
});
afterAll(() => engine.remove());

async function workspaceOf({ sampler, pruner }: Pair): Promise<Workspace> {
  const workspace = await makeWorkspace({
    hyperparameters: {
      units: { int: [2, 6] },
      dropout: { float: [0, 0.4], step: 0.2 },
      epochs: 3,
      learningRate: { choices: [0.001, 0.01, 0.1], ordered: true },
    },
    search: {
      sampler: samplerSpecs[sampler] ?? sampler,
      pruner: prunerSpecs[pruner],
      trials,
      lag,
      confirm: { top: 0 },
    },
    // The signed-rank test decides between folds, and there is nothing to decide after the last.
    rest: {
      split: {
        test: { share: 0.15 },
        validation: { kind: 'walkForward', folds: pruner === 'wilcoxon' ? 3 : 2 },
      },
    },
  });
  workspaces.push(workspace);
  return workspace;
}

async function run(pair: Pair, workers: number, plant: Planted = {}): Promise<Finished> {
  return finishedRun(await workspaceOf(pair), workers, plant);
}

/** Of the trials that run beside each other the first is held back longest. */
const inverted =
  (workers: number) =>
  (number: number): number =>
    (workers - 1 - (number % workers)) * 60;

/** The engine is killed at each of the phases in turn, and goes on each time. */
async function killed(pair: Pair, phases: readonly FaultPhase[]): Promise<Outcome> {
  const workspace = await workspaceOf(pair);
  for (const [i, phase] of phases.entries()) {
    const ended = await engine.run({ file: workspace.file, phase, count: 3 + 2 * i });
    expect(ended.killed, ended.stderr).toBe(true);
  }
  const last = await engine.run({ file: workspace.file, phase: 'none', count: 0 });
  expect(last.done, last.stderr).toBe(true);
  const [id] = await listExperimentIds(workspace.store);
  return outcomeOf({ store: workspace.store, id });
}

const phases: readonly FaultPhase[] = ['suggest', 'afterRename', 'midFold', 'beforeRename', 'tempWrite'];

test.each(pairs)(
  '$sampler with $pruner: the same with 1, 2 and 4 workers, whoever ends first, and through kills',
  { timeout: 900_000 },
  async (pair) => {
    const alone = await run(pair, 1);
    for (const workers of [2, 4]) {
      const delayed = await run(pair, workers, { delayMs: inverted(workers) });
      expect(delayed.order).not.toEqual(alone.order);
      expect(delayed.outcome).toEqual(alone.outcome);
    }
    const at = pairs.indexOf(pair);
    const killPhases = isLong ? phases.slice(0, 3) : [phases[at % phases.length]];
    expect(await killed(pair, killPhases)).toEqual(alone.outcome);
    expect(alone.outcome.trials).toHaveLength(trials);
    if (!isLong && pair.pruner !== 'none')
      expect(alone.outcome.trials.filter((t) => t.state === 'pruned').length).toBeGreaterThan(0);
  },
);

test.each(pairs.filter((pair) => pair.reads))(
  'broken twin, $sampler with $pruner: reading all finished trials depends on who ends first',
  { timeout: 900_000 },
  async (pair) => {
    const readsAll = (all: readonly Trial[], number: number): Trial[] => all.slice(0, number);
    const alone = await run(pair, 1, { history: readsAll });
    const delayed = await run(pair, 4, { history: readsAll, delayMs: inverted(4) });
    expect(delayed.outcome.trials).not.toEqual(alone.outcome.trials);
  },
);
