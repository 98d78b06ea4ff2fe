import { multiplyAdd, repeat, rowBytes, tileRows, type BuildName } from './build.ts';

/*
 * Matrix products of the forward and the backward pass. All have the form
 *
 *   out[row][lane] = sum over k of weights[k][row] * in[k][lane]
 *
 * Weights come packed as [block of rows][k][row of block], so that one k-step reads its weights side by side; `in` and
 * `out` are panels of 8 lanes, so that the output of one product is the input of the next without any repacking.
 *
 * The bodies hold exactly one k-step. V8 has 15 usable xmm registers: 6 rows x 2 halves of accumulators, two loads and one
 * splat fill them. A second k-step in the body makes V8 schedule its loads early and spill accumulators to the stack.
 */

/** How many lanes a kernel computes at once: half a panel, a panel, or two panels. */
type Width = 4 | 8 | 16;

/** Where column part `part` (4 lanes) of a tile lives: which panel pointer, and the byte offset within the row. */
function place(width: Width, part: number, half: number): { panel: number; offset: number } {
  return width === 4 ? { panel: 0, offset: half * 16 } : { panel: part >> 1, offset: (part & 1) * 16 };
}

function accumulators(rows: number, width: Width, initial: (row: number, part: number) => string): string {
  const parts = width / 4;
  return `let ${repeat(rows, (r) => repeat(parts, (p) => `c${r}${p}: v128 = ${initial(r, p)}`, ', '), ', ')};`;
}

/** Loop over k: `k` rows from in0 (and in1), advancing the weight pointer `w`. */
function loopOverK(build: BuildName, tile: Tile, k: string): string {
  const { rows, width, half } = tile;
  const parts = width / 4;
  const load = (p: number): string => {
    const at = place(width, p, half);
    return `const b${p} = v128.load(in${at.panel}, ${at.offset});`;
  };
  const step = (r: number): string =>
    `a = v128.load32_splat(w, ${r * 4});\n` +
    repeat(parts, (p) => `c${r}${p} = ${multiplyAdd(build, 'a', `b${p}`, `c${r}${p}`)};`, ' ');
  return `end = in0 + ((<usize>${k}) << 5);
    while (in0 < end) {
      ${repeat(parts, load, ' ')}
      ${repeat(rows, step)}
      w += ${rows * 4}; in0 += ${rowBytes}; ${width === 16 ? `in1 += ${rowBytes};` : ''}
    }`;
}

function storeTile(tile: Tile): string {
  return repeat(tile.rows, (r) =>
    repeat(
      tile.width / 4,
      (p) => {
        const at = place(tile.width, p, tile.half);
        return `v128.store(out${at.panel}, c${r}${p}, ${r * rowBytes + at.offset});`;
      },
      ' ',
    ),
  );
}

interface Tile {
  readonly rows: number;
  readonly width: Width;
  /** Which half of the panel, for width 4. */
  readonly half: number;
}

/** The tiles that cover one panel: the plain build needs a register more a row, so it takes the panel in two halves. */
function panelTiles(build: BuildName, rows: number): readonly Tile[] {
  return build === 'plain'
    ? [
        { rows, width: 4, half: 0 },
        { rows, width: 4, half: 1 },
      ]
    : [{ rows, width: 8, half: 0 }];
}

const pairTile = (rows: number): Tile => ({ rows, width: 16, half: 0 });

/**
 * Pre-activations of all gates of one step: out = bias + kernel' x + recurrentKernel' h, in one pass over the tile.
 * A block of weights is [x rows | h rows | bias | padding][6]; `hAt` and `biasAt` are byte offsets in it.
 */
function gates(build: BuildName, name: string, tiles: readonly Tile[]): string {
  const pair = tiles[0].width === 16;
  const body = tiles.map(
    (tile) => `{
      w = weights + biasAt;
      ${accumulators(tile.rows, tile.width, (r, p) => (p === 0 ? `v128.load32_splat(w, ${r * 4})` : `c${r}0`))}
      w = weights; in0 = x0; ${pair ? 'in1 = x1;' : ''}
      ${loopOverK(build, tile, 'xRows')}
      w = weights + hAt; in0 = h0; ${pair ? 'in1 = h1;' : ''}
      ${loopOverK(build, tile, 'hRows')}
      ${storeTile(tile)}
    }`,
  );
  const inputs = pair
    ? 'x0: usize, x1: usize, xRows: i32, h0: usize, h1: usize, hRows: i32'
    : 'x0: usize, xRows: i32, h0: usize, hRows: i32';
  return `
export function ${name}(out0: usize, ${pair ? 'out1: usize, ' : ''}weights: usize, blocks: i32, blockBytes: usize, hAt: usize, biasAt: usize, ${inputs}): void {
  for (let block = 0; block < blocks; block++) {
    let w: usize, end: usize, in0: usize, a: v128; ${pair ? 'let in1: usize;' : ''}
    ${body.join('\n')}
    out0 += ${tileRows * rowBytes}; ${pair ? `out1 += ${tileRows * rowBytes};` : ''} weights += blockBytes;
  }
}`;
}

/**
 * Gradients with respect to what went into the gates: out = transposed weights x dGates, `blocks` blocks of `rows` rows.
 * Returns the weight pointer after the last block.
 */
function inputGradient(build: BuildName, name: string, tiles: readonly Tile[]): string {
  const pair = tiles[0].width === 16;
  const rows = tiles[0].rows;
  const body = tiles.map(
    (tile) => `{
      w = weights; in0 = d0; ${pair ? 'in1 = d1;' : ''}
      ${accumulators(tile.rows, tile.width, () => 'f32x4.splat(0)')}
      ${loopOverK(build, tile, 'k')}
      ${storeTile(tile)}
    }`,
  );
  return `
export function ${name}(out0: usize, ${pair ? 'out1: usize, ' : ''}weights: usize, blocks: i32, d0: usize, ${pair ? 'd1: usize, ' : ''}k: i32): usize {
  for (let block = 0; block < blocks; block++) {
    let w: usize, end: usize, in0: usize, a: v128; ${pair ? 'let in1: usize;' : ''}
    ${body.join('\n')}
    out0 += ${rows * rowBytes}; ${pair ? `out1 += ${rows * rowBytes};` : ''} weights = w;
  }
  return weights;
}`;
}

/** An empty stand-in with the pair kernels' signature: only the revec build has them, the others never call it. */
function withoutPairs(): string {
  return `
export function f32Gates6x16(out0: usize, out1: usize, weights: usize, blocks: i32, blockBytes: usize, hAt: usize, biasAt: usize, x0: usize, x1: usize, xRows: i32, h0: usize, h1: usize, hRows: i32): void { unreachable(); }
export function f32InputGradient6x16(out0: usize, out1: usize, weights: usize, blocks: i32, d0: usize, d1: usize, k: i32): usize { return unreachable(); }
export function f32InputGradient4x16(out0: usize, out1: usize, weights: usize, blocks: i32, d0: usize, d1: usize, k: i32): usize { return unreachable(); }`;
}

/** AssemblyScript of all matrix products of the passes, for one build. */
export function gemmSource(build: BuildName): string {
  const single = [
    gates(build, 'f32Gates6x8', panelTiles(build, tileRows)),
    inputGradient(build, 'f32InputGradient6x8', panelTiles(build, 6)),
    inputGradient(build, 'f32InputGradient4x8', panelTiles(build, 4)),
  ];
  const pairs =
    build === 'revec'
      ? [
          gates(build, 'f32Gates6x16', [pairTile(tileRows)]),
          inputGradient(build, 'f32InputGradient6x16', [pairTile(6)]),
          inputGradient(build, 'f32InputGradient4x16', [pairTile(4)]),
        ]
      : [withoutPairs()];
  return [`export const hasPairs: bool = ${build === 'revec'};`, ...single, ...pairs].join('\n');
}
