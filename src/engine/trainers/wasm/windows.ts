import { lanes } from '../../../kernels/generate/build.ts';
import type { FoldTensors } from '../trainer.ts';
import type { Plan } from './plan.ts';

/** A run of origins: `count` of them from index `first`. */
export interface OriginRange {
  readonly origins: Int32Array;
  readonly first: number;
  readonly count: number;
}

/** Floats of a panel's array: one row of 8 lanes after the other, one step `stride` after the other. */
interface PanelRows {
  readonly floats: Float32Array;
  /** Index of the panel's first step. */
  readonly at: number;
  readonly stride: number;
  readonly lookback: number;
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
  const stride = (inputStride / 4) * panels;
  const last = range.first + range.count - 1;
  const origins = new Int32Array(lanes);
  for (let panel = 0; panel < panels; panel++) {
    const first = range.first + panel * lanes;
    for (let lane = 0; lane < lanes; lane++) origins[lane] = range.origins[Math.min(first + lane, last)];
    const rows = { floats, at: (inputs + panel * inputStride) / 4, stride, lookback };
    copyWindows(rows, fold, origins);
    for (let f = 0; f < features; f++) {
      if (relative[f] === 0) continue;
      for (let lane = 0; lane < lanes; lane++)
        shiftLane(rows, f * lanes + lane, series[origins[lane] * features + f]);
    }
    for (let lane = last - first + 1; lane < lanes; lane++)
      for (let f = 0; f < features; f++) clearLane(rows, f * lanes + lane);
  }
}

/** The windows of 8 origins. All lanes in one turn of the loop: each of its own takes twice the time. */
function copyWindows(
  { floats, at, stride, lookback }: PanelRows,
  { inputs: series, features }: Pick<FoldTensors, 'inputs' | 'features'>,
  origins: Int32Array,
): void {
  const [s0, s1, s2, s3, s4, s5, s6, s7] = origins.map((origin) => (origin - lookback + 1) * features);
  let i = 0;
  for (let t = 0; t < lookback; t++, at += stride) {
    let to = at;
    for (const end = i + features; i < end; i++, to += lanes) {
      floats[to] = series[s0 + i];
      floats[to + 1] = series[s1 + i];
      floats[to + 2] = series[s2 + i];
      floats[to + 3] = series[s3 + i];
      floats[to + 4] = series[s4 + i];
      floats[to + 5] = series[s5 + i];
      floats[to + 6] = series[s6 + i];
      floats[to + 7] = series[s7 + i];
    }
  }
}

/** Subtracts `base` from one lane of a feature in all steps. */
function shiftLane({ floats, at, stride, lookback }: PanelRows, offset: number, base: number): void {
  for (let t = 0, i = at + offset; t < lookback; t++, i += stride) floats[i] -= base;
}

function clearLane({ floats, at, stride, lookback }: PanelRows, offset: number): void {
  for (let t = 0, i = at + offset; t < lookback; t++, i += stride) floats[i] = 0;
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
