import type { ParamValue } from './hyperparameters.ts';
import { countOf, steppedValue, type Distribution } from './searchSpace.ts';

/**
 * The number line a distribution is modelled on. Categorical choices are their index; ordered choices are whole numbers 0..n-1
 * with step 1; a logarithmic distribution keeps its natural value, `log` says that its scale is ln.
 */
export type Dimension =
  | { readonly kind: 'categorical'; readonly choices: number }
  | {
      readonly kind: 'numeric';
      readonly low: number;
      readonly high: number;
      /** Distance of the values; null for any value. */
      readonly step: number | null;
      readonly log: boolean;
    };

export function dimensionOf(distribution: Distribution): Dimension {
  if (distribution.kind === 'categorical') {
    const { choices, ordered } = distribution;
    return ordered
      ? { kind: 'numeric', low: 0, high: choices.length - 1, step: 1, log: false }
      : { kind: 'categorical', choices: choices.length };
  }
  const { low, step, log } = distribution;
  const count = countOf(distribution);
  // The last value that a step meets, which may lie below the written bound.
  const high = step === null || count === null ? distribution.high : steppedValue(low, step, count - 1);
  return { kind: 'numeric', low, high, step, log };
}

/** The value as a number on the dimension; NaN for one that the distribution does not hold. */
export function encode(distribution: Distribution, value: ParamValue): number {
  if (distribution.kind !== 'categorical') return Number(value);
  const index = distribution.choices.indexOf(value);
  return index < 0 ? Number.NaN : index;
}

/** The nearest value of the distribution to a number on its dimension. */
export function decode(distribution: Distribution, x: number): ParamValue {
  if (distribution.kind === 'categorical') {
    const last = distribution.choices.length - 1;
    return distribution.choices[Math.min(last, Math.max(0, Math.round(x)))];
  }
  const { low, high, step } = distribution;
  if (step === null) return Math.min(high, Math.max(low, x));
  const last = countOf(distribution)! - 1; // a stepped distribution has a count
  return steppedValue(low, step, Math.min(last, Math.max(0, Math.round((x - low) / step))));
}

/** Ends of a numeric dimension on its modelling scale: half a step wider on each side, ln where it is logarithmic. */
export function modelBounds(dimension: Extract<Dimension, { kind: 'numeric' }>): {
  readonly low: number;
  readonly high: number;
} {
  const { step, log } = dimension;
  if (step === null)
    return log
      ? { low: Math.log(dimension.low), high: Math.log(dimension.high) }
      : { low: dimension.low, high: dimension.high };
  const low = dimension.low - step / 2;
  const high = dimension.high + step / 2;
  return log ? { low: Math.log(lowerEdge(dimension.low, step)), high: Math.log(high) } : { low, high };
}

/** Lower edge of the cell of a stepped logarithmic value: half a step below, and above zero. */
export function lowerEdge(value: number, step: number): number {
  return value - step / 2 > 0 ? value - step / 2 : value / 2;
}

/** Position in [0, 1] of a number on the dimension to that number: 0 is low, 1 is high; categorical positions split evenly. */
export function fromUnit(dimension: Dimension, u: number): number {
  if (dimension.kind === 'categorical')
    return Math.min(dimension.choices - 1, Math.floor(u * dimension.choices));
  const { low, high } = modelBounds(dimension);
  const x = low + u * (high - low);
  return dimension.log ? Math.exp(x) : x;
}

/** Inverse of fromUnit for numeric dimensions; the middle of its part for a categorical one. */
export function toUnit(dimension: Dimension, x: number): number {
  if (dimension.kind === 'categorical') return (x + 0.5) / dimension.choices;
  const { low, high } = modelBounds(dimension);
  if (low === high) return 0.5;
  return ((dimension.log ? Math.log(x) : x) - low) / (high - low);
}
