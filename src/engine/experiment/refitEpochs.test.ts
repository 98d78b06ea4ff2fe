import { expect, it } from 'vitest';
import { foldOf, trialOf } from '../../../test/exports/fixtures.ts';
import { refitEpochs } from './refitEpochs.ts';

const trial = {
  ...trialOf(0, [1], { epochs: 40 }),
  folds: [
    { ...foldOf(0, 1, 17), endedBy: 'earlyStopping' as const },
    { ...foldOf(1, 1, 11), endedBy: 'earlyStopping' as const },
    { ...foldOf(2, 1, 40), endedBy: 'epochs' as const },
  ],
};

it('is the number searched where nothing stopped early', () => {
  expect(refitEpochs(trial, null)).toBe(40);
});

it('is the mean of the epochs whose weights were kept where folds were cut short', () => {
  expect(refitEpochs(trial, { patience: 5, minDelta: 0, share: 0.1 })).toBe(19); // (12 + 6 + 40) / 3
});

it('is never less than one', () => {
  const folds = [{ ...foldOf(0, 1, 3), endedBy: 'earlyStopping' as const }];
  expect(refitEpochs({ ...trial, folds }, { patience: 5, minDelta: 0, share: 0.1 })).toBe(1);
});
