import { expect, test } from 'vitest';
import { logExpectedImprovement } from '../normal.ts';
import { createRng } from '../rng.ts';
import { createAcquisition } from './acquisition.ts';
import { condition, fitKernel, matern52, matern52Slope, type GpData } from './gaussianProcess.ts';
import { minimize } from './lbfgs.ts';
import { createSobol, sobolDimensions } from './sobol.ts';

test.each([
  [0.5, 0.828649142418],
  [1, 0.523994108832],
  [2, 0.138660219139],
])('Matern 5/2 at distance %d', (distance, expected) => {
  expect(matern52(distance ** 2)).toBeCloseTo(expected, 11);
});

test('the slope of the kernel is its derivative by the squared distance', () => {
  for (const q of [0.01, 0.5, 3]) {
    const difference = (matern52(q + 1e-6) - matern52(q - 1e-6)) / 2e-6;
    expect(Math.abs(matern52Slope(q) / difference - 1)).toBeLessThan(1e-8);
  }
  expect(matern52Slope(0)).toBeCloseTo(-5 / 6, 14);
});

test.each([
  [-30, -457.724653761],
  [-10, -55.5531220361],
  [-5, -16.7443011627],
  [-1, -2.48512102571],
  [0, -0.918938533205],
  [1, 0.0800262188493],
  [5, 1.60943792313],
])('log expected improvement at z = %d', (z, expected) => {
  expect(Math.abs(logExpectedImprovement(z) / expected - 1)).toBeLessThan(2e-11);
});

const rng = createRng(11);
const data: GpData = {
  points: 14,
  dimensions: 3,
  isCategorical: [false, false, true],
  x: Float64Array.from({ length: 42 }, (_, i) => (i % 3 === 2 ? rng.int(3) : rng.uniform())),
};
const y = Float64Array.from({ length: 14 }, (_, i) => Math.sin(5 * data.x[3 * i]) - data.x[3 * i + 2]);

test('the process interpolates what it has seen where noise is small', () => {
  const gp = condition(data, { weights: Float64Array.of(4, 4, 1), scale: 1, noise: 1e-6 }, y);
  const acquisition = createAcquisition(gp, y[0] + 1);
  // At a seen point the improvement on a threshold above its value is next to nothing.
  expect(acquisition.value(data.x.slice(0, 3))).toBeLessThan(-1000);
});

test.each([-2, 0.5, 4])('derivatives of the acquisition are right for a threshold of %d', (threshold) => {
  const gp = condition(data, { weights: Float64Array.of(3, 0.5, 1), scale: 1.3, noise: 0.01 }, y);
  const acquisition = createAcquisition(gp, threshold);
  const u = Float64Array.of(0.31, 0.64, 1);
  const gradient = new Float64Array(2);
  acquisition.valueAndGradient(u, [0, 1], gradient);
  for (const d of [0, 1]) {
    const at = (step: number): number => acquisition.value(u.map((v, i) => (i === d ? v + step : v)));
    const difference = (at(1e-6) - at(-1e-6)) / 2e-6;
    expect(Math.abs(gradient[d] / difference - 1)).toBeLessThan(1e-6);
  }
});

test('the fit is a maximum of the posterior density and finds the dimension that matters', () => {
  const many: GpData = {
    points: 40,
    dimensions: 2,
    isCategorical: [false, false],
    x: Float64Array.from({ length: 80 }, () => rng.uniform()),
  };
  const targets = Float64Array.from({ length: 40 }, (_, i) => Math.sin(6 * many.x[2 * i]));
  const { weights, noise } = fitKernel(many, targets);
  expect(weights[0]).toBeGreaterThan(4 * weights[1]);
  expect(noise).toBeLessThan(0.01);
});

test('minimise respects the box and finds the minimum of a narrow valley', () => {
  const valley = (x: Float64Array, gradient: Float64Array): number => {
    const a = 1 - x[0];
    const b = x[1] - x[0] ** 2;
    gradient[0] = -2 * a - 400 * b * x[0];
    gradient[1] = 200 * b;
    return a ** 2 + 100 * b ** 2;
  };
  const options = { gradientTolerance: 1e-8, maxIterations: 500 };
  const free = minimize(valley, Float64Array.of(-1.2, 1), { ...options, bounds: null });
  expect(free.x[0]).toBeCloseTo(1, 5);
  const boxed = minimize(valley, Float64Array.of(-1.2, 1), {
    ...options,
    bounds: { lower: Float64Array.of(-2, -2), upper: Float64Array.of(0.5, 2) },
  });
  expect(boxed.x[0]).toBe(0.5);
  expect(boxed.x[1]).toBeCloseTo(0.25, 5);
});

test('Sobol points: the first of the plain sequence, and even cells with and without scrambling', () => {
  const plain = createSobol(3, null);
  expect([0, 1, 2, 3].map((i) => Array.from(plain.point(i)))).toEqual([
    [0, 0, 0],
    [0.5, 0.5, 0.5],
    [0.25, 0.75, 0.75],
    [0.75, 0.25, 0.25],
  ]);
  for (const scrambles of [null, Uint32Array.from({ length: sobolDimensions }, () => rng.uint32())]) {
    const sobol = createSobol(sobolDimensions, scrambles);
    const seen = Array.from({ length: sobolDimensions }, () => new Set<number>());
    for (let i = 0; i < 256; i++)
      sobol.point(i).forEach((coordinate, d) => seen[d].add(Math.floor(coordinate * 256)));
    expect(seen.map((cells) => cells.size)).toEqual(new Array(sobolDimensions).fill(256));
  }
});
