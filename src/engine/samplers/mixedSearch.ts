import type { Acquisition } from './acquisition.ts';
import { minimize } from './lbfgs.ts';

/** What a local search may move. */
export interface MixedSpace {
  /** Indices of dimensions with any value in [0, 1]. */
  readonly continuous: readonly number[];
  /** Dimensions with a list of values: positions of steps, in order, or indices of choices. */
  readonly discrete: readonly {
    readonly dimension: number;
    readonly values: Float64Array;
    readonly isCategorical: boolean;
  }[];
  /** Length scales of the continuous dimensions: the search runs in units of them. */
  readonly lengthScales: Float64Array;
  /** Moves inactive hyperparameters to their fixed place; null when the point breaks a constraint. */
  settle(u: Float64Array): Float64Array | null;
}

/** Discrete dimensions with at most so many values are searched whole. */
const exhaustiveValues = 16;
const maxSweeps = 100;

/**
 * Local maximum of an acquisition function over a mixed space, as in Optuna: L-BFGS on the continuous dimensions, then each discrete
 * one in turn, until a sweep changes nothing. Discrete dimensions with more than 16 values are searched by doubling steps in
 * both directions instead of Brent's method on an interpolation.
 * @returns the point and its value, no worse than the start
 */
export function climb(
  acquisition: Acquisition,
  space: MixedSpace,
  start: Float64Array,
): { readonly u: Float64Array; readonly value: number } {
  let u = start;
  let value = acquisition.value(u);
  const offer = (candidate: Float64Array): boolean => {
    const settled = space.settle(candidate);
    if (!settled) return false;
    const offered = acquisition.value(settled);
    if (!(offered > value)) return false;
    u = settled;
    value = offered;
    return true;
  };
  for (let sweep = 0; sweep < maxSweeps; sweep++) {
    let isChanged = space.continuous.length > 0 && offer(ascend(acquisition, space, u)) && sweep === 0;
    for (const { dimension, values, isCategorical } of space.discrete) {
      if (isCategorical || values.length <= exhaustiveValues) {
        const from = u;
        for (const candidate of values)
          if (candidate !== from[dimension])
            isChanged = offer(withValue(from, dimension, candidate)) || isChanged;
      } else isChanged = stepwise(dimension, values) || isChanged;
    }
    if (!isChanged) break;
  }
  return { u, value };

  function stepwise(dimension: number, values: Float64Array): boolean {
    let hasMoved = false;
    for (const direction of [1, -1]) {
      let stride = 1;
      while (stride > 0) {
        const at = nearestIndex(values, u[dimension]) + direction * stride;
        const isBetter = at >= 0 && at < values.length && offer(withValue(u, dimension, values[at]));
        hasMoved ||= isBetter;
        stride = isBetter ? stride * 2 : Math.floor(stride / 2);
      }
    }
    return hasMoved;
  }
}

function ascend(acquisition: Acquisition, space: MixedSpace, u: Float64Array): Float64Array {
  const { continuous, lengthScales } = space;
  const scaled = Float64Array.from(continuous, (c, i) => u[c] / lengthScales[i]);
  const point = u.slice();
  const { x } = minimize(
    (s, gradient) => {
      continuous.forEach((c, i) => (point[c] = s[i] * lengthScales[i]));
      const value = acquisition.valueAndGradient(point, continuous, gradient);
      for (let i = 0; i < gradient.length; i++) gradient[i] *= -lengthScales[i];
      return -value;
    },
    scaled,
    {
      bounds: {
        lower: new Float64Array(continuous.length),
        upper: lengthScales.map((l) => 1 / l),
      },
      gradientTolerance: 1e-2,
      maxIterations: 100,
    },
  );
  const result = u.slice();
  continuous.forEach((c, i) => (result[c] = Math.min(1, Math.max(0, x[i] * lengthScales[i]))));
  return result;
}

function withValue(u: Float64Array, dimension: number, value: number): Float64Array {
  const out = u.slice();
  out[dimension] = value;
  return out;
}

/** Index of the value of an ascending list that is nearest to x. */
export function nearestIndex(values: Float64Array, x: number): number {
  let from = 0;
  let to = values.length - 1;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (values[middle] < x) from = middle + 1;
    else to = middle;
  }
  return from > 0 && x - values[from - 1] < values[from] - x ? from - 1 : from;
}
