import { multiplyAdd, repeat, rowBytes, tileRows, type BuildName } from './build.ts';

/*
 * Weight gradients: dW[k][row] += sum over panels and lanes of dGates[row][lane] * input[k][lane].
 *
 * The lanes are what is summed over, so a tile of 6 rows x 2 k keeps four partial sums an entry (one a lane) and adds them up
 * once per chunk of panels. Nothing is transposed. `d` is [panel][6][8] and `x` is [panel][2][8], both copied side by side;
 * the 12 results are 12 adjacent floats of the packed layout of the weights.
 */

/** r = the four horizontal sums of a, b, c, d. */
function horizontalSums(r: string, a: string, b: string, c: string, d: string): string {
  return `{
      const low = f32x4.add(i32x4.shuffle(${a}, ${b}, 0, 4, 1, 5), i32x4.shuffle(${a}, ${b}, 2, 6, 3, 7));
      const high = f32x4.add(i32x4.shuffle(${c}, ${d}, 0, 4, 1, 5), i32x4.shuffle(${c}, ${d}, 2, 6, 3, 7));
      ${r} = f32x4.add(i64x2.shuffle(low, high, 0, 2), i64x2.shuffle(low, high, 1, 3));
    }`;
}

const signature = 'out: usize, d: usize, x: usize, panels: i32, kPairs: i32, scratch: usize, isFirst: bool';

/** 12 accumulators of four lanes; two loops one after the other, one a half panel, because one longer body would spill. */
function narrow(build: BuildName): string {
  const rows = [...Array(tileRows).keys()];
  const loop = (steps: string): string =>
    `di = d; xi = x; while (di < end) { ${steps} di += ${tileRows * rowBytes}; xi += ${2 * rowBytes}; }`;
  const bothColumns = (offset: number): string =>
    loop(
      `b0 = v128.load(xi, ${offset}); b1 = v128.load(xi, ${rowBytes + offset});\n` +
        rows
          .map(
            (r) =>
              `a = v128.load(di, ${r * rowBytes + offset}); c${r}0 = ${multiplyAdd(build, 'a', 'b0', `c${r}0`)}; c${r}1 = ${multiplyAdd(build, 'a', 'b1', `c${r}1`)};`,
          )
          .join('\n'),
    );
  const oneColumn = (column: number, offset: number): string =>
    loop(
      `b0 = v128.load(xi, ${column * rowBytes + offset});\n` +
        rows
          .map(
            (r) =>
              `c${r}${column} = ${multiplyAdd(build, `v128.load(di, ${r * rowBytes + offset})`, 'b0', `c${r}${column}`)};`,
          )
          .join('\n'),
    );
  const loops =
    build === 'plain'
      ? [oneColumn(0, 0), oneColumn(0, 16), oneColumn(1, 0), oneColumn(1, 16)]
      : [bothColumns(0), bothColumns(16)];
  return `
export function f32WeightGradient6x2(${signature}): void {
  for (let n = 0; n < kPairs; n++) {
    let di: usize, xi: usize, a: v128, b0: v128, b1: v128, r0: v128, r1: v128, r2: v128;
    let ${rows.map((r) => `c${r}0: v128 = f32x4.splat(0), c${r}1: v128 = f32x4.splat(0)`).join(', ')};
    const end = d + <usize>panels * ${tileRows * rowBytes};
    ${loops.join('\n    ')}
    ${horizontalSums('r0', 'c00', 'c10', 'c20', 'c30')}
    ${horizontalSums('r1', 'c40', 'c50', 'c01', 'c11')}
    ${horizontalSums('r2', 'c21', 'c31', 'c41', 'c51')}
    if (!isFirst) { r0 = f32x4.add(r0, v128.load(out)); r1 = f32x4.add(r1, v128.load(out, 16)); r2 = f32x4.add(r2, v128.load(out, 32)); }
    v128.store(out, r0); v128.store(out, r1, 16); v128.store(out, r2, 32);
    out += 48; x += (<usize>panels) << 6;
  }
}`;
}

/**
 * 24 accumulators that V8 joins into 12 of 256 bits. It starts from pairs of adjacent stores with one base pointer, so the tile
 * is stored to `scratch` once a chunk; the fold that follows hides its own stores behind a variable stride, because
 * vectorizing its shuffles costs more than it gives.
 */
function wide(): string {
  const row = (r: number): string =>
    `a0 = v128.load(di, ${r * rowBytes}); a1 = v128.load(di, ${r * rowBytes + 16});
      ${[0, 1, 2, 3].map((p) => `c${r}${p} = ${multiplyAdd('revec', `a${p & 1}`, `b${p}`, `c${r}${p}`)};`).join(' ')}`;
  const store = (r: number): string =>
    [0, 1, 2, 3]
      .map(
        (p) =>
          `v128.store(scratch, c${r}${p}, ${(p >> 1) * tileRows * rowBytes + r * rowBytes + (p & 1) * 16});`,
      )
      .join(' ');
  return `
export function f32WeightGradient6x2(${signature}): void {
  for (let n = 0; n < kPairs; n++) {
    let di = d, xi = x, a0: v128, a1: v128;
    let ${repeat(tileRows, (r) => repeat(4, (p) => `c${r}${p}: v128 = f32x4.splat(0)`, ', '), ', ')};
    const end = d + <usize>panels * ${tileRows * rowBytes};
    while (di < end) {
      const b0 = v128.load(xi), b1 = v128.load(xi, 16), b2 = v128.load(xi, 32), b3 = v128.load(xi, 48);
      ${repeat(tileRows, row)}
      di += ${tileRows * rowBytes}; xi += ${2 * rowBytes};
    }
    ${repeat(tileRows, store)}
    foldTile(out, scratch, 16, isFirst);
    out += 48; x += (<usize>panels) << 6;
  }
}
function foldTile(out: usize, tile: usize, stride: usize, isFirst: bool): void {
  for (let j = 0; j < 3; j++) {
    let r: v128;
    ${repeat(4, (i) => `const s${i} = f32x4.add(v128.load(tile, ${i * rowBytes}), v128.load(tile + stride, ${i * rowBytes}));`)}
    ${horizontalSums('r', 's0', 's1', 's2', 's3')}
    if (!isFirst) r = f32x4.add(r, v128.load(out));
    v128.store(out, r);
    out += stride; tile += ${4 * rowBytes};
  }
}`;
}

/** AssemblyScript of the weight-gradient tile, for one build. `panelsPerChunk` is how many panels one call sums over. */
export function weightGradientSource(build: BuildName): string {
  return `export const panelsPerChunk: i32 = ${panelsPerChunk(build)};\n${build === 'revec' ? wide() : narrow(build)}`;
}

/** Longer chunks fold less often, shorter ones stay in the first-level cache; measured best for each tile. */
export function panelsPerChunk(build: BuildName): number {
  return build === 'revec' ? 64 : 16;
}
