/** Probability of backtest overfitting and what it was computed from. */
export interface Pbo {
  /** Share of the combinations in which the in-sample best ranks in the lower half outside. */
  readonly pbo: number;
  readonly meanLogit: number;
  readonly combinations: number;
  readonly blocks: number;
}

/** Days below which 8 blocks are used instead of 16: a block then has at least ten days. */
const enoughDays = 160;

/**
 * Combinatorially symmetric cross-validation (Bailey, Borwein, Lopez de Prado, Zhu 2017, J. Computational Finance 20(4)):
 * the days are cut into S contiguous blocks; for each choice of S/2 of them the trial with the best mean inside is ranked by its
 * mean outside, w = rank / (N + 1), logit ln(w / (1 - w)); PBO = share of logits <= 0.
 *
 * `scores`: (trials) of (days), higher is better (minus the loss), every trial on the same days. Null with fewer than two
 * trials or fewer days than blocks.
 */
export function pbo(scores: readonly Float64Array[], blocks?: number): Pbo | null {
  const trials = scores.length;
  const days = trials === 0 ? 0 : scores[0].length;
  const s = blocks ?? (days >= enoughDays ? 16 : 8);
  if (trials < 2 || days < s) return null;
  const sums = scores.map((row) => blockSums(row, s));
  const sizes = Array.from({ length: s }, (_, b) => edge(days, s, b + 1) - edge(days, s, b));
  let overfit = 0;
  let logits = 0;
  let combinations = 0;
  const inside = new Float64Array(trials);
  const outside = new Float64Array(trials);
  for (const chosen of halves(s)) {
    let daysInside = 0;
    for (const b of chosen) daysInside += sizes[b];
    for (let n = 0; n < trials; n++) {
      let sum = 0;
      for (const b of chosen) sum += sums[n][b];
      inside[n] = sum / daysInside;
      outside[n] = (sums[n][s] - sum) / (days - daysInside);
    }
    const w = rankOf(outside, indexOfLargest(inside)) / (trials + 1);
    const logit = Math.log(w / (1 - w));
    logits += logit;
    if (logit <= 0) overfit++;
    combinations++;
  }
  return { pbo: overfit / combinations, meanLogit: logits / combinations, combinations, blocks: s };
}

function edge(days: number, blocks: number, b: number): number {
  return Math.floor((b * days) / blocks);
}

/** Sum of each block, the total in the last place. */
function blockSums(row: Float64Array, blocks: number): Float64Array {
  const sums = new Float64Array(blocks + 1);
  for (let b = 0; b < blocks; b++) {
    for (let t = edge(row.length, blocks, b); t < edge(row.length, blocks, b + 1); t++) sums[b] += row[t];
    sums[blocks] += sums[b];
  }
  return sums;
}

/** All choices of s/2 out of 0..s-1. */
function* halves(s: number): Generator<readonly number[]> {
  const size = s / 2;
  const chosen = Array.from({ length: size }, (_, i) => i);
  for (;;) {
    yield chosen;
    let i = size - 1;
    while (i >= 0 && chosen[i] === s - size + i) i--;
    if (i < 0) return;
    chosen[i]++;
    for (let j = i + 1; j < size; j++) chosen[j] = chosen[j - 1] + 1;
  }
}

function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let n = 1; n < values.length; n++) if (values[n] > values[best]) best = n;
  return best;
}

/** Rank 1..N ascending; equal values share the mean of their ranks. */
function rankOf(values: Float64Array, at: number): number {
  let below = 0;
  let equal = 0;
  for (const value of values) {
    if (value < values[at]) below++;
    else if (value === values[at]) equal++;
  }
  return below + (equal + 1) / 2;
}
