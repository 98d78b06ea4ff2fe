import { panels, panelsBefore } from './batch';
import { applyMask, multiplyPanel } from './dropout';
import {
  cellStride, dCell, dHidden, dRecurrent, f32LstmBackward, f32Product4x16, f32Product4x8, f32Product6x16, f32Product6x8, gateStride,
  gradientRows, hasPairs, layerBackwardSums, layerBlock, layerCells, layerGates, layerInputRows, layerOutputKey0, layerOutputKey1,
  layerRecurrentMask, layerRows, layerTanhCells, layerTransposed, layerWeightsAt, layers, lookback, outputScale, outputThreshold,
  parameters, recurrentThreshold, strassenFrom, units, zeros,
} from './generated';
import { topGradient } from './head';
import { addWeights, groupPanels, strassen, useMatrix } from './strassen';
import { finishWeightGradient, sampleStep, startWeightGradient } from './weightGradient';

/** gradientRows = 6 x sixes() + 4 x fours(): an even number of at least 4 always is. */
@inline function fours(): i32 {
  const rest = gradientRows % 6;
  return rest == 0 ? 0 : rest == 4 ? 1 : 2;
}
@inline function sixes(): i32 {
  return (gradientRows - 4 * fours()) / 6;
}

/** out[row] += transposed weights x dGates for `count` panels, from the block of 6 rows `first` on. */
function inputGradient(out: usize, weights: usize, d: usize, count: i32, first: i32): void {
  const k = units << 2, blocks = sixes() - first, all = fours();
  weights += <usize>(first * k) * 24; out += <usize>first * 192;
  const nextWeights = weights + <usize>(blocks * k) * 24, nextAt = <usize>blocks * 192;
  let p = 0;
  while (p < count) {
    if (hasPairs && p + 1 < count) {
      if (blocks > 0) f32Product6x16(out, out + cellStride, weights, blocks, <usize>k * 24, d, d + gateStride, k);
      if (all > 0) f32Product4x16(out + nextAt, out + nextAt + cellStride, nextWeights, all, <usize>k << 4, d, d + gateStride, k);
      p += 2; out += cellStride << 1; d += gateStride << 1;
    } else {
      if (blocks > 0) f32Product6x8(out, weights, blocks, <usize>k * 24, d, k);
      if (all > 0) f32Product4x8(out + nextAt, nextWeights, all, <usize>k << 4, d, k);
      p += 1; out += cellStride; d += gateStride;
    }
  }
}

/** Bytes of one transposed copy: that of the recurrent weights, or that of the kernel. */
@inline function transposedBytes(): usize {
  return <usize>(gradientRows * units) * 16;
}

/**
 * Gradients of `count` panels with respect to h of the step before (not at t = 0) and to x (not in layer 0). A whole group takes
 * Strassen's way: in layer 0 the rows of h are halved; above it, h is one half and x the other.
 */
function backwardProducts(l: i32, t: i32, count: i32, d: usize, back: usize, below: usize): void {
  const layer = layerBlock(l), recurrent = layerTransposed(layer), kernel = recurrent + transposedBytes();
  if (t > 0) memory.fill(back, 0, <usize>count * cellStride);
  if (l > 0) memory.fill(below, 0, <usize>count * cellStride);
  const isGroup = strassenBackward() && count == groupPanels && t > 0, half = units << 1, right = (<usize>half) << 5;
  if (isGroup && l > 0) {
    const a = sixes();
    strassen(d, d + right, gateStride, back, below, cellStride);
    inputGradient(back, recurrent, d, count, a);
    inputGradient(below, kernel, d, count, a);
    return;
  }
  let done = 0;
  if (isGroup) {
    const a = sixes() >> 1;
    strassen(d, d + right, gateStride, back, back + <usize>a * 192, cellStride);
    done = a << 1;
  }
  if (t > 0) inputGradient(back, recurrent, d, count, done);
  if (l > 0) inputGradient(below, kernel, d, count, 0);
}

/** Whether halves of 4 x units are long enough for Strassen. */
@inline function strassenBackward(): bool { return units << 1 >= strassenFrom; }

/** Makes layer l's transposed weights the matrix of Strassen's products. */
function useBackwardWeights(l: i32): void {
  const layer = layerBlock(l), half = units << 1, right = <usize>half * 24, blockBytes = right << 1, upper = layerTransposed(layer);
  const blocks = l > 0 ? sixes() : sixes() >> 1, lower = upper + (l > 0 ? transposedBytes() : <usize>blocks * blockBytes);
  useMatrix(upper, lower, right, blockBytes, blocks, half, layerBackwardSums(layer));
}

/** Elementwise part of one panel at time t: dGates over the gates. */
@inline function cellBackward(layer: usize, t: i32, panel: i32, above: usize): void {
  const p = <usize>panel, slot = panelsBefore(t) + p;
  const cellBefore = t == 0 ? zeros : layerCells(layer) + (slot - <usize>panels) * cellStride;
  f32LstmBackward(layerGates(layer) + slot * gateStride, dCell + p * cellStride, cellBefore, layerTanhCells(layer) + slot * cellStride, dRecurrent + p * cellStride, above, units);
}

/** Masks of the panel's two gradients: the recurrent one and the one handed to the layer below. */
@inline function maskGradients(l: i32, t: i32, panel: i32, dBelow: usize): void {
  if (recurrentThreshold > 0 && t > 0) {
    const d = dRecurrent + <usize>panel * cellStride;
    multiplyPanel(d, d, layerRecurrentMask(layerBlock(l)) + <usize>panel * cellStride);
  }
  if (outputThreshold > 0 && l > 0) {
    const below = layerBlock(l - 1);
    applyMask(dBelow, dBelow, t, panel, layerOutputKey0(below), layerOutputKey1(below), outputScale, outputThreshold);
  }
}

/** Backpropagation of one layer through all time steps; leaves its weight gradients, and dHidden for the layer below. */
export function backwardLayer(l: i32): void {
  const layer = layerBlock(l), isTop = l == layers - 1;
  memory.fill(dRecurrent, 0, <usize>panels * cellStride);
  memory.fill(dCell, 0, <usize>panels * cellStride);
  startWeightGradient(l);
  for (let t = lookback - 1; t >= 0; t--) {
    if (strassenBackward()) useBackwardWeights(l);
    const hasAbove = !isTop || t == lookback - 1;
    const aboveFirst = isTop ? topGradient() : dHidden + panelsBefore(t) * cellStride;
    for (let p = 0, count = 0; p < panels; p += count) {
      count = min(groupPanels, panels - p);
      const slot = panelsBefore(t) + <usize>p, below = dHidden + slot * cellStride;
      for (let i = p; i < p + count; i++) cellBackward(layer, t, i, hasAbove ? aboveFirst + <usize>i * cellStride : zeros);
      backwardProducts(l, t, count, layerGates(layer) + slot * gateStride, dRecurrent + <usize>p * cellStride, below);
      for (let i = 0; i < count; i++) maskGradients(l, t, p + i, below + <usize>i * cellStride);
    }
    sampleStep(l, t);
  }
  finishWeightGradient(l);
}

/**
 * The transposed copy of a layer's weights that the backward products read: first the rows of h, then (above layer 0) the rows
 * of x, in blocks of 6 and 4 rows, [4 x units][rows of the block] each. Rebuilt once a batch.
 */
export function transposeWeights(l: i32): void {
  const layer = layerBlock(l), weights = parameters + layerWeightsAt(layer);
  let out = layerTransposed(layer);
  for (let part = 0; part < (l > 0 ? 2 : 1); part++) {
    const first = part == 0 ? layerInputRows(layer) : 0, end = first + units;
    let k = first;
    for (let i = 0; i < sixes(); i++) { out = transposeBlock(out, weights, layerRows(layer), k, end, 6); k += 6; }
    for (let i = 0; i < fours(); i++) { out = transposeBlock(out, weights, layerRows(layer), k, end, 4); k += 4; }
  }
  if (strassenBackward()) {
    useBackwardWeights(l);
    addWeights();
  }
}

/** Rows k..k+rows-1 of the packed weights, one column of the block each; rows from `end` on are zero. */
function transposeBlock(out: usize, weights: usize, rowsPerBlock: i32, k: i32, end: i32, rows: i32): usize {
  const columns = units << 2, step = (<usize>rows) << 2;
  for (let r = 0; r < rows; r++) {
    let to = out + ((<usize>r) << 2);
    let from = weights + <usize>(k + r) * 24;
    if (k + r < end) {
      let left = columns;
      while (left >= 6) {
        store<f32>(to, load<f32>(from)); to += step;
        store<f32>(to, load<f32>(from, 4)); to += step;
        store<f32>(to, load<f32>(from, 8)); to += step;
        store<f32>(to, load<f32>(from, 12)); to += step;
        store<f32>(to, load<f32>(from, 16)); to += step;
        store<f32>(to, load<f32>(from, 20)); to += step;
        from += <usize>rowsPerBlock * 24; left -= 6;
      }
      for (let i = 0; i < left; i++) { store<f32>(to, load<f32>(from + ((<usize>i) << 2))); to += step; }
    } else {
      for (let i = 0; i < columns; i++) { store<f32>(to, 0); to += step; }
    }
  }
  return out + <usize>columns * step;
}
