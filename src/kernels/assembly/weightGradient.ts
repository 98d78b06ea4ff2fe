import { panels } from './batch';
import {
  f32Product6x16, f32Product6x8, gateBlocks, gateStride, gradients, hasPairs, hiddenStride, inputStride, inputs, layerBlock,
  layerDropped, layerGates, layerHidden, layerInputRows, layerInputSize, layerMaskedHidden, layerRows, layerWeightsAt,
  combinedGates, outputThreshold, panelsPerChunk, sampledGates, sampledInputs, sampledStride, strassenFrom, units, weightPanels,
} from './generated';
import { addWeights, groupPanels, strassen, useMatrix } from './strassen';

/*
 * dW[row][k] = sum over steps and samples of dGates[row] x input[k], as a product like the others: its "weights" are dGates
 * [block of 6 rows][sample][6], its panels hold 8 rows of x or h, [panel][sample][8]. Both are written by transposing a chunk of
 * time steps, 8 x 8 or 6 x 8 numbers at a time. The result stays in panels until the layer is done.
 */

/** Four rows of a panel, 32 bytes apart, four lanes each: `to` gets the lanes as rows, `step` bytes apart. */
@inline function transpose4(to: usize, step: usize, from: usize): void {
  const r0 = v128.load(from), r1 = v128.load(from, 32), r2 = v128.load(from, 64), r3 = v128.load(from, 96);
  const low01 = i32x4.shuffle(r0, r1, 0, 4, 1, 5), high01 = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
  const low23 = i32x4.shuffle(r2, r3, 0, 4, 1, 5), high23 = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(low01, low23, 0, 2));
  v128.store(to + step, i64x2.shuffle(low01, low23, 1, 3));
  v128.store(to + 2 * step, i64x2.shuffle(high01, high23, 0, 2));
  v128.store(to + 3 * step, i64x2.shuffle(high01, high23, 1, 3));
}

/** 8 rows of a panel as 8 samples of 8. */
function transpose8x8(to: usize, from: usize): void {
  transpose4(to, 32, from);
  transpose4(to + 128, 32, from + 16);
  transpose4(to + 16, 32, from + 128);
  transpose4(to + 144, 32, from + 144);
}

/** 2 rows of a panel, four lanes each, as pairs 24 bytes apart. */
@inline function transpose2(to: usize, from: usize): void {
  const r0 = v128.load(from), r1 = v128.load(from, 32);
  const low = i32x4.shuffle(r0, r1, 0, 4, 1, 5), high = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
  v128.store64_lane(to, low, 0);
  v128.store64_lane(to + 24, low, 1);
  v128.store64_lane(to + 48, high, 0);
  v128.store64_lane(to + 72, high, 1);
}

/** Panels of samples in the chunk so far, and the distance of its blocks of gate rows: an odd number of cache lines. */
let sampled: i32 = 0;
const blockBytes: usize = panelsPerChunk * 192 + 64;

/** The gate rows of one panel, at place `sampled` of the chunk. */
function sampleGates(from: usize): void {
  let to = sampledGates + <usize>sampled * 192;
  for (let block = 0; block < gateBlocks; block++) {
    transpose4(to, 24, from);
    transpose4(to + 96, 24, from + 16);
    transpose2(to + 16, from + 128);
    transpose2(to + 112, from + 144);
    to += blockBytes; from += 192;
  }
}

const rest: usize = memory.data(256, 64);

/** Rows of one panel, at place `sampled` of the panels from `to` on; rows past the last are zero. Returns the next panel. */
function sampleRows(to: usize, from: usize, rows: i32): usize {
  to += (<usize>sampled) << 8;
  for (; rows >= 8; rows -= 8) {
    transpose8x8(to, from);
    to += sampledStride; from += 256;
  }
  if (rows > 0) {
    const bytes = (<usize>rows) << 5;
    for (let i: usize = 0; i < bytes; i += 16) v128.store(rest + i, v128.load(from + i));
    for (let i = bytes; i < 256; i += 16) v128.store(rest + i, f32x4.splat(0));
    transpose8x8(to, rest);
    to += sampledStride;
  }
  return to - ((<usize>sampled) << 8);
}

/** Panels of k rows of x, and of h with its row of ones. */
@inline function inputPanels(layer: usize): i32 { return (layerInputSize(layer) + 7) >> 3; }
@inline function hiddenPanels(): i32 { return (units + 8) >> 3; }

export function startWeightGradient(l: i32): void {
  const count = inputPanels(layerBlock(l)) + hiddenPanels();
  memory.fill(weightPanels, 0, <usize>count * gateStride);
  sampled = 0;
}

/** Adds panel `slot` (time-major) of layer l to the chunk: its dGates, its x and its h. Returns whether the chunk is full. */
export function samplePanel(l: i32, slot: usize): bool {
  const layer = layerBlock(l);
  let x = inputs, xStride = inputStride;
  if (l > 0) {
    const below = layerBlock(l - 1);
    xStride = hiddenStride;
    x = outputThreshold > 0 ? layerDropped(below) : layerHidden(below) + <usize>panels * hiddenStride;
  }
  sampleGates(layerGates(layer) + slot * gateStride);
  const next = sampleRows(sampledInputs, x + slot * xStride, layerInputSize(layer));
  sampleRows(next, layerMaskedHidden(layer) + slot * hiddenStride, units + 1);
  sampled += 1;
  return sampled == panelsPerChunk;
}

/** Adds the chunk's product to the gradient and empties it. */
export function addWeightGradient(l: i32): void {
  const all = inputPanels(layerBlock(l)) + hiddenPanels(), halfBlocks = gateBlocks >> 1, half = (sampled >> 1) << 3, k = sampled << 3;
  const lowerAt = <usize>halfBlocks * 192, below = (<usize>half) << 5;
  const canHalve = half >= strassenFrom && (sampled & 1) == 0 && halfBlocks > 0;
  if (canHalve) {
    useMatrix(sampledGates, sampledGates + <usize>halfBlocks * blockBytes, <usize>half * 24, blockBytes, halfBlocks, half, combinedGates);
    addWeights();
  }
  // The features stay apart: their scale is the user's, and Strassen's sums would carry its rounding to other gradients.
  let n = 0;
  if (l == 0) { n = inputPanels(layerBlock(0)); multiplyPanels(0, n, 0, gateBlocks, k); }
  while (n < all) {
    if (canHalve && n + groupPanels <= all) {
      const b = sampledInputs + <usize>n * sampledStride, c = weightPanels + <usize>n * gateStride;
      strassen(b, b + below, sampledStride, c, c + lowerAt, gateStride);
      multiplyPanels(n, n + groupPanels, halfBlocks << 1, gateBlocks, k);
      n += groupPanels;
    } else {
      multiplyPanels(n, all, 0, gateBlocks, k);
      n = all;
    }
  }
  sampled = 0;
}

/** The plain product, for the given panels of k and blocks of gate rows. */
function multiplyPanels(n: i32, end: i32, firstBlock: i32, endBlock: i32, k: i32): void {
  const blocks = endBlock - firstBlock, d = sampledGates + <usize>firstBlock * blockBytes;
  if (blocks == 0) return;
  while (n < end) {
    const b = sampledInputs + <usize>n * sampledStride, c = weightPanels + <usize>n * gateStride + <usize>firstBlock * 192;
    if (hasPairs && n + 1 < end) {
      f32Product6x16(c, c + gateStride, d, blocks, blockBytes, b, b + sampledStride, k);
      n += 2;
    } else {
      f32Product6x8(c, d, blocks, blockBytes, b, k);
      n += 1;
    }
  }
}

/** Moves layer l's gradient from its panels into the layout of the weights; padding stays zero. */
export function finishWeightGradient(l: i32): void {
  const layer = layerBlock(l), rows = layerRows(layer), inputSize = layerInputSize(layer);
  let out = gradients + layerWeightsAt(layer);
  const hAt = <usize>layerInputRows(layer) * 24, hPanels = weightPanels + <usize>inputPanels(layer) * gateStride;
  for (let block = 0; block < gateBlocks; block++) {
    const gateRows = min(6, (units << 2) - block * 6), row = <usize>block * 192;
    for (let k = 0; k < inputSize; k++) moveRows(out + <usize>k * 24, weightPanels + row, k, gateRows);
    for (let k = 0; k <= units; k++) moveRows(out + hAt + <usize>k * 24, hPanels + row, k, gateRows);
    out += <usize>rows * 24;
  }
}
@inline function moveRows(to: usize, panelRows: usize, k: i32, gateRows: i32): void {
  let from = panelRows + <usize>(k >> 3) * gateStride + ((<usize>k & 7) << 2);
  for (let r = 0; r < gateRows; r++) { store<f32>(to, load<f32>(from)); to += 4; from += 32; }
}
