import { expect, test } from 'vitest';
import { neutralParams } from '../../model/neutralParams.ts';
import type { SearchSpace } from '../../model/searchSpace.ts';
import { closedForm, closedFormSpace } from '../../../test/conformance/closedForm.ts';
import { trialOf } from '../../../test/conformance/search.ts';
import { createRng } from '../rng.ts';
import { bestSoFar } from './bestSoFar.ts';
import { fanova } from './fanova.ts';
import { importances } from './importance.ts';
import { pedAnova } from './pedAnova.ts';
import { contourOf, sliceOf } from './response.ts';
import { growSurrogate } from './surrogate.ts';

const fraction = (x: number): number => x - Math.floor(x);

/** A hundred trials spread by irrational strides: the input of Optuna's reference values. */
const trials = Array.from({ length: 100 }, (_, k) => {
  const i = k + 1;
  const params = {
    ...neutralParams,
    learningRate: 10 ** (-3 + 2 * fraction(0.754877666 * i)),
    dropout: 0.2 + 0.3 * fraction(0.569840296 * i),
    layers: 1 + Math.floor(3 * fraction(0.430159709 * i)),
    units: 50 * (1 + Math.floor(3 * fraction(0.324717957 * i))),
    batchSize: [32, 64, 128][Math.floor(3 * fraction(0.245122334 * i))],
    optimizer: (['adam', 'rmsprop', 'sgd'] as const)[Math.floor(3 * fraction(0.185037 * i))],
    epochs: 10 + Math.floor(21 * fraction(0.1397 * i)),
  };
  return trialOf(k, params, closedForm(params));
});

test('the hundred trials are those of the reference', () => {
  expect(trials[0].value).toBeCloseTo(2.4665828173524433, 13);
  expect(trials[99].value).toBeCloseTo(1.9059081740269193, 13);
  expect(Math.min(...trials.map((t) => t.value!))).toBe(trials[10].value);
});

test("PED-ANOVA equals Optuna 5.0's", () => {
  const expected = {
    learningRate: 0.4956617279,
    units: 0.1992574452,
    batchSize: 0.09233993087,
    epochs: 0.08119699659,
    dropout: 0.05664042035,
    optimizer: 0.05646390895,
    layers: 0.01843957018,
  };
  const found = Object.fromEntries(pedAnova(closedFormSpace, trials).map((i) => [i.name, i.share]));
  for (const [name, share] of Object.entries(expected))
    expect(Math.abs(found[name] / share - 1)).toBeLessThan(1e-8);
});

test('the forest ranks what explains the variance as Optuna does: learning rate, optimizer, dropout', () => {
  for (const seed of [1, 2]) {
    const shares = fanova(growSurrogate(closedFormSpace, trials, createRng(seed)));
    const ranked = shares.toSorted((a, b) => b.share - a.share).map((i) => i.name);
    expect(ranked.slice(0, 2)).toEqual(['learningRate', 'optimizer']);
    const sum = shares.reduce((total, i) => total + i.share, 0);
    expect(sum).toBeLessThanOrEqual(1);
    expect(shares.find((i) => i.name === 'learningRate')!.share / sum).toBeGreaterThan(0.45);
  }
});

test('fANOVA of an additive function gives each part its own variance', () => {
  const space: SearchSpace = {
    ...closedFormSpace,
    parameters: closedFormSpace.parameters.filter((p) => ['dropout', 'layers', 'optimizer'].includes(p.name)),
  };
  const rng = createRng(3);
  const additive = Array.from({ length: 600 }, (_, i) => {
    const dropout = 0.2 + 0.3 * rng.uniform();
    const optimizer = (['adam', 'rmsprop', 'sgd'] as const)[rng.int(3)];
    const params = { ...neutralParams, dropout, layers: 1 + rng.int(3), optimizer };
    // Variances: 1/12 of the line, 2/9 x .5^2 of the choice, none of layers.
    return trialOf(i, params, (dropout - 0.2) / 0.3 + (optimizer === 'sgd' ? 0.5 : 0));
  });
  const shares = fanova(growSurrogate(space, additive, createRng(1)));
  const shareOf = (name: string): number => shares.find((i) => i.name === name)!.share;
  const total = 1 / 12 + (2 / 9) * 0.25;
  expect(shareOf('dropout')).toBeCloseTo(1 / 12 / total, 1);
  expect(shareOf('optimizer')).toBeCloseTo(((2 / 9) * 0.25) / total, 1);
  expect(shareOf('layers')).toBeLessThan(0.02);
  const slice = sliceOf(growSurrogate(space, additive, createRng(1)), 'optimizer');
  expect(slice.x).toEqual(['adam', 'rmsprop', 'sgd']);
  expect(slice.mean[2] - slice.mean[0]).toBeCloseTo(0.5, 1);
});

test('slices and contours find the valley of the learning rate', () => {
  const surrogate = growSurrogate(closedFormSpace, trials, createRng(1));
  const slice = sliceOf(surrogate, 'learningRate');
  expect(slice.x).toHaveLength(41);
  const lowest = slice.x[slice.mean.indexOf(Math.min(...slice.mean))] as number;
  expect(lowest).toBeGreaterThan(0.001);
  expect(lowest).toBeLessThan(0.02);
  expect(Math.min(...slice.sd)).toBeGreaterThan(0);
  const contour = contourOf(surrogate, ['learningRate', 'optimizer']);
  expect(contour.x).toHaveLength(25);
  expect(contour.y).toEqual(['adam', 'rmsprop', 'sgd']);
  expect(contour.mean).toHaveLength(75);
  // adam wants a low rate, sgd a high one.
  const row = (y: number): readonly number[] => contour.mean.slice(25 * y, 25 * (y + 1));
  expect(row(0)[24]).toBeGreaterThan(row(0)[4]);
  expect(row(2)[0]).toBeGreaterThan(row(2)[18]);
  expect(() => sliceOf(surrogate, 'momentum')).toThrow(/not searched/);
});

test('labels, and a warning below fifty complete trials', () => {
  const few = importances(closedFormSpace, trials.slice(0, 20), createRng(1));
  expect(few.warning).toMatch(/Only 20 complete trials/);
  const many = importances(closedFormSpace, trials, createRng(1));
  expect(many.warning).toBeNull();
  expect(many.labels.pedAnova).not.toBe(many.labels.fanova);
  expect(many.pedAnova[0].name).toBe('learningRate');
  for (const none of [trials.slice(0, 0), trials.slice(0, 1)])
    expect(importances(closedFormSpace, none, createRng(1)).fanova.every((i) => i.share === 0)).toBe(true);
});

test('trials outside the space are left out', () => {
  const outside = trialOf(100, { ...trials[0].params, optimizer: 'sgd', units: 512, layers: 8 }, 0);
  expect(pedAnova(closedFormSpace, [...trials, outside])).toEqual(pedAnova(closedFormSpace, trials));
});

test('best so far falls, and says what luck alone would give', () => {
  const { number, value, note } = bestSoFar(trials);
  expect(number).toHaveLength(100);
  expect(value.every((v, i) => i === 0 || v <= value[i - 1])).toBe(true);
  expect(note).toMatch(/lowest of 100 values.*0\.4 %/);
});
