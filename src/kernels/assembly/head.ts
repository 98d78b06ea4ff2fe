import { count, panels, panelsBefore } from './batch';
import { applyMask } from './dropout';
import {
  cellStride, dHidden, dPredictions, gradients, headAt, headStride, hiddenStride, horizon, layerBlock, layerDropped, layerHidden,
  layerOutputKey0, layerOutputKey1, layers, lookback, outputScale, outputThreshold, parameters, predictions, targets, units,
} from './generated';

/** Address of what the head reads: h of the last step, after dropout. */
function headInput(): usize {
  const top = layerBlock(layers - 1);
  return outputThreshold > 0 ? layerDropped(top) : layerHidden(top) + panelsBefore(lookback) * hiddenStride;
}

@inline function outputAt(panel: i32, step: i32): usize {
  return (<usize>(panel * horizon + step)) << 5;
}

/** predictions[step] = bias + sum over units of kernel[unit][step] x h[unit]. */
export function headForward(): void {
  const h0 = headInput();
  for (let p = 0; p < panels; p++) {
    for (let step = 0; step < horizon; step++) {
      const w = parameters + headAt + <usize>step * headStride;
      let sum0 = f32x4.splat(load<f32>(w + ((<usize>units) << 2))), sum1 = sum0, h = h0 + <usize>p * hiddenStride;
      for (let u = 0; u < units; u++) {
        const k = v128.load32_splat(w + ((<usize>u) << 2));
        sum0 = f32x4.add(sum0, f32x4.mul(k, v128.load(h)));
        sum1 = f32x4.add(sum1, f32x4.mul(k, v128.load(h, 16)));
        h += 32;
      }
      const at = outputAt(p, step);
      v128.store(predictions + at, sum0);
      v128.store(predictions + at, sum1, 16);
    }
  }
}

/**
 * Sum of the loss over samples and steps (not yet divided by their number), and dPredictions of the mean loss. Lanes past the
 * batch get 0, which makes every gradient of a short batch right. isAbsolute 0: squared error, 1: absolute error.
 */
export function loss(isAbsolute: i32): f64 {
  let sum: f64 = 0;
  const scale = (isAbsolute ? <f32>1 : <f32>2) / <f32>(count * horizon);
  for (let p = 0; p < panels; p++) {
    for (let step = 0; step < horizon; step++) {
      const row = outputAt(p, step);
      for (let lane = 0; lane < 8; lane++) {
        const at = row + ((<usize>lane) << 2);
        let d: f32 = 0;
        if ((p << 3) + lane < count) {
          const e = load<f32>(predictions + at) - load<f32>(targets + at);
          sum += isAbsolute ? <f64>abs(e) : <f64>(e * e);
          d = isAbsolute ? (e > 0 ? scale : e < 0 ? -scale : e) : e * scale; // e itself keeps NaN
        }
        store<f32>(dPredictions + at, d);
      }
    }
  }
  return sum;
}

@inline function laneSum(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** Gradients of the head, and dHidden of the top layer's last step. */
export function headBackward(): void {
  const h0 = headInput();
  for (let step = 0; step < horizon; step++) {
    const g = gradients + headAt + <usize>step * headStride;
    let bias = f32x4.splat(0);
    for (let p = 0; p < panels; p++) {
      const d = dPredictions + outputAt(p, step);
      bias = f32x4.add(bias, f32x4.add(v128.load(d), v128.load(d, 16)));
    }
    store<f32>(g + ((<usize>units) << 2), laneSum(bias));
    for (let u = 0; u < units; u++) {
      let sum = f32x4.splat(0);
      for (let p = 0; p < panels; p++) {
        const h = h0 + <usize>p * hiddenStride + ((<usize>u) << 5), d = dPredictions + outputAt(p, step);
        sum = f32x4.add(sum, f32x4.add(f32x4.mul(v128.load(h), v128.load(d)), f32x4.mul(v128.load(h, 16), v128.load(d, 16))));
      }
      store<f32>(g + ((<usize>u) << 2), laneSum(sum));
    }
  }
  const top = layerBlock(layers - 1), first = topGradient();
  for (let p = 0; p < panels; p++) {
    const out = first + <usize>p * cellStride;
    for (let u = 0; u < units; u++) {
      let sum0 = f32x4.splat(0), sum1 = sum0;
      for (let step = 0; step < horizon; step++) {
        const w = v128.load32_splat(parameters + headAt + <usize>step * headStride + ((<usize>u) << 2)), d = dPredictions + outputAt(p, step);
        sum0 = f32x4.add(sum0, f32x4.mul(w, v128.load(d)));
        sum1 = f32x4.add(sum1, f32x4.mul(w, v128.load(d, 16)));
      }
      const at = out + ((<usize>u) << 5);
      v128.store(at, sum0);
      v128.store(at, sum1, 16);
    }
    if (outputThreshold > 0) {
      applyMask(out, out, lookback - 1, p, layerOutputKey0(top), layerOutputKey1(top), outputScale, outputThreshold);
    }
  }
}

/** Where dHidden of the top layer's last step stands; a single layer keeps no other step of it. */
export function topGradient(): usize {
  return layers > 1 ? dHidden + panelsBefore(lookback - 1) * cellStride : dHidden;
}
