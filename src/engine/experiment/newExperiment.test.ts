import { expect, test } from 'vitest';
import { combinationsOf } from '../../model/combinations.ts';
import { parseConstraints, satisfies } from '../../model/constraints.ts';
import { searchSpaceOf } from '../../model/searchSpace.ts';
import { studySchema, type Study } from '../../model/study.ts';
import { configurationsOf, trialsOf } from './newExperiment.ts';

function studyOf(search: Record<string, unknown>, hyperparameters: Record<string, unknown> = {}): Study {
  return studySchema.parse({
    lstmStudy: 1,
    data: { file: 'prices.csv' },
    hyperparameters: {
      lookback: { int: [1, 60] },
      units: { int: [1, 60] },
      layers: { int: [1, 4] },
      learningRate: { choices: [0.001, 0.01], ordered: true },
      dropout: 0.2,
      batchSize: 32,
      epochs: 10,
      optimizer: 'adam',
      ...hyperparameters,
    },
    search,
  });
}

test('the trials of a constrained grid are counted, not estimated, also beyond a few thousand combinations', () => {
  const constraints = ['units * layers <= 77', 'lookback > units / 2'];
  const study = studyOf({ sampler: 'grid', trials: 100_000, constraints });
  const space = searchSpaceOf(study);
  const combinations = combinationsOf(space)!;
  const parsed = parseConstraints(constraints).constraints;
  let left = 0;
  for (let i = 0; i < combinations.count; i++) if (satisfies(parsed, combinations.at(i)!)) left++;
  expect(combinations.count).toBe(28_800);
  expect(configurationsOf(space)).toMatchObject({ left, isExact: true });
  expect(trialsOf(study, space, 'grid')).toBe(left);
  expect(trialsOf({ ...study, search: { ...study.search, trials: 50 } }, space, 'grid')).toBe(50);
});

test('where they cannot be counted the budget stands, and the grid ends by itself', () => {
  const study = studyOf(
    { sampler: 'grid', trials: 100_000, constraints: ['units * layers * lookback * batchSize <= 999'] },
    { units: { int: [1, 400] }, lookback: { int: [1, 200] }, batchSize: { int: [1, 100] } },
  );
  const space = searchSpaceOf(study);
  expect(configurationsOf(space).isExact).toBe(false);
  expect(trialsOf(study, space, 'grid')).toBe(100_000);
});

test("the user's own points that may fall beside the grid come on top of it", () => {
  const study = studyOf({ sampler: 'grid', trials: 100_000, points: [{ units: 61 }, { lookback: 3 }] });
  const space = searchSpaceOf(study);
  expect(trialsOf(study, space, 'grid')).toBe(28_800 + 2);
});
