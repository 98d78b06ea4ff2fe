import { decode, dimensionOf, fromUnit } from '../../model/dimension.ts';
import { Fault } from '../../model/fault.ts';
import type { ParamValue } from '../../model/hyperparameters.ts';
import { valuesOf, type Distribution } from '../../model/searchSpace.ts';
import { sideOf, volumeOf, type Tree } from './forest.ts';
import { positionOf, type Surrogate } from './surrogate.ts';

export interface Slice {
  readonly x: readonly ParamValue[];
  /** Predicted value, mean over all other hyperparameters and over the trees. */
  readonly mean: readonly number[];
  /** Standard deviation over the trees: how sure the forest is. */
  readonly sd: readonly number[];
}

export interface Contour {
  readonly x: readonly ParamValue[];
  readonly y: readonly ParamValue[];
  /** (y, x), row-major. */
  readonly mean: readonly number[];
}

const slicePoints = 41;
const contourPoints = 25;

/** Response to one hyperparameter. Fault `badInput` for a name that is not searched, or before two trials are complete. */
export function sliceOf(surrogate: Surrogate, name: string): Slice {
  const axis = axisOf(surrogate, name, slicePoints);
  const byTree = surrogate.trees.map((tree) => marginalOf(surrogate, tree, [axis]));
  const mean = axis.values.map((_, i) => meanOf(byTree.map((marginal) => marginal[i])));
  return {
    x: axis.values,
    mean,
    sd: mean.map((m, i) => Math.sqrt(meanOf(byTree.map((marginal) => (marginal[i] - m) ** 2)))),
  };
}

/** Response to two hyperparameters together; `names` are x and y. */
export function contourOf(surrogate: Surrogate, names: readonly [string, string]): Contour {
  const x = axisOf(surrogate, names[0], contourPoints);
  const y = axisOf(surrogate, names[1], contourPoints);
  const mean = new Float64Array(x.values.length * y.values.length);
  for (const tree of surrogate.trees)
    marginalOf(surrogate, tree, [y, x]).forEach((value, i) => (mean[i] += value / surrogate.trees.length));
  return { x: x.values, y: y.values, mean: Array.from(mean) };
}

interface Axis {
  readonly dimension: number;
  readonly values: readonly ParamValue[];
  /** Where the values lie on the forest's axis. */
  readonly positions: readonly number[];
}

function axisOf({ parameters, trees }: Surrogate, name: string, points: number): Axis {
  const dimension = parameters.findIndex((p) => p.name === name);
  if (dimension < 0) throw new Fault('badInput', `“${name}” is not searched in this study.`);
  if (trees.length === 0)
    throw new Fault('badInput', 'A response needs at least two complete trials; there are fewer.');
  const { distribution } = parameters[dimension];
  const values = pointsOf(distribution, points);
  return {
    dimension,
    values,
    positions: values.map((value) => positionOf(distribution, value)!), // values of the distribution itself
  };
}

/** All values where they are few, else evenly spread ones on the scale of the distribution; distinct, in order. */
function pointsOf(distribution: Distribution, points: number): readonly ParamValue[] {
  const all = valuesOf(distribution);
  const dimension = dimensionOf(distribution);
  if (all && (all.length <= points || dimension.kind === 'categorical')) return all;
  const spread = Array.from({ length: points }, (_, i) =>
    decode(distribution, fromUnit(dimension, i / (points - 1))),
  );
  return [...new Set(spread)];
}

/** Mean of a tree over all dimensions but the given ones, at every point of their grid; the last axis varies fastest. */
function marginalOf({ data }: Surrogate, tree: Tree, axes: readonly Axis[]): Float64Array {
  const d = data.choices.length;
  const out = new Float64Array(axes.reduce((product, axis) => product * axis.values.length, 1));
  const inside: number[][] = [];
  for (let leaf = 0; leaf < tree.leaves; leaf++) {
    let part = volumeOf(tree, data, leaf);
    axes.forEach(({ dimension, positions }, a) => {
      part /= sideOf(tree, data, leaf, dimension);
      const at = leaf * d + dimension;
      const isCategorical = data.choices[dimension] > 0;
      inside[a] = [];
      positions.forEach((position, i) => {
        const isIn = isCategorical
          ? ((tree.choices[at] >>> position) & 1) === 1
          : position >= tree.low[at] && (position < tree.high[at] || tree.high[at] === 1);
        if (isIn) inside[a].push(i);
      });
    });
    const value = part * tree.value[leaf];
    for (const i of inside[0]) {
      if (axes.length === 1) out[i] += value;
      else for (const j of inside[1]) out[i * axes[1].values.length + j] += value;
    }
  }
  return out;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
