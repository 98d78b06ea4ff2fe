import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toTrialColumns } from './trialColumns.ts';
import { upsertTrials } from './upsertTrials.ts';
import { trialRow } from './testing.ts';

const columns = (numbers: readonly number[], value?: number) =>
  toTrialColumns(
    numbers.map((n) => trialRow(n, value === undefined ? {} : { value })),
    2,
  );

describe('upsertTrials', () => {
  it('keeps the arrays of columns in which nothing changed', () => {
    const known = toTrialColumns([trialRow(0), trialRow(1, { state: 'running', value: null })], 2);
    const moved = upsertTrials(
      known,
      toTrialColumns([trialRow(1, { state: 'running', value: null, progress: { fold: 1, epoch: 11 } })], 2),
    );
    expect(moved.progressEpoch[1]).toBe(11);
    expect(moved.progressEpoch).not.toBe(known.progressEpoch);
    expect(moved.params.learningRate).toBe(known.params.learningRate);
    expect(moved.value).toBe(known.value);
    const more = upsertTrials(known, toTrialColumns([trialRow(2)], 2));
    expect(more.params.learningRate).not.toBe(known.params.learningRate);
    expect(more.params.learningRate).toHaveLength(3);
  });

  it('replaces rows by number and appends new ones', () => {
    const known = columns([0, 1, 2]);
    const next = upsertTrials(known, columns([2, 3, 1], 0.5));
    expect([...next.number]).toEqual([0, 1, 2, 3]);
    expect([...next.value]).toEqual([1, 0.5, 0.5, 0.5]);
    expect([...next.foldValues.subarray(2, 4)]).toEqual([0.499, 0.501]);
    expect([...known.value]).toEqual([1, 1.001, 1.002]);
  });

  it('is the same when applied twice, in any split of the rows', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 20 }), (raw) => {
        const numbers = [...new Set(raw)];
        const known = columns([0, 1, 2, 3, 9]);
        const rows = columns(numbers, 0.7);
        const once = upsertTrials(known, rows);
        expect(upsertTrials(once, rows)).toEqual(once);
        const oneByOne = numbers.reduce((all, n) => upsertTrials(all, columns([n], 0.7)), known);
        expect(oneByOne).toEqual(once);
      }),
    );
  });

  it('widens the folds when later rows have more, and forgets the error of a trial that ran again', () => {
    const failed = toTrialColumns(
      [trialRow(0, { state: 'failed', value: null, error: { code: 'diverged', message: 'x' } })],
      1,
    );
    const next = upsertTrials(failed, columns([0, 1]));
    expect(next.folds).toBe(2);
    expect(next.errors).toEqual({});
    expect([...next.foldValues.subarray(0, 2)]).toEqual([0.999, 1.001]);
  });
});
