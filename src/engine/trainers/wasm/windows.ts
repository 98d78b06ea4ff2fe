import { lanes, rowBytes } from '../../../kernels/generate/build.ts';
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
  const { features, relative } = fold;
  const series = fold.inputs;
  const floats = new Float32Array(memory.buffer);
  const panels = Math.ceil(range.count / lanes);
  const stride = inputStride / 4;
  const row = rowBytes / 4;
  for (let sample = 0; sample < panels * lanes; sample++) {
    let to = inputs / 4 + Math.floor(sample / lanes) * stride + (sample % lanes);
    const origin = sample < range.count ? range.origins[range.first + sample] : -1;
    let from = (origin - lookback + 1) * features;
    for (let t = 0; t < lookback; t++) {
      for (let f = 0; f < features; f++) {
        const base = relative[f] === 1 && origin >= 0 ? series[origin * features + f] : 0;
        floats[to + f * row] = origin >= 0 ? series[from + f] - base : 0;
      }
      from += features;
      to += panels * stride;
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
