import { expect, test } from 'vitest';
import { dimensionOf } from '../../model/dimension.ts';
import type { Distribution } from '../../model/searchSpace.ts';
import { neutralParams } from '../../model/neutralParams.ts';
import { bandwidths, createMixture, kernelWeights } from './mixture.ts';
import type { Observation } from './observations.ts';
import { gamma, splitObservations } from './tpe.ts';

/** Twelve trials in Optuna's order of dimensions: batch, dropout, layers, learning rate, optimizer, units. */
const numbers = (text: string): number[] => text.split(' ').map(Number);
const distributions: readonly Distribution[] = [
  { kind: 'categorical', choices: [32, 64, 128], ordered: false },
  { kind: 'float', low: 0.2, high: 0.5, step: null, log: false },
  { kind: 'int', low: 1, high: 3, step: 1, log: false },
  { kind: 'float', low: 1e-3, high: 1e-1, step: null, log: true },
  { kind: 'categorical', choices: ['adam', 'rmsprop', 'sgd'], ordered: false },
  { kind: 'int', low: 50, high: 150, step: 50, log: false },
];
const columns = [
  numbers('0 1 2 0 1 2 0 1 2 0 1 2'),
  numbers('.20 .25 .30 .35 .40 .45 .50 .22 .33 .44 .27 .38'),
  numbers('1 2 3 1 2 3 1 2 3 1 2 3'),
  numbers('.001 .002 .005 .01 .02 .05 .1 .003 .007 .03 .0015 .07'),
  numbers('0 1 2 1 0 2 0 0 1 2 1 0'),
  numbers('50 100 150 150 100 50 50 50 100 150 100 150'),
];
const losses = numbers('.9 .5 .7 .3 .8 .95 .6 .2 .4 .75 .55 .65');
const observations: readonly Observation[] = losses.map((value, number) => ({
  state: 'complete',
  number,
  params: neutralParams,
  value,
}));

function mixtureOf(chosen: readonly Observation[]): ReturnType<typeof createMixture> {
  return createMixture(
    distributions.map(dimensionOf),
    columns.map((column) => Float64Array.from(chosen, (o) => column[o.number])),
  );
}

const points = [
  [0, 0.2, 1, 0.001, 0, 50],
  [1, 0.35, 2, 0.01, 1, 100],
  [2, 0.5, 3, 0.1, 2, 150],
].map((point) => Float64Array.from(point));

test('log l and log g are those of Optuna 5.0 to 1e-9', () => {
  const { below, above } = splitObservations(observations, gamma(observations.length));
  expect(below.map((o) => o.number)).toEqual([3, 7]);
  const logL = mixtureOf(below).logDensity(points);
  const logG = mixtureOf(above).logDensity(points);
  const expectedL = [-4.69126743722, -4.20136900333, -6.004993817882];
  const expectedG = [0.69394903084, -4.511763304094, -5.911330299959];
  for (let i = 0; i < 3; i++) {
    expect(Math.abs(logL[i] - expectedL[i])).toBeLessThan(1e-9);
    expect(Math.abs(logG[i] - expectedG[i])).toBeLessThan(1e-9);
  }
});

test('the size of the better set', () => {
  expect([10, 11, 20, 21, 50, 100, 250, 1000].map(gamma)).toEqual([1, 2, 2, 3, 5, 10, 25, 25]);
});

test('weights: all 1 up to 25 observations, then a ramp before the newest 25', () => {
  const raw = (n: number): number[] => {
    const weights = kernelWeights(n);
    return Array.from(weights, (w) => w / weights[n]);
  };
  expect(raw(25)).toEqual(new Array(26).fill(1));
  expect(raw(26)[0]).toBeCloseTo(1 / 26, 14);
  expect(raw(26).slice(1)).toEqual(new Array(26).fill(1));
  const thirty = raw(30);
  expect(thirty[0]).toBeCloseTo(1 / 30, 14);
  expect(thirty[4]).toBeCloseTo(1, 14);
  expect(thirty[2]).toBeCloseTo((1 / 30 + 1) / 2, 14);
});

test('equal values stay in trial order; an unstable order would give other bandwidths', () => {
  // Sorted: 1 1 1 2; the first 1 looks right only, the last one meets the gap to 2.
  expect(Array.from(bandwidths(Float64Array.of(1, 2, 1, 1), 0.5, 3.5)).slice(0, 4)).toEqual([0.5, 1, 0.5, 1]);
});

test('pruned trials come after complete ones: those that came further first, then by value; diverged ones last', () => {
  const pruned = (number: number, step: number, value: number): Observation => ({
    state: 'pruned',
    number,
    params: neutralParams,
    step,
    value,
  });
  const mixed: readonly Observation[] = [
    pruned(0, 5, 0.1),
    pruned(1, 9, 0.8),
    { state: 'running', number: 2, params: neutralParams },
    pruned(3, 9, Infinity),
    pruned(4, 9, 0.7),
    { state: 'complete', number: 5, params: neutralParams, value: 3 },
  ];
  const below = (size: number): number[] => splitObservations(mixed, size).below.map((o) => o.number);
  expect(below(1)).toEqual([5]);
  expect(below(3)).toEqual([1, 4, 5]);
  expect(below(4)).toEqual([1, 3, 4, 5]);
  expect(splitObservations(mixed, 9).above.map((o) => o.number)).toEqual([2]);
});
