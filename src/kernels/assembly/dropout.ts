import { units } from './generated';

/*
 * Masks are not stored: element (t, unit, sample) of a mask is a hash of its index and of two keys, which the host derives from
 * (seed, optimizer step, layer, kind). The backward pass computes them again. src/engine/trainers/dropoutMask.ts is the same
 * function in TypeScript and says where it comes from.
 */
@inline function hash(index: v128, key0: v128, key1: v128): v128 {
  let x = v128.xor(index, key0);
  x = v128.xor(x, i32x4.shr_u(x, 16));
  x = i32x4.mul(x, i32x4.splat(0x7feb352d));
  x = i32x4.add(v128.xor(x, i32x4.shr_u(x, 15)), key1);
  x = i32x4.mul(x, i32x4.splat(<i32>0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** out = in x mask for the `units` rows of one panel at time t. `out` may be `from`. */
export function applyMask(out: usize, from: usize, t: i32, panel: i32, key0: i32, key1: i32, scale: f32, threshold: i32): void {
  const k0 = i32x4.splat(key0), k1 = i32x4.splat(key1), s = f32x4.splat(scale), limit = i32x4.splat(threshold);
  const first = i32x4.splat(((t * units) << 12) + (panel << 3)), nextRow = i32x4.splat(4096);
  let index0 = i32x4.add(first, i32x4(0, 1, 2, 3)), index1 = i32x4.add(first, i32x4(4, 5, 6, 7));
  for (let row = 0; row < units; row++) {
    const from0 = f32x4.mul(v128.load(from), s), from1 = f32x4.mul(v128.load(from, 16), s);
    const keep0 = i32x4.ge_s(i32x4.shr_u(hash(index0, k0, k1), 8), limit);
    const keep1 = i32x4.ge_s(i32x4.shr_u(hash(index1, k0, k1), 8), limit);
    v128.store(out, v128.and(from0, keep0));
    v128.store(out, v128.and(from1, keep1), 16);
    out += 32; from += 32; index0 = i32x4.add(index0, nextRow); index1 = i32x4.add(index1, nextRow);
  }
}

/** out = a x b for the `units` rows of one panel. */
export function multiplyPanel(out: usize, a: usize, b: usize): void {
  const end = out + ((<usize>units) << 5);
  while (out < end) {
    const low = f32x4.mul(v128.load(a), v128.load(b)), high = f32x4.mul(v128.load(a, 16), v128.load(b, 16));
    v128.store(out, low);
    v128.store(out, high, 16);
    out += 32; a += 32; b += 32;
  }
}

/** mask[row][lane] = scale or 0: the mask itself, for one that is kept over all time steps. */
export function writeMask(mask: usize, panel: i32, key0: i32, key1: i32, scale: f32, threshold: i32): void {
  const one = f32x4.splat(1);
  for (let at = mask, end = mask + ((<usize>units) << 5); at < end; at += 16) v128.store(at, one);
  applyMask(mask, mask, 0, panel, key0, key1, scale, threshold);
}
