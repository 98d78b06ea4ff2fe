/*
 * Dropout masks are functions, not state: element (t, unit, sample) of a mask is a hash of its index and of two keys made from
 * (seed, optimizer step, layer, kind). So every trainer and the plain reference see the same masks, the kernels compute them
 * twice instead of storing them, and a resumed fold repeats them. The mixing is lowbias32 (Chris Wellons, "Prospecting for hash
 * functions", 2018); the second key enters between its multiplications, so that masks of different steps are not shifted copies.
 */

export type MaskKind = 'output' | 'recurrent';

export interface MaskKeys {
  readonly key0: number;
  readonly key1: number;
}

/** Samples of one mask row: the largest batch. */
export const maskRowLength = 4096;

function mix(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return h ^ (h >>> 16);
}

/** Keys of one mask; `step` counts optimizer steps of the fit from 0, `layer` from 0. */
export function maskKeys(seed: number, step: number, layer: number, kind: MaskKind): MaskKeys {
  const key0 = mix(mix(mix(seed + 0x9e3779b9) + step) + 2 * layer + (kind === 'recurrent' ? 1 : 0));
  return { key0, key1: mix(key0 + 0x85ebca77) };
}

/** 24 random bits decide: below this the element is dropped. 0 turns dropout off. */
export function dropThreshold(rate: number): number {
  return Math.floor(rate * 0x1000000);
}

/** 0 or 1 / (1 - rate) for the output of `unit` at time `t` of `sample` in the batch. Recurrent masks have t = 0. */
export function maskValue(
  keys: MaskKeys,
  rate: number,
  at: { t: number; unit: number; sample: number; units: number },
): number {
  const index = Math.imul(at.t * at.units + at.unit, maskRowLength) + at.sample;
  let x = index ^ keys.key0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul((x ^ (x >>> 15)) + keys.key1, 0x846ca68b);
  x = (x ^ (x >>> 16)) >>> 8;
  return x >= dropThreshold(rate) ? 1 / (1 - rate) : 0;
}
