import type { ScalerState } from '../../model/experiment.ts';
import type { ScalerKind } from '../../model/dataSpec.ts';
import type { Series } from './series.ts';
import type { Range } from './splits.ts';

interface Fit {
  readonly center: number;
  readonly scale: number;
}

/**
 * Fits a Scaler on the rows [train.from, train.to) and on nothing else: x -> (x - center) / scale.
 * standard: mean and standard deviation (divisor n); minMax: minimum and range; robust: median and interquartile range;
 * none: 0 and 1. A constant column gets scale 1. An input relative to its window has center 0 (it cancels) and the scale of
 * its one-step differences. The target is fitted on what the train rows alone can tell: their log-returns, or their prices.
 */
export function fitScaler(series: Series, train: Range, kind: ScalerKind): ScalerState {
  const width = series.inputNames.length;
  const columns = series.inputNames.map((_, j) => {
    const values = columnOf(series, train, j);
    if (series.relative[j] === 0) return fitValues(values, kind);
    return { center: 0, scale: fitValues(differences(values), kind).scale };
  });
  return {
    kind,
    columns: [...series.inputNames].slice(0, width),
    center: columns.map((c) => c.center),
    scale: columns.map((c) => c.scale),
    target: fitTarget(series, train, kind),
  };
}

function fitTarget(series: Series, train: Range, kind: ScalerKind): Fit {
  const prices = series.prices.subarray(train.from, train.to);
  if (series.forecast === 'price') return fitValues(prices, kind);
  const returns = differences(prices.map(Math.log));
  // A price relative to the origin is a sum of returns; centred on zero so that "no change" stays "no change".
  if (series.forecast === 'windowRelative') return { center: 0, scale: fitValues(returns, kind).scale };
  return fitValues(returns, kind);
}

function columnOf(series: Series, rows: Range, column: number): Float64Array {
  const width = series.inputNames.length;
  return Float64Array.from(
    { length: rows.to - rows.from },
    (_, i) => series.inputs[(rows.from + i) * width + column],
  );
}

function differences(values: Float64Array): Float64Array {
  return Float64Array.from({ length: Math.max(0, values.length - 1) }, (_, i) => values[i + 1] - values[i]);
}

function fitValues(values: Float64Array, kind: ScalerKind): Fit {
  if (kind === 'none' || values.length === 0) return { center: 0, scale: 1 };
  if (kind === 'standard') {
    let sum = 0;
    for (const x of values) sum += x;
    const center = sum / values.length;
    let squares = 0;
    for (const x of values) squares += (x - center) * (x - center);
    const sd = Math.sqrt(squares / values.length);
    // Rounding leaves a constant column a deviation of about 1e-16 of its size.
    return { center, scale: sd > 1e-12 * Math.abs(center) ? sd : 1 };
  }
  const sorted = Float64Array.from(values).sort();
  if (kind === 'minMax') {
    const range = sorted[sorted.length - 1] - sorted[0];
    return { center: sorted[0], scale: range > 0 ? range : 1 };
  }
  const spread = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  return { center: quantile(sorted, 0.5), scale: spread > 0 ? spread : 1 };
}

/** Quantile of ascending values with linear interpolation (type 7, as NumPy). */
function quantile(sorted: Float64Array, p: number): number {
  const at = (sorted.length - 1) * p;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}
