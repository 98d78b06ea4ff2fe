import { expect, test } from 'vitest';
import {
  logExpectedImprovement,
  logNormalCdf,
  logNormalMass,
  normalCdf,
  normalQuantile,
  scaledErfc,
} from './normal.ts';

// References computed with mpmath at 40 digits.
test.each([
  [-100, -5005.5242086942051],
  [-37, -689.03058557689059],
  [-21, -224.46571583141447],
  [-19, -184.36612866916097],
  [-8, -35.01343715991455],
  [-1, -1.8410216450092635],
  [0, -0.69314718055994531],
  [1, -0.17275377902344989],
  [5, -2.8665161296376359e-7],
  [7, -1.279812543886654e-12],
  [10, -7.6198530241605261e-24],
])('ln P(Z <= %d)', (x, expected) => {
  expect(Math.abs(logNormalCdf(x) / expected - 1)).toBeLessThan(1e-13);
});

test.each([
  [-1000, -500014.73445209116],
  [-30, -457.724653760598],
  [-13, -90.566234662022043],
  [-11, -66.238841553919095],
  [-10, -55.553122036122356],
  [-7, -29.368107183141278],
  [-5, -16.74430116266099],
  [-1.5, -3.5299359208057099],
  [-1, -2.4851210257126413],
  [-0.5, -1.6205162643873199],
  [0, -0.91893853320467274],
  [1, 0.08002621884930694],
  [5, 1.6094379231264314],
  [20, 2.995732273553991],
])('log expected improvement at %d', (z, expected) => {
  expect(Math.abs(logExpectedImprovement(z) - expected)).toBeLessThan(
    1e-10 * Math.max(1, Math.abs(expected)),
  );
});

test.each([
  [-50, -49, -1205.3111748916653],
  [-3, -2.9, -7.5695680138074889],
  [-1, 2, -0.20016629432446258],
  [-9, 9, -2.2571768119076813e-19],
  [2, 2.5, -4.1019453780310248],
  [30, 31, -454.32124395634325],
  [-0.001, 0.001, -7.13354679829352],
])('mass between %d and %d', (a, b, expected) => {
  expect(Math.abs(logNormalMass(a, b) - expected)).toBeLessThan(1e-11 * Math.max(1, Math.abs(expected)));
});

test.each([
  [0.5, 0.61569034419292587],
  [2, 0.25539567631050574],
  [2.5, 0.21080636406114358],
  [5, 0.11070463773306863],
  [20, 0.028174348741051319],
  [100, 0.0056416137829894329],
])('erfcx(%d)', (x, expected) => {
  expect(Math.abs(scaledErfc(x) / expected - 1)).toBeLessThan(1e-12);
});

test('the quantile is the inverse of the distribution function', () => {
  for (const p of [1e-300, 1e-20, 0.001, 0.3, 0.5, 0.9, 0.999999])
    expect(Math.abs(normalCdf(normalQuantile(p)) / p - 1)).toBeLessThan(1e-10);
});
