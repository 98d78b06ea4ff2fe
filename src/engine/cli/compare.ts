import { Fault } from '../../model/fault.ts';
import { hyperparameterNames, type ParamValue } from '../../model/hyperparameters.ts';
import { liftPercent } from '../../model/metrics.ts';
import { meanMetrics } from '../../model/trial.ts';
import type { ComparedTrial, CompareResult } from '../../protocol/analysis.ts';
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

/** Parameters that differ; scores as one more row where they may stand beside each other, else one sentence why not. */
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
    ...(pairs.length > 0 ? ['', ...pairs.map(({ sentence }) => sentence)] : []),
  ].join('\n');
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
