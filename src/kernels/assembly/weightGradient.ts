import { panels } from './batch';
import {
  f32WeightGradient6x2, gateBlocks, gateStride, gradients, hiddenRows, hiddenStride, inputStride, inputs, layerBlock, layerDropped,
  layerGates, layerHidden, layerInputRows, layerInputSize, layerMaskedHidden, layerRows, layerWeightsAt, outputThreshold,
  packedGates, packedInputs, panelsPerChunk,
} from './generated';

const scratch: usize = memory.data(384, 64);

@inline function copy64(to: usize, from: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
  v128.store(to, v128.load(from, 32), 32);
  v128.store(to, v128.load(from, 48), 48);
}

/** Copies pairs of rows of `count` panels to [pair][panel][2][8]; one stream for the loads of the tile loop. */
function packRows(to: usize, from: usize, stride: usize, pairs: i32, count: i32): usize {
  for (let n = 0; n < pairs; n++) {
    let at = from + ((<usize>n) << 6);
    for (let i = 0; i < count; i++) { copy64(to, at); to += 64; at += stride; }
  }
  return to;
}

/** Copies one block of 6 gate rows of `count` panels to [panel][6][8]. */
function packGates(to: usize, from: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    copy64(to, from); copy64(to + 64, from + 64); copy64(to + 128, from + 128);
    to += 192; from += gateStride;
  }
}

/** Adds dGates x input' of the panels first..end-1 (time-major) of layer l to its gradients; isFirst starts them. */
export function addWeightGradient(l: i32, first: i32, end: i32, isFirst: bool): void {
  const layer = layerBlock(l), rows = layerRows(layer);
  let x = inputs, xStride = inputStride;
  if (l > 0) {
    const below = layerBlock(l - 1);
    xStride = hiddenStride;
    x = outputThreshold > 0 ? layerDropped(below) : layerHidden(below) + <usize>panels * hiddenStride;
  }
  while (first < end) {
    const count = min(panelsPerChunk, end - first), at = <usize>first;
    const hTo = packRows(packedInputs, x + at * xStride, xStride, layerInputRows(layer) >> 1, count);
    packRows(hTo, layerMaskedHidden(layer) + at * hiddenStride, hiddenStride, hiddenRows >> 1, count);
    let d = layerGates(layer) + at * gateStride, out = gradients + layerWeightsAt(layer);
    for (let block = 0; block < gateBlocks; block++) {
      packGates(packedGates, d, count);
      f32WeightGradient6x2(out, packedGates, packedInputs, count, rows >> 1, scratch, isFirst);
      d += 192; out += <usize>rows * 24;
    }
    isFirst = false; first += count;
  }
}

/** With an odd input size the padding row of x may have met the row of ones of the layer below: its gradient is cleared. */
export function clearPaddingGradient(layer: usize): void {
  const inputSize = layerInputSize(layer);
  if ((inputSize & 1) == 0) return;
  let at = gradients + layerWeightsAt(layer) + <usize>inputSize * 24;
  for (let block = 0; block < gateBlocks; block++) { memory.fill(at, 0, 24); at += <usize>layerRows(layer) * 24; }
}
