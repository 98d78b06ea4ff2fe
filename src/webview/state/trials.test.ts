import { describe, expect, it } from 'vitest';
import { toTrialColumns } from '../../protocol/trialColumns.ts';
import { trialRow } from '../../protocol/testing.ts';
import { countByState, foldSpread, foldsOf, liftAt, rowOf, seedNoise } from './trials.ts';

const columns = (numbers: readonly number[], value?: number) =>
  toTrialColumns(
    numbers.map((n) => trialRow(n, value === undefined ? {} : { value })),
    2,
  );

describe('readings of a row', () => {
  it('finds rows whose place is not their number', () => {
    const some = columns([7, 3]);
    expect(rowOf(some, 3)).toBe(1);
    expect(rowOf(some, 4)).toBe(-1);
  });

  it('has the finished folds of a row, and their spread', () => {
    expect(foldsOf(columns([0, 1], 0.5), 1)).toEqual([0.499, 0.501]);
    expect(foldSpread(columns([0]), 0)).toBeCloseTo(0.001414, 5);
  });

  it('has no lift and no spread where there is no value', () => {
    const waiting = toTrialColumns([trialRow(0, { state: 'running', value: null })], 2);
    expect(liftAt(waiting, 0)).toBeNaN();
    expect(foldSpread(waiting, 0)).toBeNaN();
    expect(countByState(waiting).running).toBe(1);
  });

  it('measures the seed noise from confirmation runs, else says that it is the usual one', () => {
    const usual = seedNoise(columns([0]));
    expect(usual.measured).toBe(false);
    expect(usual.percent).toBeCloseTo(0.396, 3);
    const confirmed = toTrialColumns([trialRow(0, { confirm: { mean: 1, sd: 0.001, seeds: 5 } })], 2);
    const measured = seedNoise(confirmed);
    expect(measured.measured).toBe(true);
    expect(measured.percent).toBeCloseTo(0.2828, 3);
  });
});
