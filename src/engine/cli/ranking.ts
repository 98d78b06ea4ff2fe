import type { Experiment } from '../../model/experiment.ts';
import { hyperparameterNames } from '../../model/hyperparameters.ts';
import { liftPercent } from '../../model/metrics.ts';
import { membershipOf } from '../../model/searchSpace.ts';
import type { TrialRow } from '../../model/trial.ts';
import { settingsAt } from '../experiment/settings.ts';
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

/**
 * The best trials as a table. Those outside the space as it is now (another space, or one of the user's own points) are marked:
 * they count here, and the search does not learn from them.
 */
export function rankingTable(experiment: Experiment, rows: readonly TrialRow[], limit: number): string {
  const { study, space } = settingsAt(experiment, Infinity);
  const isInside = membershipOf(space);
  const names = searchedNames(rows);
  const best = ranked(rows).slice(0, limit);
  const header = ['rank', 'trial', study.objective, 'lift', 'fresh seeds', ...names];
  const marked = best.some((row) => !isInside(row.params));
  const text = table(
    header,
    best.map((row, i) => [
      String(i + 1),
      `${row.number}${isInside(row.params) ? '' : '*'}`,
      (row.value ?? NaN).toFixed(5),
      row.metrics ? liftText(liftPercent(row.metrics.u2)) : '',
      row.confirm ? `${row.confirm.mean.toFixed(5)} ± ${row.confirm.sd.toFixed(5)}` : '',
      ...names.map((name) => shortValue(row.params[name])),
    ]),
  );
  return marked ? `${text}\n\n* outside the space as it is now: kept and ranked, not learnt from` : text;
}

function shortValue(value: number | string): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : value;
}
