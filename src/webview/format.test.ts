import { describe, expect, it } from 'vitest';
import { alpha } from './charts/theme.ts';
import { keptApart } from './charts/curves.ts';
import { ticksOver } from './charts/options.ts';
import { clock, decimalsFor, duration, param, price, ratio, signed, words } from './format.ts';

describe('numbers as they are written', () => {
  it.each([
    [signed(0.456), '+0.46'],
    [signed(-0.09), '−0.09'],
    [signed(-0.001), '0.00'],
    [ratio(0.99541), '0.9954'],
    [price(12.842), '12.84'],
    [price(-3386.15), '−3386.2'],
    [clock(301_000), '5:01'],
    [clock(3_661_000), '1:01:01'],
    [duration(540_000), '9 min'],
    [duration(40_000), '40 s'],
    [duration(7_800_000), '2 h 10 min'],
    [words('learningRate'), 'learning rate'],
    [param(0.00134, decimalsFor([0.00134, 0.032])), '0.00134'],
    [param(0.032, decimalsFor([0.00134, 0.032])), '0.03200'],
    [param('adam'), 'adam'],
  ])('%s', (written, expected) => expect(written).toBe(expected));
});

describe('axes', () => {
  it.each([
    [0.9964, 1.0034],
    [-2, 3],
    [520, 1600],
    [1, 1],
    [0, 0],
  ])('covers %d to %d with three to twelve ticks', (low, high) => {
    const ticks = ticksOver(low, high);
    expect(ticks.low).toBeLessThanOrEqual(low);
    expect(ticks.high).toBeGreaterThanOrEqual(high);
    const count = Math.round((ticks.high - ticks.low) / ticks.step);
    expect(count).toBeLessThanOrEqual(12);
  });
  it('keeps labels apart and in their order', () => {
    expect(keptApart([100, 101, 50], 12)).toEqual([0, 11, 0]);
  });
  it.each([
    ['#fff', 'rgba(255, 255, 255, 0.5)'],
    ['#11223380', 'rgba(17, 34, 51, 0.251)'],
    ['rgb(1, 2, 3)', 'rgba(1, 2, 3, 0.5)'],
    ['rgba(1, 2, 3, 0.5)', 'rgba(1, 2, 3, 0.25)'],
    ['red', 'red'],
  ])('makes %s see-through', (color, expected) => expect(alpha(color, 0.5)).toBe(expected));
});
