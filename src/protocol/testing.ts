import type { Params } from '../model/hyperparameters.ts';
import { neutralParams } from '../model/neutralParams.ts';
import type { TrialRow } from '../model/trial.ts';

/** A row for tests: complete unless said otherwise. */
export function trialRow(
  number: number,
  more: Partial<Omit<TrialRow, 'params'>> & { params?: Partial<Params> } = {},
): TrialRow {
  const value = more.value === undefined ? 1 + number / 1000 : more.value;
  return {
    number,
    state: 'complete',
    source: 'sampler',
    amendment: 0,
    foldValues: value === null ? [] : [value - 0.001, value + 0.001],
    metrics:
      value === null
        ? null
        : { mse: value, mae: value, rmse: value * 12, mape: value, relMae: value, u2: value, direction: 0.5 },
    progress: { fold: 1, epoch: 10 },
    spark: [1.01, 1],
    startedAtMs: 1000 * number,
    durationMs: 60_000,
    error: null,
    confirm: null,
    ...more,
    value,
    params: { ...neutralParams, ...more.params },
  };
}
