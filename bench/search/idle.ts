import { createRng, hashSeed } from '../../src/engine/rng.ts';
import { randomConfiguration } from '../../src/engine/samplers/proposals.ts';
import { closedFormSpace } from '../../test/conformance/closedForm.ts';
import { meanOf } from '../../test/conformance/search.ts';

/**
 * Share of worker time spent waiting, simulated: trial n starts when a worker is free and all trials up to n - lag have ended. Lengths
 * are those of a grid of LSTMs (work grows with layers x units^2 x epochs, so they differ by a factor of 50), without pruning.
 */
function idleShare({
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

export function idle(): string {
  const lines = ['| workers | lag | idle share, mean of 50 | largest |', '| --- | --- | --- | --- |'];
  for (const { workers, lag } of [
    { workers: 2, lag: 2 },
    { workers: 2, lag: 8 },
    { workers: 4, lag: 4 },
    { workers: 4, lag: 8 },
    { workers: 4, lag: 16 },
  ]) {
    const shares = Array.from({ length: 50 }, (_, seed) => idleShare({ workers, lag, trials: 100, seed }));
    lines.push(
      `| ${workers} | ${lag} | ${(100 * meanOf(shares)).toFixed(1)} % | ${(100 * Math.max(...shares)).toFixed(1)} % |`,
    );
    console.log(lines.at(-1));
  }
  return lines.join('\n');
}
