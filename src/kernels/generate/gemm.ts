import { multiplyAdd, rowBytes, tileRows, type BuildName } from './build.ts';

/*
 * Matrix products of all passes. All have the form
 *
 *   out[row][lane] (+)= sum over k of weights[k][row] * in[k][lane]
 *
 * Weights come packed as [block of rows][k][row of block], so that one k-step reads its weights side by side; `in` and
 * `out` are panels of 8 lanes, so that the output of one product is the input of the next without any repacking.
 *
 * The bodies hold exactly one k-step. V8 has 15 usable xmm registers: 6 rows x 2 halves of accumulators, two loads and one
 * splat fill them. A second k-step in the body makes V8 schedule its loads early and spill accumulators to the stack.
 */

/** How many lanes a kernel computes at once: a panel, or two panels. */
type Width = 8 | 16;

/** A tile of accumulators: rows `first`.. of a block of `block` rows. */
export interface Tile {
  readonly block: number;
  readonly first: number;
  readonly rows: number;
  readonly width: Width;
}

/** Parts of 4 lanes of a tile. */
const parts = (tile: Tile): number[] => Array.from({ length: tile.width / 4 }, (_, p) => p);
const rowsOf = (tile: Tile): number[] => Array.from({ length: tile.rows }, (_, r) => r);

/** Where part `part` of a tile's row lives: which panel pointer, and the byte offset within the row. */
function place(part: number): { panel: number; offset: number } {
  return { panel: part >> 1, offset: (part & 1) * 16 };
}

/** One line for every accumulator of a tile. */
export function forEachPart(tile: Tile, line: (row: number, part: number) => string, glue = ' '): string {
  return rowsOf(tile)
    .map((r) =>
      parts(tile)
        .map((p) => line(r, p))
        .join(glue),
    )
    .join(glue === ' ' ? '\n' : glue);
}

/** Declares the accumulators. */
export function accumulators(tile: Tile, initial: (row: number, part: number) => string): string {
  return `let ${forEachPart(tile, (r, p) => `c${r}${p}: v128 = ${initial(r, p)}`, ', ')};`;
}

/** Loop over `k` rows of the panels from `from` (and one panel further), advancing the weight pointer `w`. */
export function loopOverK(build: BuildName, tile: Tile, k: string): string {
  const load = (p: number): string => `const b${p} = v128.load(in${place(p).panel}, ${place(p).offset});`;
  const step = (r: number): string =>
    `a = v128.load32_splat(w, ${(tile.first + r) * 4});\n` +
    parts(tile)
      .map((p) => `c${r}${p} = ${multiplyAdd(build, 'a', `b${p}`, `c${r}${p}`)};`)
      .join(' ');
  return `end = in0 + ((<usize>${k}) << 5);
    while (in0 < end) {
      ${parts(tile).map(load).join(' ')}
      ${rowsOf(tile).map(step).join('\n')}
      w += ${tile.block * 4}; in0 += ${rowBytes}; ${tile.width === 16 ? `in1 += ${rowBytes};` : ''}
    }`;
}

/** Sets the input pointers to the panel at `first` and, in wide tiles, to the one at `second`. */
export function inputs(tile: Tile, first: string, second: string): string {
  return `in0 = ${first}; ${tile.width === 16 ? `in1 = ${second};` : ''}`;
}

/** A row of a tile at the panels `${name}0` (and `${name}1`): address and offset of each part. */
function placeOf(tile: Tile, name: string, row: number): (part: number) => string {
  return (p) => `${name}${place(p).panel}, ${(tile.first + row) * rowBytes + place(p).offset}`;
}

/** Stores the tile to the panels at `${name}0` (and `${name}1`). */
export function storeTile(tile: Tile, name: string): string {
  return forEachPart(
    tile,
    (r, p) => `v128.store(${placeOf(tile, name, r)(p).replace(',', `, c${r}${p},`)});`,
  );
}

/** Adds `value(row, part)` to the panels at `${name}0` (and `${name}1`): a row is loaded before it is stored, or V8 joins nothing. */
export function addToPanels(
  tile: Tile,
  name: string,
  value: (row: number, part: number) => string = (r, p) => `c${r}${p}`,
): string {
  const row = (r: number): string => {
    const at = placeOf(tile, name, r);
    const sums = parts(tile).map((p) => `const d${p} = f32x4.add(${value(r, p)}, v128.load(${at(p)}));`);
    const stores = parts(tile).map((p) => `v128.store(${at(p).replace(',', `, d${p},`)});`);
    return `{ ${[...sums, ...stores].join(' ')} }`;
  };
  return rowsOf(tile).map(row).join('\n');
}

/** The tiles that cover one block: multiply and add need a register more, so the plain build takes half the rows at a time. */
export function blockTiles(build: BuildName, rows: number, width: Width): readonly Tile[] {
  if (build !== 'plain') return [{ block: rows, first: 0, rows, width }];
  return [0, rows / 2].map((first) => ({ block: rows, first, rows: rows / 2, width }));
}

export const locals = (tile: Tile): string =>
  `let w: usize, end: usize, in0: usize, a: v128; ${tile.width === 16 ? 'let in1: usize;' : ''}`;

/**
 * Pre-activations of all gates of one step: out = bias + kernel' x + recurrentKernel' h, in one pass over the tile.
 * A block of weights is [x rows | h rows | bias | padding][6]; `hAt` and `biasAt` are byte offsets in it.
 */
function gates(build: BuildName, width: Width): string {
  const tiles = blockTiles(build, tileRows, width);
  const pair = width === 16;
  const body = tiles.map(
    (tile) => `{
      w = weights + biasAt;
      ${accumulators(tile, (r, p) => (p === 0 ? `v128.load32_splat(w, ${(tile.first + r) * 4})` : `c${r}0`))}
      w = weights; ${inputs(tile, 'x0', 'x1')}
      ${loopOverK(build, tile, 'xRows')}
      w = weights + hAt; ${inputs(tile, 'h0', 'h1')}
      ${loopOverK(build, tile, 'hRows')}
      ${storeTile(tile, 'out')}
    }`,
  );
  const from = pair
    ? 'x0: usize, x1: usize, xRows: i32, h0: usize, h1: usize, hRows: i32'
    : 'x0: usize, xRows: i32, h0: usize, hRows: i32';
  return `
export function f32Gates6x${width}(out0: usize, ${pair ? 'out1: usize, ' : ''}weights: usize, blocks: i32, blockBytes: usize, hAt: usize, biasAt: usize, ${from}): void {
  for (let block = 0; block < blocks; block++) {
    ${locals(tiles[0])}
    ${body.join('\n')}
    out0 += ${tileRows * rowBytes}; ${pair ? `out1 += ${tileRows * rowBytes};` : ''} weights += blockBytes;
  }
}`;
}

/** out += weights x in, `blocks` blocks of `rows` rows, `blockBytes` apart. */
function product(build: BuildName, rows: number, width: Width): string {
  const tiles = blockTiles(build, rows, width);
  const pair = width === 16;
  const body = tiles.map(
    (tile) => `{
      w = weights; ${inputs(tile, 'from0', 'from1')}
      ${accumulators(tile, () => 'f32x4.splat(0)')}
      ${loopOverK(build, tile, 'k')}
      ${addToPanels(tile, 'out')}
    }`,
  );
  return `
export function f32Product${rows}x${width}(out0: usize, ${pair ? 'out1: usize, ' : ''}weights: usize, blocks: i32, blockBytes: usize, from0: usize, ${pair ? 'from1: usize, ' : ''}k: i32): void {
  for (let block = 0; block < blocks; block++) {
    ${locals(tiles[0])}
    ${body.join('\n')}
    out0 += ${rows * rowBytes}; ${pair ? `out1 += ${rows * rowBytes};` : ''} weights += blockBytes;
  }
}`;
}

/** An empty stand-in with the pair kernels' signature: only the revec build has them, the others never call it. */
function withoutPairs(): string {
  return `
export function f32Gates6x16(out0: usize, out1: usize, weights: usize, blocks: i32, blockBytes: usize, hAt: usize, biasAt: usize, x0: usize, x1: usize, xRows: i32, h0: usize, h1: usize, hRows: i32): void { unreachable(); }
export function f32Product6x16(out0: usize, out1: usize, weights: usize, blocks: i32, blockBytes: usize, from0: usize, from1: usize, k: i32): void { unreachable(); }
export function f32Product4x16(out0: usize, out1: usize, weights: usize, blocks: i32, blockBytes: usize, from0: usize, from1: usize, k: i32): void { unreachable(); }`;
}

/** AssemblyScript of the plain matrix products, for one build. */
export function gemmSource(build: BuildName): string {
  const single = [gates(build, 8), product(build, 6, 8), product(build, 4, 8)];
  const pairs =
    build === 'revec' ? [gates(build, 16), product(build, 6, 16), product(build, 4, 16)] : [withoutPairs()];
  return [`export const hasPairs: bool = ${build === 'revec'};`, ...single, ...pairs].join('\n');
}
