import { expect, test } from 'vitest';
import { neutralParams } from '../../model/neutralParams.ts';
import type { Trial } from '../../model/trial.ts';
import { isOutOfPatience } from './patience.ts';

const trial = (number: number, value: number | null, state: Trial['state'] = 'complete'): Trial => ({
  format: 1,
  number,
  state,
  params: neutralParams,
  source: 'sampler',
  amendment: 0,
  value,
  seed: 0,
  folds: [],
});
const of = (...values: number[]): Trial[] => values.map((value, i) => trial(i, value));

test('stops after so many finished trials without improvement', () => {
  expect(isOutOfPatience(of(3, 2, 2.5, 2.1), { patience: 2, seedSd: 0 })).toBe(true);
  expect(isOutOfPatience(of(3, 2, 2.5), { patience: 2, seedSd: 0 })).toBe(false);
  expect(isOutOfPatience(of(3, 2, 2.5, 1.9), { patience: 2, seedSd: 0 })).toBe(false);
});

test('an improvement within seed noise is none; small ones add up', () => {
  expect(isOutOfPatience(of(1, 0.999, 0.998), { patience: 2, seedSd: 0.001 })).toBe(true);
  expect(isOutOfPatience(of(1, 0.999, 0.998, 0.9971), { patience: 3, seedSd: 0.001 })).toBe(false);
});

test('pruned and failed trials count, running ones do not; null never stops', () => {
  const mixed = [...of(1), trial(1, null, 'pruned'), trial(2, null, 'failed'), trial(3, null, 'running')];
  expect(isOutOfPatience(mixed, { patience: 2, seedSd: 0 })).toBe(true);
  expect(isOutOfPatience(mixed, { patience: 3, seedSd: 0 })).toBe(false);
  expect(isOutOfPatience(mixed, { patience: null, seedSd: 0 })).toBe(false);
});
