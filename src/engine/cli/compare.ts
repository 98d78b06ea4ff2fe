import { Fault } from '../../model/fault.ts';
import { hyperparameterNames, type ParamValue } from '../../model/hyperparameters.ts';
import type { Confirmation } from '../../model/experiment.ts';
import { liftPercent, type Objective } from '../../model/metrics.ts';
import { meanMetrics } from '../../model/trial.ts';
import type { ComparedTrial, CompareResult } from '../../protocol/analysis.ts';
import { confirmOf } from '../exporters/trialTable.ts';
import { liftText, table } from './output.ts';
import { refOf, resolveExperiment, type CliContext } from './program.ts';

/** `lstm-study compare A:3 A:7 B:0`: trials side by side, what differs between them, and paired differences with ties called ties. */
export async function compareTrials(context: CliContext, targets: readonly string[]): Promise<number> {
  if (targets.length < 2)
    throw new Fault('badInput', 'Comparing needs two trials: lstm-study compare quick:3 quick:7.');
  const trials = await Promise.all(
    targets.map(async (target) => {
      const parts = /^(.+):(\d+)$/.exec(target);
      if (!parts)
        throw new Fault('badInput', `"${target}" names no trial. Write EXPERIMENT:NUMBER, e.g. quick:3.`);
      return { ...refOf(await resolveExperiment(context, parts[1])), number: Number(parts[2]) };
    }),
  );
  const result = await context.session.handlers.compare({ trials });
  context.output.result(compareText(result), { event: 'compare', ...result });
  return 0;
}

/**
 * Parameters that differ; scores, folds and fresh seeds as more rows where they may stand beside each other, else one sentence why
 * not. Two trials: their paired differences; more: each against the first.
 */
export function compareText(result: CompareResult): string {
  const { trials, incomparable, pairs, objective } = result;
  const names = hyperparameterNames.filter(
    (name) => new Set(trials.map(({ trial }) => trial.params[name])).size > 1,
  );
  const rows = [
    ...names.map((name) => [name, ...trials.map(({ trial }) => valueText(trial.params[name]))]),
    ...(incomparable.length > 0
      ? []
      : [
          [objective, ...trials.map(({ trial }) => trial.value?.toFixed(5) ?? trial.state)],
          ['lift', ...trials.map(liftOf)],
          ...foldRows(trials, objective),
          ...freshRow(trials),
        ]),
  ];
  const same = names.length === 0 ? 'No hyperparameter differs.' : '';
  const apart = [
    'The scores are not put beside each other:',
    ...incomparable.map((why) => `  ${why}`),
    ...[...new Set(trials.map(({ ref }) => ref.id))].map((id) => ownScores(trials, id)),
  ];
  return [
    ...(same === '' ? [] : [same]),
    ...(rows.length > 0 ? [table(['', ...trials.map(({ label }) => label)], rows)] : []),
    ...(incomparable.length > 0 ? ['', ...apart] : []),
    ...(pairs.length > 0 ? ['', ...pairTexts(pairs, trials)] : []),
  ].join('\n');
}

/** One row a fold, where any trial has finished it. */
function foldRows(trials: CompareResult['trials'], objective: Objective): string[][] {
  const folds = [...new Set(trials.flatMap(({ trial }) => trial.folds.map((f) => f.fold)))].sort(
    (a, b) => a - b,
  );
  return folds.map((fold) => [
    `fold ${fold + 1}`,
    ...trials.map(
      ({ trial }) => trial.folds.find((f) => f.fold === fold)?.metrics?.[objective].toFixed(5) ?? '-',
    ),
  ]);
}

function freshRow(trials: CompareResult['trials']): string[][] {
  if (trials.every(({ confirmation }) => confirmation === null)) return [];
  const text = (confirmation: Confirmation | null): string => {
    const fresh = confirmation && confirmOf(confirmation);
    return fresh ? `${fresh.mean.toFixed(5)} ± ${fresh.sd.toFixed(5)} (${fresh.seeds})` : '-';
  };
  return [['fresh seeds', ...trials.map(({ confirmation }) => text(confirmation))]];
}

/** Of two trials the paired differences too; of more each against the first that has pairs, as all pairs would fill pages. */
function pairTexts(pairs: CompareResult['pairs'], trials: CompareResult['trials']): string[] {
  if (trials.length === 2)
    return pairs.flatMap(({ sentence, byFold, bySeed }) => [
      sentence,
      ...differences('fold', byFold, trials),
      ...differences('fresh seed', bySeed, trials),
    ]);
  const lead = pairs[0].a;
  const shown = pairs.filter(({ a }) => a === lead);
  const rest = pairs.length - shown.length;
  return [
    ...shown.map(({ sentence }) => sentence),
    ...(rest > 0 ? [`Each against ${trials[lead].label}; ${rest} more pairs with --json.`] : []),
  ];
}

function differences(by: string, values: readonly number[], [a, b]: CompareResult['trials']): string[] {
  if (values.length === 0) return [];
  const signed = values.map((x) => `${x < 0 ? '' : '+'}${x.toFixed(5)}`);
  return [`  ${b.label} minus ${a.label} by ${by}: ${signed.join(', ')}`];
}

/** Five digits tell a learning rate from another. */
function valueText(value: ParamValue): string {
  return String(typeof value === 'number' ? Number(value.toPrecision(5)) : value);
}

/** The scores of one experiment in a line of their own. */
function ownScores(trials: readonly ComparedTrial[], id: string): string {
  const own = trials.filter(({ ref }) => ref.id === id);
  const scores = own.map(({ label, trial }) => `${label} ${trial.value?.toFixed(5) ?? trial.state}`);
  return `  On its own data and split: ${scores.join(', ')}`;
}

function liftOf({ trial }: ComparedTrial): string {
  const metrics = meanMetrics(trial.folds);
  return metrics && trial.value !== null ? liftText(liftPercent(metrics.u2)) : '-';
}
