import { rowBytes, tileRows, type BuildName } from './build.ts';
import {
  accumulators,
  addToPanels,
  blockTiles,
  forEachPart,
  inputs,
  locals,
  loopOverK,
  type Tile,
} from './gemm.ts';

/*
 * One level of Strassen's algorithm in Winograd's form: a product of two matrices cut into quarters takes 7 products of quarters
 * instead of 8.
 *
 *   | C11 C12 |     | A11 A12 | | B11 B12 |     A: weights, rows above and below, k left and right
 *   | C21 C22 |  += | A21 A22 | | B21 B22 |     B: panels, k above and below, panels left and right
 *
 *   S1 = A21 + A22   S2 = S1 - A11    S3 = A11 - A21   S4 = A12 - S2
 *   T1 = B12 - B11   T2 = B22 - T1    T3 = B22 - B12   T4 = B21 - T2
 *
 *   pass 1   U  = A11 B11              C11 += U + A12 B21
 *   pass 2   U += S2 T2
 *   pass 3   V  = U + S3 T3            C21 += V + A22 T4
 *   pass 4   P  = S1 T1                C22 += V + P         C12 += U + P + S4 B22
 *
 * A pass goes over all blocks of 6 rows of the upper half with at most two panels (or pairs of panels) of B, so that these stay in
 * the first-level cache. The sums on the right are made while a tile is in registers: they cost a load and an addition an entry.
 * assembly/strassen.ts makes the sums S and T and calls the passes.
 */

const tileBytes = (tile: Tile): number => tile.block * tile.width * 4;

/** Loads, adds or stores the tile at `name` (U or V), [row][lanes of the tile]. */
const at = (tile: Tile, r: number, p: number): number => (tile.first + r) * tile.width * 4 + p * 16;
const load = (tile: Tile, name: string) => (r: number, p: number) => `v128.load(${name}, ${at(tile, r, p)})`;
const add = (tile: Tile, name: string): string =>
  forEachPart(tile, (r, p) => `c${r}${p} = f32x4.add(c${r}${p}, ${load(tile, name)(r, p)});`);
const save = (tile: Tile, name: string): string =>
  forEachPart(tile, (r, p) => `v128.store(${name}, c${r}${p}, ${at(tile, r, p)});`);
const zero = (): string => 'f32x4.splat(0)';

interface Pass {
  readonly name: string;
  /** Panels of C that it adds to. */
  readonly results: readonly string[];
  /** Which of U and V it uses. */
  readonly partials: readonly string[];
  /** Its products: weights and panels. */
  readonly products: readonly (readonly [weights: string, panels: string])[];
  readonly body: (tile: Tile, product: (n: number) => string) => string;
}

const passes: readonly Pass[] = [
  {
    name: 'f32Strassen1',
    results: ['c11'],
    partials: ['u'],
    products: [
      ['a11', 'b11'],
      ['a12', 'b21'],
    ],
    body: (tile, product) =>
      [accumulators(tile, zero), product(0), save(tile, 'u'), product(1), addToPanels(tile, 'c11')].join(
        '\n',
      ),
  },
  {
    name: 'f32Strassen2',
    results: [],
    partials: ['u'],
    products: [['s2', 't2']],
    body: (tile, product) => [accumulators(tile, load(tile, 'u')), product(0), save(tile, 'u')].join('\n'),
  },
  {
    name: 'f32Strassen3',
    results: ['c21'],
    partials: ['u', 'v'],
    products: [
      ['s3', 't3'],
      ['a22', 't4'],
    ],
    body: (tile, product) =>
      [
        accumulators(tile, load(tile, 'u')),
        product(0),
        save(tile, 'v'),
        product(1),
        addToPanels(tile, 'c21'),
      ].join('\n'),
  },
  {
    name: 'f32Strassen4',
    results: ['c12', 'c22'],
    partials: ['u', 'v'],
    products: [
      ['s1', 't1'],
      ['s4', 'b22'],
    ],
    body: (tile, product) =>
      [
        accumulators(tile, zero),
        product(0),
        addToPanels(tile, 'c22', (r, p) => `f32x4.add(c${r}${p}, ${load(tile, 'v')(r, p)})`),
        add(tile, 'u'),
        product(1),
        addToPanels(tile, 'c12'),
      ].join('\n'),
  },
];

/**
 * One pass. Weights: address of the first block and the distance to the next; panels: address of the first and the distance to
 * the second of a pair, which a build without pairs ignores.
 */
function passSource(build: BuildName, pass: Pass): string {
  const wide = build === 'revec';
  const tiles = blockTiles(build, tileRows, wide ? 16 : 8);
  const parameters = [
    ...pass.results.map((c) => `${c}0: usize`),
    ...(pass.results.length > 0 ? ['resultStride: usize'] : []),
    ...pass.partials.map((name) => `${name}: usize`),
    'blocks: i32',
    'k: i32',
    ...pass.products.flat().flatMap((name) => [`${name}: usize`, `${name}Stride: usize`]),
  ];
  const productOf = (tile: Tile) => (n: number) => {
    const [a, b] = pass.products[n];
    return `w = ${a}; ${inputs(tile, b, `${b} + ${b}Stride`)}\n${loopOverK(build, tile, 'k')}`;
  };
  const bodies = tiles.map((tile) => `{ ${pass.body(tile, productOf(tile))} }`);
  const next = [
    ...pass.results.map((c) => `${c}0 += ${tileRows * rowBytes};`),
    ...(wide ? pass.results.map((c) => `${c}1 += ${tileRows * rowBytes};`) : []),
    ...pass.partials.map((name) => `${name} += ${tileBytes(tiles[0])};`),
    ...pass.products.map(([a]) => `${a} += ${a}Stride;`),
  ];
  return `
export function ${pass.name}(${parameters.join(', ')}): void {
  ${wide ? pass.results.map((c) => `let ${c}1 = ${c}0 + resultStride;`).join(' ') : ''}
  for (let block = 0; block < blocks; block++) {
    ${locals(tiles[0])}
    ${bodies.join('\n')}
    ${next.join(' ')}
  }
}`;
}

/** AssemblyScript of the four passes, for one build. */
export function strassenSource(build: BuildName): string {
  return [
    `export const tilePanels: i32 = ${tilePanels(build)};`,
    `export const panelsPerChunk: i32 = ${panelsPerChunk};`,
    ...passes.map((pass) => passSource(build, pass)),
  ].join('\n');
}

/** Panels of one tile: half of what one product takes. */
export function tilePanels(build: BuildName): number {
  return build === 'revec' ? 2 : 1;
}

/** Panels of samples that the weight gradient takes at once. */
export const panelsPerChunk = 32;
