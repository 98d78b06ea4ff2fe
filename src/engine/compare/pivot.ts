import type { HyperparameterName, ParamValue } from '../../model/hyperparameters.ts';
import type { Trial } from '../../model/trial.ts';

export interface Pivot {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** (rows, columns) row-major: mean score of the complete trials in the cell; null where there is none. */
  readonly mean: readonly (number | null)[];
  readonly count: readonly number[];
}

/**
 * A hyperparameter with more distinct values than this, or one whose values hardly repeat, is cut into `bins` ranges of equal
 * numbers of trials.
 */
const distinctLimit = 12;
const bins = 5;

/** Mean score of complete trials, one hyperparameter by another. */
export function pivotTrials(
  trials: readonly Trial[],
  row: HyperparameterName,
  column: HyperparameterName,
): Pivot {
  const complete = trials.filter((trial) => trial.state === 'complete' && trial.value !== null);
  const rowGroups = groupsOf(complete.map((trial) => trial.params[row]));
  const columnGroups = groupsOf(complete.map((trial) => trial.params[column]));
  const width = columnGroups.labels.length;
  const sums = new Float64Array(rowGroups.labels.length * width);
  const count = new Array<number>(sums.length).fill(0);
  complete.forEach((trial) => {
    const cell = rowGroups.groupOf(trial.params[row]) * width + columnGroups.groupOf(trial.params[column]);
    sums[cell] += trial.value ?? 0;
    count[cell] += 1;
  });
  return {
    rows: rowGroups.labels,
    columns: columnGroups.labels,
    mean: count.map((n, i) => (n === 0 ? null : sums[i] / n)),
    count,
  };
}

interface Groups {
  readonly labels: readonly string[];
  readonly groupOf: (value: ParamValue) => number;
}

function groupsOf(values: readonly ParamValue[]): Groups {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length < values.length) {
    const distinct = [...new Set(values.map(String))];
    return { labels: distinct, groupOf: (value) => distinct.indexOf(String(value)) };
  }
  const sorted = numbers.toSorted((a, b) => a - b);
  const distinct = [...new Set(sorted)];
  const isContinuous = distinct.length > bins && distinct.length > numbers.length / 2;
  if (distinct.length <= distinctLimit && !isContinuous)
    return { labels: distinct.map(String), groupOf: (value) => distinct.indexOf(Number(value)) };
  const starts = Array.from({ length: bins }, (_, i) => sorted[Math.floor((i * sorted.length) / bins)]);
  const lows = [...new Set(starts)];
  return {
    labels: lows.map((low, i) => `${short(low)} to ${short(sorted[lastBelow(sorted, lows[i + 1])])}`),
    groupOf: (value) => lows.findLastIndex((low) => low <= Number(value)),
  };
}

function lastBelow(sorted: readonly number[], limit: number | undefined): number {
  return limit === undefined ? sorted.length - 1 : sorted.findLastIndex((x) => x < limit);
}

function short(x: number): string {
  return String(Number(x.toPrecision(3)));
}
