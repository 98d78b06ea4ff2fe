import { f32Strassen1, f32Strassen2, f32Strassen3, f32Strassen4, partials, sums, tilePanels } from './generated';

/*
 * C += A B with 7 instead of 8 products of quarters; src/kernels/generate/strassen.ts has the formulas and the passes. The sums of
 * A (weights, or the gates of a chunk) serve many calls; B changes with every call.
 */

/**
 * The current A: `halfBlocks` blocks of 6 rows from `upper` on and as many from `lower` on, `blockBytes` apart, each [k][6] with
 * the right half of k `right` bytes after the left one. Its sums S1..S4 are at `combined`, [sum][block][k][6].
 */
let upperHalf: usize = 0, lowerHalf: usize = 0, right: usize = 0, blockBytes: usize = 0, combined: usize = 0;
let halfBlocks: i32 = 0, k: i32 = 0;

export function useMatrix(upper: usize, lower: usize, toRight: usize, toNextBlock: usize, blocks: i32, halfOfK: i32, to: usize): void {
  upperHalf = upper; lowerHalf = lower; right = toRight; blockBytes = toNextBlock;
  halfBlocks = blocks; k = halfOfK; combined = to;
}

/** Panels of B and C that one call takes: a tile on the left, one on the right. */
export const groupPanels: i32 = tilePanels * 2;

/** A distance between panels of `bytes` each: an odd number of cache lines, or they would share cache sets. */
@inline export function oddLines(bytes: usize): usize {
  return ((bytes + 63) & ~63) | 64;
}

/** Writes S1..S4 of the current A. */
export function addWeights(): void {
  const part = <usize>k * 24, all = part * <usize>halfBlocks, whole = part & ~31;
  let upper = upperHalf, lower = lowerHalf, s = combined;
  for (let block = 0; block < halfBlocks; block++) {
    for (let i: usize = 0; i < whole; i += 32) addParts(s + i, all, upper + i, lower + i);
    for (let i = whole; i < part; i += 4) {
      const a11 = load<f32>(upper + i), a12 = load<f32>(upper + right + i), a21 = load<f32>(lower + i);
      const s1 = a21 + load<f32>(lower + right + i), s2 = s1 - a11, at = s + i;
      store<f32>(at, s1);
      store<f32>(at + all, s2);
      store<f32>(at + 2 * all, a11 - a21);
      store<f32>(at + 3 * all, a12 - s2);
    }
    upper += blockBytes; lower += blockBytes; s += part;
  }
}

/** Eight numbers of each sum: all is loaded before anything is stored, since V8 joins no loads over a store. */
@inline function addParts(first: usize, next: usize, upper: usize, lower: usize): void {
  const upperRight = upper + right, lowerRight = lower + right, second = first + next, third = second + next, fourth = third + next;
  const a11 = v128.load(upper), b11 = v128.load(upper, 16), a12 = v128.load(upperRight), b12 = v128.load(upperRight, 16);
  const a21 = v128.load(lower), b21 = v128.load(lower, 16), a22 = v128.load(lowerRight), b22 = v128.load(lowerRight, 16);
  const s1 = f32x4.add(a21, a22), r1 = f32x4.add(b21, b22), s2 = f32x4.sub(s1, a11), r2 = f32x4.sub(r1, b11);
  const s3 = f32x4.sub(a11, a21), r3 = f32x4.sub(b11, b21), s4 = f32x4.sub(a12, s2), r4 = f32x4.sub(b12, r2);
  v128.store(first, s1);
  v128.store(first, r1, 16);
  v128.store(second, s2);
  v128.store(second, r2, 16);
  v128.store(third, s3);
  v128.store(third, r3, 16);
  v128.store(fourth, s4);
  v128.store(fourth, r4, 16);
}

/** T1..T4, [sum][panel of the tile][k][8], from the left and right panels' upper and lower rows. */
function addPanels(above: usize, below: usize, stride: usize): void {
  const rows = (<usize>k) << 5, sumStride = oddLines(rows), next = sumStride * tilePanels, toRight = stride * tilePanels;
  for (let panel = 0; panel < tilePanels; panel++) {
    let t = sums + <usize>panel * sumStride, b1 = above + <usize>panel * stride, b2 = below + <usize>panel * stride;
    for (const end = t + rows; t < end; t += 32) {
      addRow(t, b1, b2, toRight, next);
      b1 += 32; b2 += 32;
    }
  }
}
/** A row of each, in the same order. */
@inline function addRow(t: usize, above: usize, below: usize, toRight: usize, next: usize): void {
  const aboveRight = above + toRight, belowRight = below + toRight, second = t + next, third = second + next, fourth = third + next;
  const b11 = v128.load(above), c11 = v128.load(above, 16), b12 = v128.load(aboveRight), c12 = v128.load(aboveRight, 16);
  const b21 = v128.load(below), c21 = v128.load(below, 16), b22 = v128.load(belowRight), c22 = v128.load(belowRight, 16);
  const t1 = f32x4.sub(b12, b11), u1 = f32x4.sub(c12, c11), t2 = f32x4.sub(b22, t1), u2 = f32x4.sub(c22, u1);
  const t3 = f32x4.sub(b22, b12), u3 = f32x4.sub(c22, c12), t4 = f32x4.sub(b21, t2), u4 = f32x4.sub(c21, u2);
  v128.store(t, t1);
  v128.store(t, u1, 16);
  v128.store(second, t2);
  v128.store(second, u2, 16);
  v128.store(third, t3);
  v128.store(third, u3, 16);
  v128.store(fourth, t4);
  v128.store(fourth, u4, 16);
}

/**
 * C += A B for one group of panels, A being the current one. `above` and `below`: the first panel's rows of the two halves of k,
 * `upper` and `lower`: its rows of the two halves of C; panels are `stride` and `resultStride` apart.
 */
export function strassen(above: usize, below: usize, stride: usize, upper: usize, lower: usize, resultStride: usize): void {
  const blocks = halfBlocks;
  addPanels(above, below, stride);
  const sumStride = oddLines((<usize>k) << 5), nextT = sumStride * tilePanels;
  const part = <usize>k * 24, nextS = part * <usize>blocks, s1 = combined, s2 = s1 + nextS, s3 = s2 + nextS, s4 = s3 + nextS;
  const t1 = sums, t2 = t1 + nextT, t3 = t2 + nextT, t4 = t3 + nextT;
  const u = partials, v = u + <usize>(blocks * tilePanels) * 192, next = resultStride * tilePanels, a = upperHalf;
  f32Strassen1(upper, resultStride, u, blocks, k, a, blockBytes, above, stride, a + right, blockBytes, below, stride);
  f32Strassen2(u, blocks, k, s2, part, t2, sumStride);
  f32Strassen3(lower, resultStride, u, v, blocks, k, s3, part, t3, sumStride, lowerHalf + right, blockBytes, t4, sumStride);
  f32Strassen4(upper + next, lower + next, resultStride, u, v, blocks, k, s1, part, t1, sumStride, s4, part, below + stride * tilePanels, stride);
}
