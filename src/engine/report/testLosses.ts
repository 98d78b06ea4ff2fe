import type { TestResult } from '../../protocol/results.ts';

/** Squared errors of each test day, mean over horizon steps (and, for the model, over refit seeds). */
export interface DailyLosses {
  readonly model: Float64Array;
  readonly naive: Float64Array;
}

/** Persistence's losses from prices; the model's from the stored cumulative difference, which is over all refit seeds. */
export function dailyLosses({ predictions, cumulative, horizon }: TestResult): DailyLosses {
  const { last, actual } = predictions;
  const naive = Float64Array.from(last, (price, i) => {
    let sum = 0;
    for (let h = 0; h < horizon; h++) sum += (actual[i * horizon + h] - price) ** 2;
    return sum / horizon;
  });
  const model = naive.map((loss, i) => loss + cumulative[i] - (i === 0 ? 0 : cumulative[i - 1]));
  return { model, naive };
}

/** The shortest run of days that holds most of persistence's squared error. */
export interface Concentration {
  /** First and last day, both included. */
  readonly from: number;
  readonly to: number;
  readonly days: number;
  readonly share: number;
  /** U2 of all the other days. */
  readonly u2Without: number;
}

const mostOfIt = 0.6;
/** A run of more than this share of the days is no concentration. */
const fewDays = 0.1;

/** Null where no run of at most a tenth of the days holds 60 % of the squared error. */
export function concentrationOf({ model, naive }: DailyLosses): Concentration | null {
  const total = naive.reduce((sum, x) => sum + x, 0);
  let best: { from: number; to: number; sum: number } | null = null;
  let from = 0;
  let sum = 0;
  for (let to = 0; to < naive.length; to++) {
    sum += naive[to];
    while (sum - naive[from] >= mostOfIt * total && from < to) sum -= naive[from++];
    if (sum >= mostOfIt * total && (best === null || to - from < best.to - best.from))
      best = { from, to, sum };
  }
  if (best === null || total === 0) return null;
  const days = best.to - best.from + 1;
  if (days > fewDays * naive.length) return null;
  const { from: first, to: last } = best;
  const outside = (losses: Float64Array): number =>
    losses.reduce((s, x, i) => (i >= first && i <= last ? s : s + x), 0);
  const base = outside(naive);
  return {
    from: first,
    to: last,
    days,
    share: best.sum / total,
    u2Without: base > 0 ? Math.sqrt(outside(model) / base) : 1,
  };
}
