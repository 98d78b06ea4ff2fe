import { createRng, hashSeed } from '../../src/engine/rng.ts';
import { randomConfiguration } from '../../src/engine/samplers/proposals.ts';
import { closedFormSpace } from '../../test/conformance/closedForm.ts';

/**
 * Share of worker time spent waiting, simulated: trial n starts when a worker is free and all trials up to n - lag have ended. Lengths
 * are those of a grid of LSTMs (work grows with layers x units^2 x epochs, so they differ by a factor of 50), without pruning.
 */
export function idleShare({
  workers,
  lag,
  trials,
  seed,
}: {
  readonly workers: number;
  readonly lag: number;
  readonly trials: number;
  readonly seed: number;
}): number {
  const rng = createRng(hashSeed(seed, 'idle'));
  const ends: number[] = [];
  const free = new Float64Array(workers);
  let busy = 0;
  let allSeen = 0;
  for (let n = 0; n < trials; n++) {
    const { layers, units, epochs, batchSize } = randomConfiguration(closedFormSpace, rng);
    const length = layers * (units + 20) ** 2 * epochs * (1 + 16 / batchSize);
    if (n - lag >= 0) allSeen = Math.max(allSeen, ends[n - lag]);
    const worker = free.indexOf(Math.min(...free));
    const start = Math.max(free[worker], allSeen);
    ends.push(start + length);
    free[worker] = start + length;
    busy += length;
  }
  return 1 - busy / (workers * Math.max(...ends));
}
