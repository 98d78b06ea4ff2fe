import { expect, test } from 'vitest';
import { createRng } from '../rng.ts';
import { deflatedSharpe, expectedMaxSharpe } from './deflatedSharpe.ts';
import { pbo } from './pbo.ts';
import { spa } from './spa.ts';

test('PBO of the worked matrix, equal to purgedcv with the mean as metric', () => {
  const scores = Array.from({ length: 12 }, (_, n) =>
    Float64Array.from(
      { length: 160 },
      (_, t) => Math.sin(1.3 * t + 0.9 * n * n) + 0.02 * n * Math.cos(t / 25),
    ),
  );
  const result = pbo(scores, 8);
  expect(result?.combinations).toBe(70);
  expect(result?.pbo).toBeCloseTo(63 / 70, 12);
  expect(result?.meanLogit).toBeCloseTo(-1.78431661992, 10);
});

/** 20 useless trials of 400 days. */
function uselessTrials(seed: number): Float64Array[] {
  const rng = createRng(seed);
  return Array.from({ length: 20 }, () => Float64Array.from({ length: 400 }, () => rng.normal()));
}

test('PBO of useless trials scatters around a little under a half', () => {
  const values = Array.from({ length: 16 }, (_, seed) => pbo(uselessTrials(seed), 8)?.pbo ?? NaN);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  expect(mean).toBeGreaterThan(0.3);
  expect(mean).toBeLessThan(0.6);
});

test('PBO is zero when one trial is truly better', () => {
  const better = uselessTrials(1).map((row, n) => (n === 7 ? row.map((x) => x + 0.6) : row));
  expect(pbo(better)?.pbo).toBe(0);
});

test('PBO needs two trials and a day a block', () => {
  expect(pbo([new Float64Array(100)])).toBeNull();
  expect(pbo([new Float64Array(5), new Float64Array(5)])).toBeNull();
});

test('SPA does not find the best of 50 useless trials, and finds a truly better one', () => {
  const rng = createRng(3);
  const days = 750;
  const truth = Float64Array.from({ length: days }, () => rng.normal());
  const benchmark = truth.map((x) => x * x);
  // A useless forecast adds noise to "no change", so it is a little worse than persistence on average.
  const useless = Array.from({ length: 50 }, () => truth.map((x) => (x - 0.1 * rng.normal()) ** 2));
  const none = spa(benchmark, useless, { rng: createRng(5), repeats: 500 });
  expect(none?.consistent).toBeGreaterThan(0.2);
  const good = truth.map((x) => (x * 0.8) ** 2);
  const one = spa(benchmark, [...useless, good], { rng: createRng(5), repeats: 500 });
  expect(one?.consistent).toBeLessThan(0.01);
});

test('the same seed gives the same p', () => {
  const rng = createRng(9);
  const benchmark = Float64Array.from({ length: 200 }, () => rng.normal() ** 2);
  const models = [Float64Array.from({ length: 200 }, () => rng.normal() ** 2)];
  const p = (): unknown => spa(benchmark, models, { rng: createRng(1), repeats: 200 });
  expect(p()).toEqual(p());
});

// Bailey and Lopez de Prado 2014, their worked example; kurtosis is raw.
test.each([
  [100, 0.113172001865, 0.900396834],
  [46, 0.10036237062, 0.950501707],
])('deflated Sharpe ratio of %d trials', (trials, benchmark, probability) => {
  const sr0 = expectedMaxSharpe(trials, 0.5 / 250);
  expect(sr0).toBeCloseTo(benchmark, 11);
  const facts = { sharpe: 2.5 / Math.sqrt(250), days: 1250, skewness: -3, kurtosis: 10 };
  expect(deflatedSharpe(facts, sr0)).toBeCloseTo(probability, 8);
});

test.each([
  [10, 1.574598301],
  [50, 2.276303093],
  [100, 2.530602893],
  [1000, 3.255121514],
])('largest of %d', (trials, expected) => {
  expect(expectedMaxSharpe(trials, 1)).toBeCloseTo(expected, 9);
});

// arch 8.0.0, arch.bootstrap.SPA(block_size=17, reps=4000, seed=1, bootstrap='stationary') on the same losses: two programs with
// different random numbers agree within the noise of 4,000 repeats.
test.each([
  [0, 0.47675, 0.9975],
  [0.08, 0.0015, 0.00675],
])('SPA equals that of arch, advantage %d', (advantage, consistent, upper) => {
  const benchmark = Float64Array.from(
    { length: 300 },
    (_, t) => 1 + 0.5 * Math.sin(0.9 * t) + 0.3 * Math.cos(2.3 * t),
  );
  const models = Array.from({ length: 8 }, (_, j) =>
    benchmark.map((x, t) => x + 0.6 * Math.sin(1.7 * t + j * j) - (j === 3 ? advantage : 0) + 0.02 * j),
  );
  const result = spa(benchmark, models, { rng: createRng(1), repeats: 4000, block: 17 });
  const noise = (p: number): number => 4 * Math.sqrt((2 * p * (1 - p)) / 4000) + 0.001;
  expect(Math.abs((result?.consistent ?? NaN) - consistent)).toBeLessThan(noise(consistent));
  expect(Math.abs((result?.upper ?? NaN) - upper)).toBeLessThan(noise(upper));
});
