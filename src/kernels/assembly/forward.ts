import { panels, panelsBefore } from './batch';
import { applyMask, multiplyPanel, writeMask } from './dropout';
import {
  cellStride, f32Gates6x16, f32Gates6x8, f32LstmForward, gateBlocks, gateStride, hasPairs, hiddenStride, inputStride, inputs,
  keepsTime, layerBlock, layerCells, layerDropped, layerForwardSums, layerGates, layerHidden, layerInputRows, layerInputSize, layerMaskedHidden,
  layerOutputKey0, layerOutputKey1, layerRecurrentKey0, layerRecurrentKey1, layerRecurrentMask, layerRows, layerTanhCells,
  layerWeightsAt, layers, lookback, outputScale, outputThreshold, parameters, recurrentScale, recurrentThreshold, strassenFrom, units, zeros,
} from './generated';
import { addWeights, groupPanels, strassen, useMatrix } from './strassen';

/** Everything of one panel after its gates: activations, cell, hidden state, masks. `slot` and `next` count panels. */
function finishPanel(l: i32, t: i32, panel: i32): void {
  const layer = layerBlock(l), p = <usize>panel;
  const slot = panelsBefore(t) + p, next = (keepsTime ? panelsBefore(t + 1) : 0) + p;
  const cell = layerCells(layer) + slot * cellStride;
  const cellBefore = t == 0 ? zeros : keepsTime ? cell - <usize>panels * cellStride : cell;
  const hidden = layerHidden(layer) + next * hiddenStride;
  f32LstmForward(layerGates(layer) + slot * gateStride, cell, layerTanhCells(layer) + slot * cellStride, hidden, cellBefore, units);
  if (recurrentThreshold > 0) {
    multiplyPanel(layerMaskedHidden(layer) + next * hiddenStride, hidden, layerRecurrentMask(layer) + p * cellStride);
  }
  if (outputThreshold > 0) {
    const isTop = l == layers - 1;
    if (!isTop || t == lookback - 1) {
      const dropped = layerDropped(layer) + (isTop ? p : slot) * hiddenStride;
      applyMask(dropped, hidden, t, panel, layerOutputKey0(layer), layerOutputKey1(layer), outputScale, outputThreshold);
    }
  }
}

/** One time step of one layer: gates = bias + kernel x_t + recurrentKernel h_{t-1}, then the cell. */
export function forwardStep(l: i32, t: i32): void {
  const layer = layerBlock(l), all = <usize>panels, slot = panelsBefore(t);
  const weights = parameters + layerWeightsAt(layer);
  const inputSize = layerInputSize(layer);
  const hAt = <usize>layerInputRows(layer) * 24, biasAt = hAt + <usize>units * 24, blockBytes = <usize>layerRows(layer) * 24;
  const hRows = t == 0 ? 0 : units; // h_{-1} is zero
  let x: usize, xStride = hiddenStride;
  if (l == 0) {
    xStride = inputStride;
    x = inputs + <usize>t * all * inputStride;
  } else {
    const below = layerBlock(l - 1);
    x = outputThreshold > 0 ? layerDropped(below) + slot * hiddenStride : layerHidden(below) + (keepsTime ? slot + all : 0) * hiddenStride;
  }
  let h = layerMaskedHidden(layer) + slot * hiddenStride;
  let gates = layerGates(layer) + slot * gateStride;
  let p = 0;
  if (strassenForward(l) && hRows > 0) {
    const halfBlocks = gateBlocks >> 1, k = halfOfK(l);
    const xRows = l == 0 ? inputSize : 0, oddRow = l == 0 ? units & 1 : 0, odd = <usize>(units - 1);
    const lowerAt = <usize>halfBlocks * 192, lastAt = <usize>halfBlocks * 2;
    for (; p + groupPanels <= panels; p += groupPanels) {
      const oddAt = hAt + odd * 24, last = weights + lastAt * blockBytes;
      for (let i: usize = 0; i < <usize>groupPanels; i += hasPairs ? 2 : 1) {
        const out = gates + i * gateStride, xi = x + i * xStride, hi = h + i * hiddenStride, hOdd = hi + odd * 32, outLast = out + lastAt * 192;
        if (hasPairs) {
          const x1 = xi + xStride;
          f32Gates6x16(out, out + gateStride, weights, halfBlocks << 1, blockBytes, oddAt, biasAt, xi, x1, xRows, hOdd, hOdd + hiddenStride, oddRow);
          f32Gates6x16(outLast, outLast + gateStride, last, gateBlocks & 1, blockBytes, hAt, biasAt, xi, x1, inputSize, hi, hi + hiddenStride, units);
        } else {
          f32Gates6x8(out, weights, halfBlocks << 1, blockBytes, oddAt, biasAt, xi, xRows, hOdd, oddRow);
          f32Gates6x8(outLast, last, gateBlocks & 1, blockBytes, hAt, biasAt, xi, inputSize, hi, units);
        }
      }
      const above = l == 0 ? h : x, below = l == 0 ? h + ((<usize>k) << 5) : h;
      strassen(above, below, hiddenStride, gates, gates + lowerAt, gateStride);
      for (let i = 0; i < groupPanels; i++) finishPanel(l, t, p + i);
      gates += gateStride * groupPanels; x += xStride * groupPanels; h += hiddenStride * groupPanels;
    }
  }
  while (p < panels) {
    if (hasPairs && p + 1 < panels) {
      f32Gates6x16(gates, gates + gateStride, weights, gateBlocks, blockBytes, hAt, biasAt, x, x + xStride, inputSize, h, h + hiddenStride, hRows);
      finishPanel(l, t, p);
      finishPanel(l, t, p + 1);
      p += 2; gates += gateStride << 1; x += xStride << 1; h += hiddenStride << 1;
    } else {
      f32Gates6x8(gates, weights, gateBlocks, blockBytes, hAt, biasAt, x, inputSize, h, hRows);
      finishPanel(l, t, p);
      p += 1; gates += gateStride; x += xStride; h += hiddenStride;
    }
  }
}

/** Half of the rows that Strassen's forward product takes, and whether they are enough for it. */
@inline function halfOfK(l: i32): i32 { return l == 0 ? units >> 1 : units; }
@inline function strassenForward(l: i32): bool { return halfOfK(l) >= strassenFrom; }

/**
 * Makes layer l's weights the matrix of Strassen's products. Layer 0 halves the rows of h (and takes the few of x apart); above
 * it, x is one half and h the other.
 */
function useForwardWeights(l: i32): void {
  const layer = layerBlock(l), blockBytes = <usize>layerRows(layer) * 24, halfBlocks = gateBlocks >> 1;
  const hAt = <usize>layerInputRows(layer) * 24, k = halfOfK(l);
  const upper = parameters + layerWeightsAt(layer) + (l == 0 ? hAt : 0), lower = upper + <usize>halfBlocks * blockBytes;
  useMatrix(upper, lower, l == 0 ? <usize>k * 24 : hAt, blockBytes, halfBlocks, k, layerForwardSums(layer));
}

/** One layer over all time steps, keeping what the backward pass needs. */
export function forwardLayer(l: i32): void {
  const layer = layerBlock(l);
  prepareFirstSlot(layer);
  if (strassenForward(l)) {
    useForwardWeights(l);
    addWeights();
  }
  for (let t = 0; t < lookback; t++) forwardStep(l, t);
}

/** h_{-1} = 0 in slot 0 (short batches move the later slots, so it is written for each batch), and the recurrent mask. */
function prepareFirstSlot(layer: usize): void {
  for (let p = 0; p < panels; p++) {
    memory.fill(layerMaskedHidden(layer) + <usize>p * hiddenStride, 0, (<usize>units) << 5);
    if (recurrentThreshold > 0) {
      writeMask(layerRecurrentMask(layer) + <usize>p * cellStride, p, layerRecurrentKey0(layer), layerRecurrentKey1(layer), recurrentScale, recurrentThreshold);
    }
  }
}
