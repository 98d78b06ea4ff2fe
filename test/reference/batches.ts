import { maskKeys, maskValue } from '../../src/engine/trainers/dropoutMask.ts';
import type { FoldTensors } from '../../src/engine/trainers/trainer.ts';
import type { Params } from '../../src/model/hyperparameters.ts';
import type { ReferenceBatch, ReferenceMasks } from './lstm.ts';

/** The windows and targets of some origins, as plain arrays. */
export function referenceBatch(
  fold: Pick<FoldTensors, 'inputs' | 'features' | 'relative' | 'targets' | 'horizon'>,
  lookback: number,
  origins: Iterable<number>,
): ReferenceBatch {
  const { features, horizon } = fold;
  const window = (origin: number): number[][] =>
    Array.from({ length: lookback }, (_, t) =>
      Array.from({ length: features }, (_value, f) => {
        const value = fold.inputs[(origin - lookback + 1 + t) * features + f];
        return fold.relative[f] === 1 ? Math.fround(value - fold.inputs[origin * features + f]) : value;
      }),
    );
  const target = (origin: number): number[] =>
    Array.from({ length: horizon }, (_, step) => fold.targets[origin * horizon + step]);
  return { inputs: Array.from(origins, window), targets: Array.from(origins, target) };
}

/** The masks of one optimizer step, counted from 0. */
export function referenceMasks(
  params: Pick<Params, 'dropout' | 'recurrentDropout' | 'units'>,
  seed: number,
  step: number,
): ReferenceMasks {
  const { dropout, recurrentDropout, units } = params;
  return {
    output: (l, t, sample, unit) =>
      dropout === 0 ? 1 : maskValue(maskKeys(seed, step, l, 'output'), dropout, { t, unit, sample, units }),
    recurrent: (l, sample, unit) =>
      recurrentDropout === 0
        ? 1
        : maskValue(maskKeys(seed, step, l, 'recurrent'), recurrentDropout, { t: 0, unit, sample, units }),
  };
}
