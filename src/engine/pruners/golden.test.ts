import { expect, test } from 'vitest';
import { neutralParams } from '../../model/neutralParams.ts';
import type { Trial } from '../../model/trial.ts';
import { createAshaPruner } from './asha.ts';
import { bracketBudgets, bracketOf, createHyperbandPruner } from './hyperband.ts';
import { createMedianPruner } from './percentile.ts';
import type { Pruner } from './pruner.ts';

/**
 * Traces of Optuna 5.0's pruners on twenty deterministic curves, trials run one after another, each step reported and then
 * decided. The smallest margin of a decision is 1.5e-3.
 */
const maxSteps = 27;
const layout = { maxEpochs: maxSteps, objective: 'u2' } as const;
const fraction = (x: number): number => x - Math.floor(x);
function curveValue(i: number, s: number): number {
  return (
    0.5 +
    0.5 * fraction(0.618034 * i) +
    (1 - fraction(0.6493422 * i)) * Math.exp(-s / (3 + 5 * fraction(0.754878 * i))) +
    0.02 * Math.sin(i * s)
  );
}

function trialAt(number: number, steps: number, state: Trial['state']): Trial {
  const validation = Array.from({ length: steps }, (_, s) => curveValue(number, s + 1));
  return {
    format: 1,
    number,
    state,
    params: { ...neutralParams, epochs: maxSteps },
    source: 'sampler',
    amendment: 0,
    value: state === 'complete' ? validation[steps - 1] : null,
    seed: number,
    folds: [
      { fold: 0, curve: { train: validation, validation }, endedBy: 'epochs', metrics: null, steps: [] },
    ],
  };
}

function trace(pruner: Pruner): { stops: number[]; states: Trial['state'][] } {
  const history: Trial[] = [];
  for (let i = 0; i < 20; i++) {
    let pruned = false;
    let steps = 0;
    while (steps < maxSteps && !pruned) pruned = pruner.shouldPrune(history, trialAt(i, ++steps, 'running'));
    history.push(trialAt(i, steps, pruned ? 'pruned' : 'complete'));
  }
  return {
    stops: history.map((trial) => trial.folds[0].curve.validation.length),
    states: history.map((trial) => trial.state),
  };
}

const numbers = (text: string): number[] => text.split(' ').map(Number);
const asha = (minResource: number, reductionFactor: number): Pruner =>
  createAshaPruner({ minResource, reductionFactor, minEarlyStoppingRate: 0, ...layout });

/** CRC-32 (IEEE 802.3) of ASCII text: how Optuna draws the bracket. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

test('the curves are those of the reference', () => {
  expect(curveValue(0, 1)).toBeCloseTo(1.2165313105737892, 14);
  expect(curveValue(19, 27)).toBeCloseTo(0.8575609166386519, 14);
});

test('median', () => {
  const pruner = createMedianPruner({ startupTrials: 5, warmupEpochs: 0, ...layout });
  expect(trace(pruner).stops).toEqual(numbers('27 27 27 27 27 1 6 27 1 6 27 1 9 27 1 27 1 1 27 1'));
});

test.each([
  [1, 3, '27 3 1 3 1 1 3 1 1 3 1 1 9 1 1 9 1 1 9 1'],
  [3, 3, '27 3 3 3 3 3 3 3 3 3 9 3 9 3 3 9 3 3 9 3'],
  [1, 4, '27 4 1 4 1 1 4 1 1 4 1 1 16 1 1 16 1 1 16 1'],
])('asha (%i, %i)', (minResource, eta, stops) => {
  expect(trace(asha(minResource, eta)).stops).toEqual(numbers(stops));
});

test('hyperband', () => {
  const sizes = { minResource: 1, maxResource: 27, reductionFactor: 3 };
  const budgets = bracketBudgets(sizes);
  expect(budgets).toEqual([27, 12, 6, 4]);
  const draw = (number: number): number => crc32(`golden_${number}`);
  expect(Array.from({ length: 20 }, (_, i) => bracketOf(budgets, draw(i)))).toEqual(
    numbers('1 3 0 1 2 0 0 2 3 0 1 2 1 1 0 1 2 0 1 0'),
  );
  const { stops, states } = trace(createHyperbandPruner({ ...sizes, ...layout, draw }));
  expect(stops).toEqual(numbers('27 27 27 3 27 3 9 27 27 3 3 9 9 3 1 9 9 1 9 1'));
  expect(states.map((s, i) => (s === 'complete' ? i : -1)).filter((i) => i >= 0)).toEqual([0, 1, 2, 4, 7]);
});
