import { trialStates, type TrialState } from '../../model/trial.ts';
import type { TrialColumns } from '../../protocol/trialColumns.ts';

export function stateAt(trials: TrialColumns, row: number): TrialState {
  return trialStates[trials.state[row]];
}

/** Row of a trial, or -1. */
export function rowOf(trials: TrialColumns, number: number): number {
  if (number < trials.count && trials.number[number] === number) return number;
  return trials.number.indexOf(number);
}

/** Finished folds of a row, in order. */
export function foldsOf(trials: TrialColumns, row: number): readonly number[] {
  const all = trials.foldValues.subarray(row * trials.folds, (row + 1) * trials.folds);
  return Array.from(all).filter((value) => !Number.isNaN(value));
}

/** Spread of the fold values around their mean (standard deviation, n - 1); NaN below two folds. */
export function foldSpread(trials: TrialColumns, row: number): number {
  const values = foldsOf(trials, row);
  if (values.length < 2) return NaN;
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
}

/** Lift over persistence in percent; NaN without metrics. */
export function liftAt(trials: TrialColumns, row: number): number {
  return (1 - trials.metrics.u2[row]) * 100;
}

export function countByState(trials: TrialColumns | null): Readonly<Record<TrialState, number>> {
  const counts = { waiting: 0, running: 0, complete: 0, pruned: 0, failed: 0 };
  if (trials) for (let i = 0; i < trials.count; i++) counts[stateAt(trials, i)]++;
  return counts;
}

/**
 * Half width of the band in which one search seed says nothing, in percent of lift: 2 x SD x sqrt(2), SD of U2 over
 * training seeds. Measured from the confirmation runs where there are any, else what daily prices usually show (0.0014).
 */
export function seedNoise(trials: TrialColumns | null): { percent: number; measured: boolean } {
  let squares = 0;
  let freedom = 0;
  for (let i = 0; i < (trials?.count ?? 0); i++) {
    const seeds = trials!.confirmSeeds[i];
    const sd = trials!.confirmSd[i];
    if (seeds < 2 || Number.isNaN(sd)) continue;
    squares += sd * sd * (seeds - 1);
    freedom += seeds - 1;
  }
  const measured = freedom >= 4;
  const sd = measured ? Math.sqrt(squares / freedom) : usualSeedSd;
  return { percent: 2 * sd * Math.SQRT2 * 100, measured };
}

/** SD of validation U2 over seeds of real LSTMs on daily returns lies between 0.001 and 0.0017. */
const usualSeedSd = 0.0014;

/** What a stored trial's forecasts and comparisons rest on: another text, other answers. */
export function trialVersion(trials: TrialColumns, number: number): string {
  const row = rowOf(trials, number);
  return row < 0 ? '' : `${stateAt(trials, row)} ${trials.progressFold[row]} ${trials.confirmSeeds[row]}`;
}
