import type { Rng } from '../rng.ts';

/** Rows of a regression: positions in the unit cube; a categorical column holds indices of choices. */
export interface ForestData {
  /** (rows, dimensions), row-major. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Number of choices of a categorical dimension, 0 for a numeric one. At most 32. */
  readonly choices: readonly number[];
}

/**
 * A regression tree as the boxes of its leaves, which tile the space: what marginals are computed from. Numeric sides are
 * [low, high) of the unit interval; a categorical side is a set of choices, bit by bit.
 */
export interface Tree {
  readonly leaves: number;
  readonly value: Float64Array;
  /** (leaves, dimensions), row-major, as the next two. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly choices: Uint32Array;
}

interface Node {
  readonly rows: Int32Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly choices: Uint32Array;
}

interface Split {
  readonly dimension: number;
  /** Numeric: rows below go left. Categorical: the choice that goes left. */
  readonly at: number;
  readonly gain: number;
}

/**
 * A tree grown to single rows on a bootstrap sample, all dimensions looked at in each split (Breiman 2001; the forest of Hutter,
 * Hoos, Leyton-Brown 2014). Choices are split one against the others.
 */
export function growTree(data: ForestData, rng: Rng): Tree {
  const { y, choices: counts } = data;
  const n = y.length;
  const d = counts.length;
  const leaves: { value: number; node: Node }[] = [];
  const stack: Node[] = [
    {
      rows: Int32Array.from({ length: n }, () => rng.int(n)),
      low: new Float64Array(d),
      high: new Float64Array(d).fill(1),
      choices: Uint32Array.from(counts, (count) =>
        count === 0 ? 0 : count >= 32 ? 0xffffffff : 2 ** count - 1,
      ),
    },
  ];
  while (stack.length > 0) {
    const node = stack.pop()!; // not empty
    const split = bestSplit(data, node);
    if (!split) {
      let sum = 0;
      for (const row of node.rows) sum += y[row];
      leaves.push({ value: sum / node.rows.length, node });
      continue;
    }
    stack.push(...halves(data, node, split));
  }
  const tree: Tree = {
    leaves: leaves.length,
    value: Float64Array.from(leaves, (leaf) => leaf.value),
    low: new Float64Array(leaves.length * d),
    high: new Float64Array(leaves.length * d),
    choices: new Uint32Array(leaves.length * d),
  };
  leaves.forEach(({ node }, i) => {
    tree.low.set(node.low, i * d);
    tree.high.set(node.high, i * d);
    tree.choices.set(node.choices, i * d);
  });
  return tree;
}

function halves({ x, choices: counts }: ForestData, node: Node, { dimension, at }: Split): [Node, Node] {
  const d = counts.length;
  const isCategorical = counts[dimension] > 0;
  const goesLeft = (row: number): boolean =>
    isCategorical ? x[row * d + dimension] === at : x[row * d + dimension] < at;
  const left = { ...node, rows: node.rows.filter(goesLeft) };
  const right = { ...node, rows: node.rows.filter((row) => !goesLeft(row)) };
  if (isCategorical)
    return [
      { ...left, choices: withAt(node.choices, dimension, 1 << at) },
      { ...right, choices: withAt(node.choices, dimension, node.choices[dimension] & ~(1 << at)) },
    ];
  return [
    { ...left, high: withAt(node.high, dimension, at) },
    { ...right, low: withAt(node.low, dimension, at) },
  ];
}

function withAt<T extends Float64Array | Uint32Array>(values: T, at: number, value: number): T {
  const out = values.slice() as T; // slice of a typed array is one of the same kind
  out[at] = value;
  return out;
}

/** The split that lowers the sum of squares most; null where all values are equal or nothing can be told apart. */
function bestSplit(data: ForestData, { rows }: Node): Split | null {
  const { x, y, choices: counts } = data;
  const d = counts.length;
  const n = rows.length;
  if (n < 2) return null;
  let total = 0;
  for (const row of rows) total += y[row];
  let isConstant = true;
  for (const row of rows) if (y[row] !== y[rows[0]]) isConstant = false;
  if (isConstant) return null;
  let best: Split | null = null;
  const offer = (dimension: number, at: number, { sum, count }: { sum: number; count: number }): void => {
    // Sum of squares between the two sides.
    const gain = (sum - (total * count) / n) ** 2 * (n / (count * (n - count)));
    if (gain > (best?.gain ?? 0)) best = { dimension, at, gain };
  };
  const order = new Float64Array(n);
  for (let dimension = 0; dimension < d; dimension++) {
    if (counts[dimension] > 0) {
      const sums = new Float64Array(counts[dimension]);
      const sizes = new Float64Array(counts[dimension]);
      for (const row of rows) {
        sums[x[row * d + dimension]] += y[row];
        sizes[x[row * d + dimension]]++;
      }
      for (let choice = 0; choice < counts[dimension]; choice++)
        if (sizes[choice] > 0 && sizes[choice] < n)
          offer(dimension, choice, { sum: sums[choice], count: sizes[choice] });
      continue;
    }
    const sorted = sortedBy(rows, (row) => x[row * d + dimension]);
    for (let i = 0; i < n; i++) order[i] = x[sorted[i] * d + dimension];
    let sum = 0;
    for (let i = 0; i + 1 < n; i++) {
      sum += y[sorted[i]];
      if (order[i + 1] > order[i]) offer(dimension, (order[i] + order[i + 1]) / 2, { sum, count: i + 1 });
    }
  }
  return best;
}

function sortedBy(rows: Int32Array, key: (row: number) => number): Int32Array {
  return rows.slice().sort((a, b) => key(a) - key(b));
}

/** Share of the dimension that the leaf covers. */
export function sideOf(tree: Tree, data: ForestData, leaf: number, dimension: number): number {
  const at = leaf * data.choices.length + dimension;
  const count = data.choices[dimension];
  return count === 0 ? tree.high[at] - tree.low[at] : bitCount(tree.choices[at]) / count;
}

function bitCount(bits: number): number {
  let rest = bits;
  let count = 0;
  while (rest !== 0) {
    rest = (rest & (rest - 1)) >>> 0;
    count++;
  }
  return count;
}

/** Share of the space that the leaf covers. */
export function volumeOf(tree: Tree, data: ForestData, leaf: number): number {
  let volume = 1;
  for (let d = 0; d < data.choices.length; d++) volume *= sideOf(tree, data, leaf, d);
  return volume;
}
