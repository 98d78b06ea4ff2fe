import { hyperparameterNames } from '../../model/hyperparameters.ts';
import { liftPercent } from '../../model/metrics.ts';
import type { TrialRow } from '../../model/trial.ts';
import { liftText, table } from './output.ts';

/** Best first: confirmed trials by the mean over fresh seeds, then the others by their search value. */
export function ranked(rows: readonly TrialRow[]): TrialRow[] {
  return rows
    .filter((row) => row.state === 'complete')
    .sort(
      (a, b) =>
        Number(b.confirm !== null) - Number(a.confirm !== null) ||
        (a.confirm?.mean ?? a.value ?? 0) - (b.confirm?.mean ?? b.value ?? 0) ||
        a.number - b.number,
    );
}

/** Hyperparameters that are not the same in all trials. */
export function searchedNames(rows: readonly TrialRow[]): readonly (typeof hyperparameterNames)[number][] {
  return hyperparameterNames.filter((name) => new Set(rows.map((row) => row.params[name])).size > 1);
}

export function rankingTable(rows: readonly TrialRow[], objective: string, limit: number): string {
  const names = searchedNames(rows);
  const best = ranked(rows).slice(0, limit);
  const header = ['rank', 'trial', objective, 'lift', 'fresh seeds', ...names];
  return table(
    header,
    best.map((row, i) => [
      String(i + 1),
      String(row.number),
      (row.value ?? NaN).toFixed(5),
      row.metrics ? liftText(liftPercent(row.metrics.u2)) : '',
      row.confirm ? `${row.confirm.mean.toFixed(5)} ± ${row.confirm.sd.toFixed(5)}` : '',
      ...names.map((name) => shortValue(row.params[name])),
    ]),
  );
}

function shortValue(value: number | string): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : value;
}
