import { describe, expect, test } from 'vitest';
import type { PrunerSpec } from '../../src/model/searchSpec.ts';
import type { Trial } from '../../src/model/trial.ts';
import { createPruner } from '../../src/engine/pruners/create.ts';
import type { Pruner } from '../../src/engine/pruners/pruner.ts';
import { prunerViolations, stopOfHopeless, type PrunerExpectations } from './pruner.ts';

const shape = { maxEpochs: 20, folds: 6 };
/** `stop`: when a hopeless trial among twenty good ones goes; by hand from each rule. */
const specs: readonly { name: string; spec: PrunerSpec; warmup: number; stop: number }[] = [
  { name: 'none', spec: 'none', warmup: 0, stop: Infinity },
  { name: 'median', spec: 'median', warmup: 3, stop: 3 },
  {
    name: 'median, warm-up 7',
    spec: { kind: 'median', startupTrials: 5, warmupEpochs: 7 },
    warmup: 7,
    stop: 7,
  },
  { name: 'percentile', spec: 'percentile', warmup: 3, stop: 3 },
  { name: 'asha', spec: 'asha', warmup: 3, stop: 3 },
  // Trial 20 of seed 1 lies in bracket 1: its first rung is at 3 x 3 steps.
  { name: 'hyperband', spec: 'hyperband', warmup: 3, stop: 9 },
  // p of 4 folds worse out of 4 is 1/16: below .1.
  { name: 'wilcoxon', spec: 'wilcoxon', warmup: 40, stop: 80 },
];

describe.each(specs)('$name', ({ spec, warmup, stop }) => {
  const expectations: PrunerExpectations = { ...shape, warmup };
  const pruner = createPruner(spec, { ...shape, objective: 'u2', seed: 1 });
  test('keeps the contract', () => {
    expect(prunerViolations(pruner, expectations)).toEqual([]);
  });
  test('stops a hopeless trial', () => {
    expect(stopOfHopeless(pruner, expectations)).toBe(stop);
  });
});

describe('the suite catches', () => {
  const expectations: PrunerExpectations = { ...shape, warmup: 3 };
  const check = (shouldPrune: Pruner['shouldPrune']): string =>
    prunerViolations({ shouldPrune }, expectations).join();
  const median = createPruner('median', { ...shape, objective: 'u2', seed: 1 });

  test('a pruner that prunes everything', () => {
    expect(check(() => true)).toMatch(/nothing to compare to.*better at every step.*warm-up/);
  });
  test('a pruner with a memory', () => {
    let calls = 0;
    expect(check((history, trial) => calls++ % 2 === 0 && median.shouldPrune(history, trial))).toMatch(
      /two answers/,
    );
  });
  test('a pruner that changes its history', () => {
    const sorting: Pruner['shouldPrune'] = (history, trial) => {
      (history as Trial[]).sort((a, b) => (a.value ?? 0) - (b.value ?? 0)); // what it must not do
      return median.shouldPrune(history, trial);
    };
    expect(check(sorting)).toMatch(/changed what it was given/);
  });
  test('a pruner that learns from trials that may not be seen', () => {
    const peeking: Pruner['shouldPrune'] = (history, trial) =>
      median.shouldPrune(
        history.map((other) => ({ ...other, state: 'complete', value: 1 })),
        trial,
      );
    expect(check(peeking)).toMatch(/teaches nothing/);
  });
});
