import { panels, panelsBefore } from './batch';
import { applyMask, multiplyPanel } from './dropout';
import {
  cellStride, dCell, dHidden, dRecurrent, f32InputGradient4x16, f32InputGradient4x8, f32InputGradient6x16, f32InputGradient6x8,
  f32LstmBackward, gateStride, gradientRows, hasPairs, layerBlock, layerCells, layerGates, layerInputRows, layerOutputKey0,
  layerOutputKey1, layerRecurrentMask, layerRows, layerTanhCells, layerTransposed, layerWeightsAt, layers, lookback, outputScale,
  outputThreshold, panelsPerChunk, parameters, recurrentThreshold, units, zeros,
} from './generated';
import { topGradient } from './head';
import { addWeightGradient, clearPaddingGradient } from './weightGradient';

/** gradientRows = 6 x sixes() + 4 x fours(): an even number of at least 4 always is. */
@inline function fours(): i32 {
  const rest = gradientRows % 6;
  return rest == 0 ? 0 : rest == 4 ? 1 : 2;
}
@inline function sixes(): i32 {
  return (gradientRows - 4 * fours()) / 6;
}

/** out[row] = transposed weights x dGates for one panel. */
@inline function inputGradient(out: usize, weights: usize, d: usize): void {
  const k = units << 2, a = sixes();
  const w = f32InputGradient6x8(out, weights, a, d, k);
  f32InputGradient4x8(out + <usize>a * 192, w, fours(), d, k);
}
/** The same for two panels side by side. */
@inline function inputGradientPair(out: usize, weights: usize, d: usize): void {
  const k = units << 2, a = sixes(), next = out + <usize>a * 192;
  const w = f32InputGradient6x16(out, out + cellStride, weights, a, d, d + gateStride, k);
  f32InputGradient4x16(next, next + cellStride, w, fours(), d, d + gateStride, k);
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
  const recurrent = layerTransposed(layer), kernel = recurrent + <usize>(gradientRows * units) * 16;
  const stepsPerChunk = max(1, panelsPerChunk / panels);
  memory.fill(dRecurrent, 0, <usize>panels * cellStride);
  memory.fill(dCell, 0, <usize>panels * cellStride);
  for (let t = lookback - 1; t >= 0; t--) {
    const hasAbove = !isTop || t == lookback - 1;
    const aboveFirst = isTop ? topGradient() : dHidden + panelsBefore(t) * cellStride;
    let p = 0;
    while (p < panels) {
      const slot = panelsBefore(t) + <usize>p, d = layerGates(layer) + slot * gateStride;
      const back = dRecurrent + <usize>p * cellStride, below = dHidden + slot * cellStride;
      const above = hasAbove ? aboveFirst + <usize>p * cellStride : zeros;
      cellBackward(layer, t, p, above);
      if (hasPairs && p + 1 < panels) {
        cellBackward(layer, t, p + 1, hasAbove ? above + cellStride : zeros);
        if (t > 0) inputGradientPair(back, recurrent, d);
        if (l > 0) inputGradientPair(below, kernel, d);
        maskGradients(l, t, p, below);
        maskGradients(l, t, p + 1, below + cellStride);
        p += 2;
      } else {
        if (t > 0) inputGradient(back, recurrent, d);
        if (l > 0) inputGradient(below, kernel, d);
        maskGradients(l, t, p, below);
        p += 1;
      }
    }
    // The weight gradients of the last few steps, while their dGates are still in the second-level cache.
    const done = lookback - t;
    if (t == 0 || done % stepsPerChunk == 0) {
      const steps = (done - 1) % stepsPerChunk + 1;
      addWeightGradient(l, t * panels, (t + steps) * panels, done <= stepsPerChunk);
    }
  }
  clearPaddingGradient(layer);
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
