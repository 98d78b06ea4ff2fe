import { lanes } from '../../../kernels/generate/build.ts';
import type { FoldTensors } from '../trainer.ts';
import type { Plan } from './plan.ts';

/** A run of origins: `count` of them from index `first`. */
export interface OriginRange {
  readonly origins: Int32Array;
  readonly first: number;
  readonly count: number;
}

/**
 * Lays the windows of some origins out as the kernels read them, [time][panel][feature][8]. Lanes past the last sample are 0.
 * A feature relative to the window has its value at the origin subtracted from all steps.
 */
export function writeWindows(
  memory: WebAssembly.Memory,
  plan: Plan,
  fold: Pick<FoldTensors, 'inputs' | 'features' | 'relative'>,
  range: OriginRange,
): void {
  const { lookback, inputs, inputStride } = plan.fields;
  const { features, relative, inputs: series } = fold;
  const floats = new Float32Array(memory.buffer);
  const panels = Math.ceil(range.count / lanes);
  const stride = inputStride / 4;
  const isRelative = relative.includes(1);
  const starts = new Int32Array(lanes);
  const bases = new Float32Array(lanes * features);
  for (let panel = 0; panel < panels; panel++) {
    const first = range.first + panel * lanes;
    const filled = Math.min(lanes, range.count - panel * lanes);
    for (let lane = 0; lane < filled; lane++) {
      const origin = range.origins[first + lane];
      starts[lane] = (origin - lookback + 1) * features;
      for (let f = 0; f < features; f++)
        bases[lane * features + f] = relative[f] === 1 ? series[origin * features + f] : 0;
    }
    // Time outside, samples inside: a row of the panel is written while its cache line is there.
    for (let t = 0; t < lookback; t++) {
      const to = inputs / 4 + (t * panels + panel) * stride;
      if (filled < lanes) floats.fill(0, to, to + features * lanes);
      for (let lane = 0; lane < filled; lane++) {
        const from = starts[lane] + t * features;
        // Two loops: to subtract zeros from every value takes as long again as to copy it.
        if (isRelative) {
          const base = lane * features;
          for (let f = 0; f < features; f++)
            floats[to + f * lanes + lane] = series[from + f] - bases[base + f];
        } else {
          let at = to + lane;
          for (let i = from; i < from + features; i++, at += lanes) floats[at] = series[i];
        }
      }
    }
  }
}

/** Targets of the same samples, [panel][step][8]. */
export function writeTargets(
  memory: WebAssembly.Memory,
  plan: Plan,
  fold: Pick<FoldTensors, 'targets' | 'horizon'>,
  range: OriginRange,
): void {
  const floats = new Float32Array(memory.buffer, plan.fields.targets);
  for (let i = 0; i < range.count; i++) {
    const origin = range.origins[range.first + i];
    for (let step = 0; step < fold.horizon; step++) {
      floats[outputIndex(fold.horizon, i, step)] = fold.targets[origin * fold.horizon + step];
    }
  }
}

/** Copies the kernels' predictions, [panel][step][8], to (samples, horizon) from index `at` of `out` on. */
export function readPredictions(
  memory: WebAssembly.Memory,
  plan: Plan,
  count: number,
  out: Float32Array,
): void {
  const floats = new Float32Array(memory.buffer, plan.fields.predictions);
  const { horizon } = plan.fields;
  for (let i = 0; i < count; i++) {
    for (let step = 0; step < horizon; step++)
      out[i * horizon + step] = floats[outputIndex(horizon, i, step)];
  }
}

function outputIndex(horizon: number, sample: number, step: number): number {
  return (Math.floor(sample / lanes) * horizon + step) * lanes + (sample % lanes);
}
