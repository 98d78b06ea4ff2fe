import type { Rng } from '../rng.ts';

/** Losses of a model and of persistence on the same rows, one array a horizon step. */
export interface PairedLosses {
  /** (steps) of squared errors, one an origin; averaged over seeds. */
  readonly model: readonly Float64Array[];
  readonly naive: readonly Float64Array[];
}

/** U2 = mean over steps of sqrt(sum model / sum naive), the rows counted with `weight`. */
export function u2Of({ model, naive }: PairedLosses, weight?: Float64Array): number {
  let total = 0;
  for (let h = 0; h < model.length; h++) {
    let m = 0;
    let b = 0;
    for (let t = 0; t < model[h].length; t++) {
      const w = weight === undefined ? 1 : weight[t];
      m += w * model[h][t];
      b += w * naive[h][t];
    }
    total += b > 0 ? Math.sqrt(m / b) : 1;
  }
  return total / model.length;
}

export interface BlockBootstrap {
  readonly repeats: number;
  /** Rows in a block; default n^(1/3), at least the number of steps. */
  readonly block?: number;
  /** Share of repeats inside the interval. */
  readonly level: number;
}

const usualBootstrap: BlockBootstrap = { repeats: 2000, level: 0.95 };

/**
 * Percentile interval of U2 by the moving-block bootstrap (Kuensch 1989): blocks of days are drawn with replacement and laid end
 * to end up to n days; both losses of a day stay together.
 */
export function u2Interval(
  losses: PairedLosses,
  rng: Rng,
  options: BlockBootstrap = usualBootstrap,
): readonly [number, number] {
  const n = losses.model[0].length;
  const block = Math.min(n, Math.max(options.block ?? Math.round(Math.cbrt(n)), losses.model.length, 1));
  const values = new Float64Array(options.repeats);
  const weight = new Float64Array(n);
  for (let r = 0; r < options.repeats; r++) {
    weight.fill(0);
    for (let drawn = 0; drawn < n; drawn += block) {
      const start = rng.int(n - block + 1);
      const length = Math.min(block, n - drawn);
      for (let i = 0; i < length; i++) weight[start + i]++;
    }
    values[r] = u2Of(losses, weight);
  }
  values.sort();
  const tail = (1 - options.level) / 2;
  return [quantileOf(values, tail), quantileOf(values, 1 - tail)];
}

function quantileOf(sorted: Float64Array, p: number): number {
  const at = (sorted.length - 1) * p;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}
