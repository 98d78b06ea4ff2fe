import { normalCdf, normalQuantile } from '../normal.ts';
import type { StepView } from './forecasts.ts';
import { direction } from './metrics.ts';

export interface DirectionResult {
  /** Share of changes with the right sign; see metrics.direction. */
  readonly share: number;
  /** Share of rises on the same rows: what "always up" would score. */
  readonly alwaysUp: number;
  /** 95 % interval of the share (Wilson). */
  readonly interval: readonly [number, number];
  /** Rows with a change. */
  readonly rows: number;
  readonly pesaranTimmermann: { readonly statistic: number; readonly p: number } | null;
}

export function directionResult(view: StepView): DirectionResult {
  let ups = 0;
  let rows = 0;
  for (let i = 0; i < view.actual.length; i++) {
    if (view.actual[i] === view.last[i]) continue;
    rows++;
    if (view.actual[i] > view.last[i]) ups++;
  }
  const share = direction(view);
  return {
    share,
    alwaysUp: rows === 0 ? 0.5 : ups / rows,
    interval: wilsonInterval(share, rows),
    rows,
    pesaranTimmermann: pesaranTimmermann(view),
  };
}

/** Interval of a share (Wilson 1927), 95 %. */
export function wilsonInterval(share: number, n: number): readonly [number, number] {
  if (n === 0) return [0, 1];
  const z = normalQuantile(0.975);
  const middle = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/**
 * Pesaran and Timmermann (1992): are signs of forecast and actual change independent? Normal statistic, one-sided p against
 * "the signs agree more often than by chance". Rows with a zero on either side are left out. Null when a side has one sign only.
 */
export function pesaranTimmermann({
  actual,
  forecast,
  last,
}: StepView): { statistic: number; p: number } | null {
  let n = 0;
  let hits = 0;
  let ups = 0;
  let expectedUps = 0;
  for (let i = 0; i < actual.length; i++) {
    const y = Math.sign(actual[i] - last[i]);
    const x = Math.sign(forecast[i] - last[i]);
    if (y === 0 || x === 0) continue;
    n++;
    if (x === y) hits++;
    if (y > 0) ups++;
    if (x > 0) expectedUps++;
  }
  if (n < 2) return null;
  const py = ups / n;
  const px = expectedUps / n;
  const chance = py * px + (1 - py) * (1 - px);
  const varHits = (chance * (1 - chance)) / n;
  const varChance =
    ((2 * py - 1) ** 2 * px * (1 - px)) / n +
    ((2 * px - 1) ** 2 * py * (1 - py)) / n +
    (4 * py * px * (1 - py) * (1 - px)) / (n * n);
  if (!(varHits - varChance > 1e-15)) return null;
  const statistic = (hits / n - chance) / Math.sqrt(varHits - varChance);
  return { statistic, p: normalCdf(-statistic) };
}
