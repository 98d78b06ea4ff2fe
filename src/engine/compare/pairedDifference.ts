import tQuantile from '@stdlib/stats-base-dists-t-quantile';

export interface MeanInterval {
  readonly mean: number;
  /** 95 % t-interval of the mean; null with fewer than two values. */
  readonly interval: readonly [number, number] | null;
}

/** Mean of paired differences and its two-sided 95 % interval, t with n - 1 degrees of freedom. */
export function meanInterval(differences: readonly number[]): MeanInterval {
  const n = differences.length;
  if (n === 0) return { mean: 0, interval: null };
  const mean = differences.reduce((sum, d) => sum + d, 0) / n;
  if (n < 2) return { mean, interval: null };
  const half = (tQuantile(0.975, n - 1) * standardDeviation(differences)) / Math.sqrt(n);
  return { mean, interval: [mean - half, mean + half] };
}

/** With divisor n - 1; 0 for fewer than two values. */
export function standardDeviation(values: readonly number[]): number {
  return pooledDeviation([values]);
}

/** Standard deviation within groups, pooled over them; 0 when no group has two values. */
export function pooledDeviation(groups: readonly (readonly number[])[]): number {
  let squares = 0;
  let freedom = 0;
  for (const group of groups) {
    const mean = group.reduce((sum, v) => sum + v, 0) / group.length;
    squares += group.reduce((sum, v) => sum + (v - mean) ** 2, 0);
    freedom += Math.max(0, group.length - 1);
  }
  return freedom === 0 ? 0 : Math.sqrt(squares / freedom);
}

/** Two means of `seeds` runs each that differ by less than this are a tie: 2 SD sqrt(2 / seeds), SD over seeds. */
export function tieLimit(seedDeviation: number, seeds: number): number {
  return 2 * seedDeviation * Math.sqrt(2 / seeds);
}
