import { expect, test } from 'vitest';
import { bestNow, bestOverTime } from './bestOverTime.ts';
import type { ExperimentSummary, Scored } from './experiments.ts';

const scored = (value: number): Scored => ({ number: 1, value, u2: value, liftPercent: (1 - value) * 100 });

function summaryOf(
  id: string,
  scores: { readonly leader?: number; readonly winner?: number },
  scoresKey = 'same',
): ExperimentSummary {
  const { leader, winner } = scores;
  return {
    store: '/s',
    id,
    name: 'study',
    studyFile: 'a.lstm.json',
    dataFile: 'prices.csv',
    createdAt: `2026-11-${id}T00:00:00.000Z`,
    state: 'finished',
    ownerPid: null,
    endedBecause: 'trials',
    counts: { complete: 1, pruned: 0, failed: 0, running: 0 },
    budget: 1,
    objective: 'u2',
    leader: leader === undefined ? null : scored(leader),
    winner: winner === undefined ? null : { ...scored(winner), sd: 0, seeds: 3 },
    looks: 0,
    verdict: null,
    annotations: { format: 1, trials: {} },
    sizeBytes: 0,
    problem: null,
    scoresKey,
  };
}

test('the best moves down over experiments, oldest first', () => {
  const steps = bestOverTime([
    summaryOf('03', { winner: 0.99 }),
    summaryOf('01', { winner: 0.995 }),
    summaryOf('02', { winner: 0.997 }),
  ]);
  expect(steps.map((s) => [s.summary.id, s.isBest])).toEqual([
    ['01', true],
    ['02', false],
    ['03', true],
  ]);
  expect(bestNow(steps)?.summary.id).toBe('03');
});

test('a leader on one seed never takes the place of a winner, a winner always that of a leader', () => {
  const steps = bestOverTime([
    summaryOf('01', { leader: 0.98 }),
    summaryOf('02', { winner: 0.995, leader: 0.97 }),
    summaryOf('03', { leader: 0.96 }),
  ]);
  expect(steps.map((s) => s.isBest)).toEqual([true, true, false]);
  expect(bestNow(steps)?.summary.id).toBe('02');
});

test('other data or split: scores start anew, and come back where the data does', () => {
  const steps = bestOverTime([
    summaryOf('01', { winner: 0.99 }),
    summaryOf('02', { winner: 0.999 }, 'other data'),
    summaryOf('03', { winner: 0.995 }),
  ]);
  expect(steps.map((s) => [s.isBest, s.startsAnew])).toEqual([
    [true, false],
    [true, true],
    [false, true],
  ]);
  expect(bestNow(steps)?.summary.id).toBe('01');
});

test('nothing complete is no step of the best; damaged ones are left out', () => {
  const steps = bestOverTime([
    summaryOf('01', {}),
    { ...summaryOf('02', { winner: 0.9 }), state: 'damaged' },
  ]);
  expect(steps.map((s) => [s.score, s.isBest])).toEqual([[null, false]]);
  expect(bestNow(steps)).toBeNull();
});
