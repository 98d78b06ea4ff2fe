import tQuantile from '@stdlib/stats-base-dists-t-quantile';

/** Mean and 95 % t-interval over seeds; interval null for a single seed. */
export function seedInterval(values: readonly number[]): {
  readonly mean: number;
  readonly sd: number;
  readonly interval: readonly [number, number] | null;
} {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (n < 2) return { mean, sd: 0, interval: null };
  const sd = Math.sqrt(values.reduce((a, x) => a + (x - mean) ** 2, 0) / (n - 1));
  const half = (tQuantile(0.975, n - 1) * sd) / Math.sqrt(n);
  return { mean, sd, interval: [mean - half, mean + half] };
}
