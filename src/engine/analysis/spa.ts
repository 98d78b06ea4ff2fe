import type { Rng } from '../rng.ts';

/** p-values of "no trial is better than persistence" in Hansen's three versions. */
export interface Spa {
  readonly statistic: number;
  readonly lower: number;
  /** The one to report. */
  readonly consistent: number;
  readonly upper: number;
}

export interface SpaOptions {
  readonly repeats: number;
  /** Mean block length; default sqrt(days). */
  readonly block?: number;
}

/**
 * Test for superior predictive ability (Hansen 2005, J. Business & Economic Statistics 23:365) with the stationary bootstrap
 * (Politis and Romano 1994). d[k][t] = loss of persistence - loss of trial k; T = max(0, max_k sqrt(n) mean(d_k) / w_k) with w_k^2 the
 * variance under that bootstrap; a repeat recentres each mean: consistent only where mean(d_k) >= -sqrt(w_k^2 / n 2 ln ln n).
 *
 * `benchmark` (days), `models` (trials) of (days): losses, lower is better. Null without variance or with fewer than 10 days.
 */
export function spa(
  benchmark: Float64Array,
  models: readonly Float64Array[],
  { rng, repeats, block }: SpaOptions & { readonly rng: Rng },
): Spa | null {
  const n = benchmark.length;
  if (n < 10 || models.length === 0) return null;
  const q = 1 / Math.max(1, block ?? Math.sqrt(n));
  const columns = models
    .map((losses) => {
      const d = benchmark.map((x, t) => x - losses[t]);
      const mean = d.reduce((a, b) => a + b, 0) / n;
      return { d, mean, sd: Math.sqrt(longRunVariance(d, mean, q)) };
    })
    // A trial that equals persistence every day says nothing.
    .filter((c) => c.sd > 0);
  if (columns.length === 0) return null;
  const root = Math.sqrt(n);
  const statistic = Math.max(0, ...columns.map((c) => (root * c.mean) / c.sd));
  const limit = -Math.sqrt(2 * Math.log(Math.log(n)));
  const centers = columns.map((c) => ({
    lower: Math.max(c.mean, 0),
    consistent: (root * c.mean) / c.sd >= limit ? c.mean : 0,
    upper: c.mean,
  }));
  const larger = { lower: 0, consistent: 0, upper: 0 };
  const weight = new Float64Array(n);
  for (let r = 0; r < repeats; r++) {
    stationaryWeights(weight, q, rng);
    const best = { lower: 0, consistent: 0, upper: 0 };
    columns.forEach(({ d, sd }, k) => {
      let sum = 0;
      for (let t = 0; t < n; t++) sum += weight[t] * d[t];
      const mean = sum / n;
      for (const kind of ['lower', 'consistent', 'upper'] as const) {
        best[kind] = Math.max(best[kind], (root * (mean - centers[k][kind])) / sd);
      }
    });
    for (const kind of ['lower', 'consistent', 'upper'] as const) if (best[kind] > statistic) larger[kind]++;
  }
  // A statistic of 0 is no evidence at all, though no repeat may exceed it where all are recentred to 0.
  const p = (count: number): number => (statistic === 0 ? 1 : count / repeats);
  return { statistic, lower: p(larger.lower), consistent: p(larger.consistent), upper: p(larger.upper) };
}

/** Variance of sqrt(n) mean under the stationary bootstrap: kernel (1 - i/n)(1-q)^i + (i/n)(1-q)^(n-i). */
function longRunVariance(d: Float64Array, mean: number, q: number): number {
  const n = d.length;
  const e = d.map((x) => x - mean);
  let v = 0;
  for (let t = 0; t < n; t++) v += e[t] * e[t];
  for (let i = 1; i < n; i++) {
    const kernel = (1 - i / n) * (1 - q) ** i + (i / n) * (1 - q) ** (n - i);
    if (kernel < 1e-12) continue;
    let sum = 0;
    for (let t = i; t < n; t++) sum += e[t] * e[t - i];
    v += 2 * kernel * sum;
  }
  return Math.max(0, v / n);
}

/** How often each day is drawn: blocks of geometric length with mean 1/q, wrapped around. */
function stationaryWeights(weight: Float64Array, q: number, rng: Rng): void {
  const n = weight.length;
  weight.fill(0);
  let day = rng.int(n);
  for (let t = 0; t < n; t++) {
    weight[day]++;
    day = rng.uniform() < q ? rng.int(n) : (day + 1) % n;
  }
}
