import type { FoldPlan } from '../../model/experiment.ts';
import type { FoldTensors } from '../trainers/trainer.ts';
import type { Series } from './series.ts';
import { trainOrigins } from './splits.ts';

/**
 * What a trainer gets for one fold: the series up to the end of the validation block, scaled by the fold's own Scaler, once,
 * whatever the lookback; windows are views into it. Rows after the block are not in it.
 *
 * inputs (rows, features), targets (rows, horizon): logReturn: r[t+h] of each step; windowRelative: ln P[t+h] / P[t];
 * price: P[t+h]; all scaled by the target's center and scale. Rows that are no origin hold NaN.
 */
export function foldTensors(
  series: Series,
  plan: FoldPlan,
  sizes: { readonly lookback: number; readonly horizon: number },
): FoldTensors {
  const rows = plan.validation.to;
  const features = series.inputNames.length;
  const { center, scale } = plan.scaler;
  const inputs = new Float32Array(rows * features);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < features; j++) {
      inputs[t * features + j] = (series.inputs[t * features + j] - center[j]) / scale[j];
    }
  }
  const { horizon, lookback } = sizes;
  const [firstTrain, lastTrain] = trainOrigins(plan.train, lookback, horizon);
  const [firstValidation, lastValidation] = plan.validationOrigins;
  const targets = new Float32Array(rows * horizon).fill(NaN);
  const setTargets = (t: number): void => {
    for (let h = 1; h <= horizon; h++) {
      targets[t * horizon + h - 1] =
        (targetAt(series, t, h) - plan.scaler.target.center) / plan.scaler.target.scale;
    }
  };
  for (let t = firstTrain; t <= lastTrain; t++) setTargets(t);
  for (let t = firstValidation; t <= lastValidation; t++) setTargets(t);
  return {
    inputs,
    rows,
    features,
    relative: series.relative,
    targets,
    horizon,
    trainOrigins: rangeOf(firstTrain, lastTrain),
    validationOrigins: rangeOf(firstValidation, lastValidation),
  };
}

/** Unscaled target of step h (from 1) at origin t. */
function targetAt(series: Series, t: number, h: number): number {
  const p = series.prices;
  switch (series.forecast) {
    case 'price':
      return p[t + h];
    case 'logReturn':
      return Math.log(p[t + h] / p[t + h - 1]);
    case 'windowRelative':
      return Math.log(p[t + h] / p[t]);
  }
}

function rangeOf(first: number, last: number): Int32Array {
  return Int32Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}
