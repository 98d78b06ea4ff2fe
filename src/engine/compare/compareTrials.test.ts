import { describe, expect, it } from 'vitest';
import { confirmationOf, experimentOf, trialOf } from '../../../test/exports/fixtures.ts';
import type { Confirmation, Experiment } from '../../model/experiment.ts';
import type { Trial } from '../../model/trial.ts';
import { compareTrials, type CompareSource } from './compareTrials.ts';
import { tieLimit } from './seedNoise.ts';
import { pivotTrials } from './pivot.ts';

const experiment = experimentOf();
const source = (
  trial: Trial,
  confirmations: readonly Confirmation[] = [],
  of: Experiment = experiment,
): CompareSource => ({ ref: { store: '/s', id: of.id }, experiment: of, trial, confirmations });

const a = trialOf(17, [0.996, 0.998, 0.997, 0.995], { units: 50 });
const b = trialOf(23, [0.995, 0.999, 0.996, 0.994], { units: 150, dropout: 0.3 });

describe('paired differences', () => {
  it('are made by fold, b minus a, and named by index', () => {
    const { pairs, trials, incomparable } = compareTrials([source(a), source(b)]);
    expect(incomparable).toEqual([]);
    expect(trials.map((t) => t.differs)).toEqual([[], ['units', 'dropout']]);
    expect(trials.map((t) => t.label)).toEqual(['#17', '#23']);
    expect(pairs).toHaveLength(1);
    expect(pairs[0]).toMatchObject({ a: 0, b: 1, bySeed: [] });
    pairs[0].byFold.forEach((d, i) => expect(d).toBeCloseTo([-0.001, 0.001, -0.001, -0.001][i], 12));
    expect(pairs[0].mean).toBeCloseTo(-0.0005, 12);
    expect(pairs[0].tie).toBe(true); // the interval over folds holds 0
  });

  it('are made by fresh seed where both were confirmed, and tie inside 2 SD sqrt(2 / seeds)', () => {
    const runs = (level: number): number[][] =>
      [-0.001, 0.001, 0, 0.0005, -0.0005].map((noise) => new Array<number>(4).fill(level + noise));
    const limit = tieLimit(Math.sqrt(2.5e-6 / 4), 5);
    for (const [shift, tie] of [
      [limit * 0.98, true],
      [limit * 1.02, false],
    ] as const) {
      const confirmations = [confirmationOf(17, runs(1)), confirmationOf(23, runs(1 - shift))];
      const [pair] = compareTrials([source(a, confirmations), source(b, confirmations)]).pairs;
      expect(pair.bySeed).toHaveLength(5);
      expect(pair.mean).toBeCloseTo(-shift, 10);
      expect(pair.tie).toBe(tie);
      expect(pair.sentence).toMatch(tie ? /#23 and #17 tie/ : /#23 is better than #17/);
    }
  });

  it('of one-seed trials are measured with the seed noise known from other confirmations', () => {
    const others = [confirmationOf(5, [[1, 1], [1.004, 1.004], [0.996, 0.996]])]; // prettier-ignore
    const c = trialOf(3, [0.99, 0.992, 0.991, 0.989]);
    const [pair] = compareTrials([source(a, others), source(c, others)]).pairs;
    expect(pair.mean).toBeCloseTo(-0.006, 10); // every fold agrees, but one seed moves it by 2 x 0.004 x sqrt(2)
    expect(pair.tie).toBe(true);
    expect(compareTrials([source(a), source(c)]).pairs[0].tie).toBe(false); // without that knowledge folds decide
  });
});

describe('different experiments', () => {
  it.each([
    ['data', { dataHash: 'x'.repeat(64) }, /^Different data: .*hash dddddddd.*hash xxxxxxxx/],
    ['horizon', { study: { horizon: 5 } }, /^Different horizon: 1 step in .*5 steps in/],
    ['objective', { study: { objective: 'mae' } }, /^Different objective: u2/],
    [
      'target',
      { study: { data: { file: 'sp500.csv', forecast: 'price' } } },
      /^Different target: adjclose as logReturn/,
    ],
  ] as const)('with another %s are not put in one column', (_, options, reason) => {
    const other = experimentOf({ ...options, id: '20261124-120000-other-cd34' });
    const result = compareTrials([source(a), source(b, [], other)]);
    expect(result.incomparable).toHaveLength(1);
    expect(result.incomparable[0]).toMatch(reason);
    expect(result.pairs).toEqual([]);
    expect(result.trials).toHaveLength(2);
  });

  it('with other folds are not put in one column', () => {
    const other = { ...experiment, id: 'other', folds: experiment.folds.slice(1) };
    expect(compareTrials([source(a), source(b, [], other)]).incomparable[0]).toMatch(
      /^Different split: 4 .* 3 /,
    );
  });

  it('with the same data, split, horizon, target and objective are compared', () => {
    const other = experimentOf({ id: '20261124-120000-other-cd34', name: 'again' });
    const result = compareTrials([source(a), source(b, [], other)]);
    expect(result.incomparable).toEqual([]);
    expect(result.pairs).toHaveLength(1);
    expect(result.trials.map((t) => t.label)).toEqual(['#17 of S&P 500, next day', '#23 of again']);
  });

  it('of one name are told apart by the end of the id, which the command line takes too', () => {
    const again = experimentOf({ id: '20261124-120000-sp500-cd34' });
    const other = experimentOf({ id: '20261124-120000-other-ef56', name: 'other' });
    const labels = (...all: readonly Experiment[]): readonly string[] =>
      compareTrials(all.map((of) => source(a, [], of))).trials.map(({ label }) => label);
    expect(labels(experiment, again)).toEqual(['#17 of ab12', '#17 of cd34']);
    expect(labels(experiment, again, other)).toEqual([
      '#17 of S&P 500, next day (ab12)',
      '#17 of S&P 500, next day (cd34)',
      '#17 of other',
    ]);
  });

  it('show names without marks that reorder or hide text', () => {
    const other = experimentOf({ id: 'other', name: 'a\u202Eb\u0000\n', study: { horizon: 2 } });
    expect(compareTrials([source(a), source(b, [], other)]).incomparable[0]).toContain(
      'a\\u{202e}b\\u{0}\\u{a}',
    );
  });
});

it('leaves a failed trial in the table and out of the pairs', () => {
  const failed: Trial = { ...trialOf(4, [1]), state: 'failed', value: null, folds: [] };
  const result = compareTrials([source(a), source(failed), source(b)]);
  expect(result.trials).toHaveLength(3);
  expect(result.pairs.map(({ a: i, b: j }) => [i, j])).toEqual([[0, 2]]);
});

describe('pivot', () => {
  it('gives the mean score of each cell, and null where nothing was tried', () => {
    const trials = [
      trialOf(0, [1], { units: 50, layers: 1 }),
      trialOf(1, [2], { units: 50, layers: 1 }),
      trialOf(2, [4], { units: 100, layers: 2 }),
      { ...trialOf(3, [9], { units: 100, layers: 1 }), state: 'pruned' as const, value: null },
    ];
    expect(pivotTrials(trials, 'units', 'layers')).toEqual({
      rows: ['50', '100'],
      columns: ['1', '2'],
      mean: [1.5, null, null, 4],
      count: [2, 0, 0, 1],
    });
  });

  it('cuts a continuous hyperparameter into ranges of equal numbers of trials', () => {
    const trials = Array.from({ length: 40 }, (_, i) =>
      trialOf(i, [i], { learningRate: 10 ** (-4 + i / 20) }),
    );
    const pivot = pivotTrials(trials, 'learningRate', 'optimizer');
    expect(pivot.count).toEqual([8, 8, 8, 8, 8]);
    expect(pivot.mean[0]).toBe(3.5);
    expect(pivot.rows[0]).toBe('0.0001 to 0.000224');
  });
});
