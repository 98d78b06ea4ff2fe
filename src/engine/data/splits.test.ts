import { expect, test } from 'vitest';
import {
  foldsHold,
  planFolds,
  sampleCount,
  scoredOrigins,
  searchRowsNeeded,
  testStart,
  trainOrigins,
  walkForward,
  type FoldRanges,
} from './splits.ts';

/** First and last row of both blocks: train | validation. */
const text = (folds: readonly FoldRanges[]): string =>
  folds
    .map(({ train, validation }) => `${train.from}-${train.to - 1}|${validation.from}-${validation.to - 1}`)
    .join(', ');

// TimeSeriesSplit of scikit-learn 1.9.1 on 100 rows.
test.each([
  [{ folds: 5 }, '0-19|20-35, 0-35|36-51, 0-51|52-67, 0-67|68-83, 0-83|84-99'],
  [{ folds: 4, size: 10, gap: 3 }, '0-56|60-69, 0-66|70-79, 0-76|80-89, 0-86|90-99'],
  [{ folds: 4, size: 10, gap: 3, maxTrain: 30 }, '27-56|60-69, 37-66|70-79, 47-76|80-89, 57-86|90-99'],
])('walk-forward %o', (options, expected) => {
  expect(text(walkForward(100, options))).toBe(expected);
});

test('windows of 1,000 rows', () => {
  expect(sampleCount(1000, 60, 5)).toBe(936);
});

test('train windows stop before the block, validation targets start at its first row', () => {
  const [first, last] = trainOrigins({ from: 0, to: 700 }, 60, 5);
  expect([first, last, last - first + 1]).toEqual([59, 694, 636]);
  const [firstScored, lastScored] = scoredOrigins({ from: 700, to: 850 }, 5);
  expect([firstScored, lastScored, lastScored - firstScored + 1]).toEqual([699, 844, 146]);
});

test('the test range starts where the share says, whatever binary fractions do', () => {
  expect(testStart(1000, 0.15)).toBe(850);
  expect(testStart(5105, 0.15)).toBe(4339);
  expect(testStart(100, 0.1)).toBe(90);
});

test('sliding keeps the train length of the first fold', () => {
  const folds = planFolds(1000, { kind: 'walkForward', window: 'sliding', folds: 4, size: 0.1, gap: 5 });
  expect(text(folds)).toBe('0-594|600-699, 100-694|700-799, 200-794|800-899, 300-894|900-999');
});

test('holdout', () => {
  expect(text(planFolds(1000, { kind: 'holdout', share: 0.2, gap: 3 }))).toBe('0-796|800-999');
});

test.each([
  [{ kind: 'walkForward', window: 'expanding', folds: 4, size: 0.1, gap: 0 }, 60, 1],
  [{ kind: 'walkForward', window: 'sliding', folds: 3, size: 0.2, gap: 7 }, 120, 5],
  [{ kind: 'holdout', share: 0.3, gap: 2 }, 20, 10],
] as const)('the number of rows named is enough: %o', (validation, lookback, horizon) => {
  const rows = searchRowsNeeded(validation, { lookback, horizon });
  expect(rows).not.toBeNull();
  expect(foldsHold(planFolds(rows ?? 0, validation), { lookback, horizon })).toBe(true);
  expect(foldsHold(planFolds((rows ?? 0) - 5, validation), { lookback, horizon })).toBe(false);
});

test('blocks that fill all rows need a number of rows that does not exist', () => {
  const validation = { kind: 'walkForward', window: 'expanding', folds: 10, size: 0.1, gap: 0 } as const;
  expect(searchRowsNeeded(validation, { lookback: 60, horizon: 1 })).toBeNull();
});
