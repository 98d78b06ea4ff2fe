import { dropThreshold, maskRowLength, type MaskKeys } from '../dropoutMask.ts';
import type { FoldTensors } from '../trainer.ts';

/** A run of origins: `count` of them from index `first`. */
export interface OriginRange {
  readonly origins: Int32Array;
  readonly first: number;
  readonly count: number;
}

type Series = Pick<FoldTensors, 'inputs' | 'features' | 'relative'>;

/**
 * The windows of some origins, time-major: out[t][sample][feature]. A feature relative to the window has its value at the origin
 * subtracted. `out` may hold more samples than the range; the rest is left alone.
 */
export function writeWindows(out: Float32Array, series: Series, range: OriginRange, lookback: number): void {
  const { inputs, features, relative } = series;
  const stride = out.length / lookback;
  for (let sample = 0; sample < range.count; sample++) {
    const origin = range.origins[range.first + sample];
    for (let f = 0; f < features; f++) {
      const base = relative[f] === 1 ? inputs[origin * features + f] : 0;
      let from = (origin - lookback + 1) * features + f;
      for (let to = sample * features + f; to < out.length; to += stride) {
        out[to] = inputs[from] - base;
        from += features;
      }
    }
  }
}

/** The targets of the same origins, (samples, horizon). */
export function targetsOf(fold: Pick<FoldTensors, 'targets' | 'horizon'>, range: OriginRange): Float32Array {
  const { targets, horizon } = fold;
  const out = new Float32Array(range.count * horizon);
  for (let i = 0; i < range.count; i++) {
    const origin = range.origins[range.first + i];
    for (let step = 0; step < horizon; step++) out[i * horizon + step] = targets[origin * horizon + step];
  }
  return out;
}

/** Which part of a mask to make: steps firstStep.., (steps, samples, units). */
export interface MaskPart {
  readonly rate: number;
  readonly firstStep: number;
  readonly steps: number;
  readonly samples: number;
  readonly units: number;
}

/** A mask, out[t][sample][unit]: maskValue() of dropoutMask.ts for each element, written out because it is most of the work of a batch beside the kernels. */
export function maskOf(keys: MaskKeys, part: MaskPart): Float32Array {
  const { rate, firstStep, steps, samples, units } = part;
  const out = new Float32Array(steps * samples * units);
  const { key0, key1 } = keys;
  const threshold = dropThreshold(rate);
  const kept = 1 / (1 - rate);
  let to = 0;
  for (let t = 0; t < steps; t++) {
    const row = (firstStep + t) * units;
    for (let sample = 0; sample < samples; sample++) {
      for (let unit = 0; unit < units; unit++) {
        let x = (Math.imul(row + unit, maskRowLength) + sample) ^ key0;
        x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
        x = Math.imul((x ^ (x >>> 15)) + key1, 0x846ca68b);
        out[to++] = (x ^ (x >>> 16)) >>> 8 >= threshold ? kept : 0;
      }
    }
  }
  return out;
}
