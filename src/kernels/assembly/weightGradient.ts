import { panels, panelsBefore } from './batch';
import {
  f32Product6x16, f32Product6x8, gateBlocks, gateStride, gradients, hasPairs, hiddenStride, inputStride, inputs, layerBlock,
  layerDropped, layerGates, layerHidden, layerInputRows, layerInputSize, layerMaskedHidden, layerRows, layerWeightsAt,
  combinedGates, lookback, outputThreshold, panelsPerChunk, sampledGates, sampledInputs, sampledStride, strassenFrom, units, weightPanels,
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

/** The gate rows of `count` panels, from place `sampled` of the chunk on. */
function sampleGates(from: usize, count: i32): void {
  let first = sampledGates + <usize>sampled * 192;
  for (let block = 0; block < gateBlocks; block++) {
    let to = first, at = from;
    for (let i = 0; i < count; i++) {
      transpose4(to, 24, at);
      transpose4(to + 96, 24, at + 16);
      transpose2(to + 16, at + 128);
      transpose2(to + 112, at + 144);
      to += 192; at += gateStride;
    }
    first += blockBytes; from += 192;
  }
}

const rest: usize = memory.data(256, 64);

/** Rows of x and h of `count` panels, one after the other, from place `sampled` of the chunk on; rows past the last are zero. */
function sampleInputs(x: usize, xStride: usize, xRows: i32, h: usize, hRows: i32, count: i32): void {
  let first = sampledInputs + ((<usize>sampled) << 8);
  for (let row = 0; row < xRows + hRows; row += 8) {
    const fromX = min(8, xRows - row), hRow = max(0, row - xRows), fromH = min(8 - max(0, fromX), hRows - hRow);
    let to = first, atX = x + ((<usize>row) << 5), atH = h + ((<usize>hRow) << 5);
    for (let i = 0; i < count; i++) {
      if (fromX == 8) transpose8x8(to, atX);
      else if (fromH == 8) transpose8x8(to, atH);
      else {
        const next = copyRows(rest, atX, fromX);
        copyZeros(copyRows(next, atH, fromH));
        transpose8x8(to, rest);
      }
      to += 256; atX += xStride; atH += hiddenStride;
    }
    first += sampledStride;
  }
}
function copyRows(to: usize, from: usize, rows: i32): usize {
  for (; rows > 0; rows--) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    to += 32; from += 32;
  }
  return to;
}
function copyZeros(to: usize): void {
  for (; to < rest + 256; to += 16) v128.store(to, f32x4.splat(0));
}

/** Panels of 8 rows of x and h, h with its row of ones. */
@inline function allPanels(l: i32): i32 { return (layerInputSize(layerBlock(l)) + units + 8) >> 3; }

export function startWeightGradient(l: i32): void {
  memory.fill(weightPanels, 0, <usize>allPanels(l) * gateStride);
  sampled = 0;
}

/** Adds time step t of layer l to the chunk: its dGates, its x and its h. Multiplies whenever the chunk is full. */
export function sampleStep(l: i32, t: i32): void {
  const layer = layerBlock(l);
  let x = inputs, xStride = inputStride;
  if (l > 0) {
    const below = layerBlock(l - 1);
    xStride = hiddenStride;
    x = outputThreshold > 0 ? layerDropped(below) : layerHidden(below) + <usize>panels * hiddenStride;
  }
  for (let p = 0, count = 0; p < panels; p += count) {
    count = min(panels - p, panelsPerChunk - sampled);
    const slot = panelsBefore(t) + <usize>p;
    sampleGates(layerGates(layer) + slot * gateStride, count);
    const h = layerMaskedHidden(layer) + slot * hiddenStride;
    sampleInputs(x + slot * xStride, xStride, layerInputSize(layer), h, units + 1, count);
    sampled += count;
    if (sampled == panelsPerChunk) addWeightGradient(l);
  }
}

/** Adds the chunk's product to the gradient and empties it. */
function addWeightGradient(l: i32): void {
  if (sampled == 0) return;
  const all = allPanels(l), halfBlocks = gateBlocks >> 1, half = (sampled >> 1) << 3, k = sampled << 3;
  const lowerAt = <usize>halfBlocks * 192, below = (<usize>half) << 5;
  // With one step h is zero and so is its gradient, exactly: sums with x would leave rounding there, and Adam would make steps of it.
  const canHalve = half >= strassenFrom && (sampled & 1) == 0 && halfBlocks > 0 && lookback > 1;
  if (canHalve) {
    useMatrix(sampledGates, sampledGates + <usize>halfBlocks * blockBytes, <usize>half * 24, blockBytes, halfBlocks, half, combinedGates);
    addWeights();
  }
  // The features stay apart: their scale is the user's, and Strassen's sums would carry its rounding to other gradients.
  const head = l == 0 ? (layerInputSize(layerBlock(0)) + 7) >> 3 : 0;
  let n = head;
  for (; canHalve && n + groupPanels <= all; n += groupPanels) {
    const b = sampledInputs + <usize>n * sampledStride, c = weightPanels + <usize>n * gateStride;
    strassen(b, b + below, sampledStride, c, c + lowerAt, gateStride);
    multiplyPanels(0, n, n + groupPanels, halfBlocks << 1, k);
  }
  multiplyPanels(head, n, all, 0, k);
  sampled = 0;
}

/** The plain product of the blocks of gate rows from `firstBlock` on, for the first `head` panels of k and those from `n` to `end`. */
function multiplyPanels(head: i32, n: i32, end: i32, firstBlock: i32, k: i32): void {
  const blocks = gateBlocks - firstBlock, d = sampledGates + <usize>firstBlock * blockBytes, c = weightPanels + <usize>firstBlock * 192;
  if (blocks == 0) return;
  // Panels of both kinds make pairs: a pair takes little more than a single one.
  const count = head + end - n;
  for (let i = 0; i < count;) {
    const p = <usize>(i < head ? i : n + i - head);
    i += 1;
    if (hasPairs && i < count) {
      const q = <usize>(i < head ? i : n + i - head);
      f32Product6x16(c + p * gateStride, c + q * gateStride, d, blocks, blockBytes, sampledInputs + p * sampledStride, sampledInputs + q * sampledStride, k);
      i += 1;
    } else {
      f32Product6x8(c + p * gateStride, d, blocks, blockBytes, sampledInputs + p * sampledStride, k);
    }
  }
}

/** Multiplies what is left and moves layer l's gradient from its panels into the layout of the weights; padding stays zero. */
export function finishWeightGradient(l: i32): void {
  addWeightGradient(l);
  const layer = layerBlock(l), rows = layerRows(layer), inputSize = layerInputSize(layer);
  let out = gradients + layerWeightsAt(layer);
  const hAt = <usize>layerInputRows(layer) * 24;
  for (let block = 0; block < gateBlocks; block++) {
    const gateRows = min(6, (units << 2) - block * 6), row = <usize>block * 192;
    for (let k = 0; k < inputSize; k++) moveRows(out + <usize>k * 24, weightPanels + row, k, gateRows);
    for (let k = 0; k <= units; k++) moveRows(out + hAt + <usize>k * 24, weightPanels + row, inputSize + k, gateRows);
    out += <usize>rows * 24;
  }
}
@inline function moveRows(to: usize, panelRows: usize, k: i32, gateRows: i32): void {
  let from = panelRows + <usize>(k >> 3) * gateStride + ((<usize>k & 7) << 2);
  for (let r = 0; r < gateRows; r++) { store<f32>(to, load<f32>(from)); to += 4; from += 32; }
}
