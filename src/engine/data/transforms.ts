import type { FeatureSpec } from '../../model/dataSpec.ts';

/**
 * One input column from one column of the file; out[t] depends on values[t] and values[t-1] only, and is NaN where there is
 * no row before.
 */
export function transformColumn(values: Float64Array, transform: FeatureSpec['transform']): Float64Array {
  const change = (f: (x: number) => number): Float64Array =>
    values.map((x, t) => (t === 0 ? NaN : f(x) - f(values[t - 1])));
  switch (transform) {
    case 'none':
      return Float64Array.from(values);
    case 'log':
      return values.map(Math.log);
    case 'log1p':
      return values.map(Math.log1p);
    case 'diff':
      return change((x) => x);
    case 'logReturn':
      return values.map((x, t) => (t === 0 ? NaN : Math.log(x / values[t - 1])));
    case 'logDiff1p':
      return change(Math.log1p);
  }
}

/** Rows a transform needs before its first value. */
export function transformWarmUp(transform: FeatureSpec['transform']): number {
  return transform === 'diff' || transform === 'logReturn' || transform === 'logDiff1p' ? 1 : 0;
}

/** Smallest value a transform can take; below it there is no logarithm. `open`: the bound itself is too small. */
export function transformDomain(transform: FeatureSpec['transform']): { readonly above: number } | null {
  if (transform === 'log' || transform === 'logReturn') return { above: 0 };
  if (transform === 'log1p' || transform === 'logDiff1p') return { above: -1 };
  return null;
}
