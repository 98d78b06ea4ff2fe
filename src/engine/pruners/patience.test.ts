import { expect, test } from 'vitest';
import { neutralParams } from '../../model/neutralParams.ts';
import type { Trial } from '../../model/trial.ts';
import { isOutOfPatience, type PatienceOptions } from './patience.ts';

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
/** With the whole history waited for. */
const isOut = (history: readonly Trial[], options: Omit<PatienceOptions, 'since'>): boolean =>
  isOutOfPatience(history, { ...options, since: 0 });
const of = (...values: number[]): Trial[] => values.map((value, i) => trial(i, value));

test('stops after so many finished trials without improvement', () => {
  expect(isOut(of(3, 2, 2.5, 2.1), { patience: 2, seedSd: 0 })).toBe(true);
  expect(isOut(of(3, 2, 2.5), { patience: 2, seedSd: 0 })).toBe(false);
  expect(isOut(of(3, 2, 2.5, 1.9), { patience: 2, seedSd: 0 })).toBe(false);
});

test('an improvement within seed noise is none; small ones add up', () => {
  expect(isOut(of(1, 0.999, 0.998), { patience: 2, seedSd: 0.001 })).toBe(true);
  expect(isOut(of(1, 0.999, 0.998, 0.9971), { patience: 3, seedSd: 0.001 })).toBe(false);
});

test('pruned and failed trials count, running ones do not; null never stops', () => {
  const mixed = [...of(1), trial(1, null, 'pruned'), trial(2, null, 'failed'), trial(3, null, 'running')];
  expect(isOut(mixed, { patience: 2, seedSd: 0 })).toBe(true);
  expect(isOut(mixed, { patience: 3, seedSd: 0 })).toBe(false);
  expect(isOut(mixed, { patience: null, seedSd: 0 })).toBe(false);
});

test('is waited for anew from an amendment on; what was reached before still has to be beaten', () => {
  const history = of(2, 3, 3, 3, 2.5);
  const isOutSince = (since: number): boolean => isOutOfPatience(history, { patience: 3, seedSd: 0, since });
  expect([0, 2, 3].map(isOutSince)).toEqual([true, true, false]);
});
