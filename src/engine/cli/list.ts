import { resolve } from 'node:path';
import { Fault } from '../../model/fault.ts';
import { liftPercent } from '../../model/metrics.ts';
import { bestOverTime, type HistoryStep } from '../../protocol/bestOverTime.ts';
import type { ExperimentSummary } from '../../protocol/experiments.ts';
import { looksOf } from '../session/testTrial.ts';
import { storeName, storeOf } from '../store/storeFolder.ts';
import { liftText, shellWord, table } from './output.ts';
import { refOf, type CliContext } from './program.ts';
import { rankingTable } from './ranking.ts';

/** `lstm-study list`: the experiments of a store, newest last. */
export async function listExperiments(context: CliContext, folder: string | undefined): Promise<number> {
  const store = context.store ?? resolve(folder ?? '.', storeName);
  const { experiments, warnings } = await context.session.handlers.listExperiments({ stores: [store] });
  for (const { message } of warnings)
    context.output.note(`warning: ${message}`, { event: 'warning', message });
  if (context.output.json) {
    for (const experiment of experiments) context.output.result('', { event: 'experiment', ...experiment });
    return 0;
  }
  if (experiments.length === 0) {
    context.output.result(`No experiments in ${store}. \`lstm-study run FILE\` makes one.`, {});
    return 0;
  }
  const header = ['experiment', 'state', 'trials', 'leader', 'lift', 'winner', 'looks', 'MB'];
  context.output.result(table(header, experiments.map(lineOf)), {});
  return 0;
}

function lineOf(e: ExperimentSummary): string[] {
  const { complete, pruned, failed } = e.counts;
  return [
    e.id,
    e.state,
    `${complete + pruned + failed} of ${e.budget}`,
    e.leader ? `${e.leader.number}: ${e.leader.value.toFixed(5)}` : '',
    e.leader ? liftText(e.leader.liftPercent) : '',
    e.winner ? `${e.winner.number}: ${e.winner.value.toFixed(5)}` : '',
    String(e.looks),
    (e.sizeBytes / 1e6).toFixed(1),
  ];
}

/** `lstm-study history FILE`: how the best of a study moved over its experiments. */
export async function showHistory(context: CliContext, file: string): Promise<number> {
  const study = resolve(file);
  const store = context.store ?? storeOf(study);
  const { experiments } = await context.session.browse.list([store]);
  const steps = bestOverTime(experiments.filter((e) => resolve(store, '..', e.studyFile) === study));
  if (steps.length === 0)
    throw new Fault(
      'badInput',
      `${file} has no experiment in ${store} yet. \`lstm-study run ${shellWord(file)}\` makes one.`,
    );
  if (context.output.json) {
    for (const step of steps) context.output.result('', { event: 'history', ...step });
    return 0;
  }
  const blocks: HistoryStep[][] = [];
  for (const step of steps) {
    if (step.startsAnew || blocks.length === 0) blocks.push([]);
    blocks.at(-1)?.push(step);
  }
  const header = ['experiment', 'state', 'trials', 'score', 'lift', 'measured by', 'best'];
  const text = blocks.map((block) => table(header, block.map(historyLine)));
  context.output.result(
    text.join(
      '\n\nOther data, split, horizon, target or objective from here on: not to be compared with those above.\n\n',
    ),
    {},
  );
  return 0;
}

function historyLine({ summary, score, isBest }: HistoryStep): string[] {
  const { complete, pruned, failed } = summary.counts;
  return [
    summary.id,
    summary.state,
    String(complete + pruned + failed),
    score ? score.value.toFixed(5) : '',
    score ? liftText(liftPercent(score.u2)) : '',
    score === null ? '' : score.by === 'winner' ? `${summary.winner?.seeds ?? 0} fresh seeds` : 'one seed',
    isBest ? 'best so far' : '',
  ];
}

/** `lstm-study show TARGET`: one experiment, or one of its trials. */
export async function showExperiment(
  context: CliContext,
  found: ExperimentSummary,
  flags: { readonly trial?: number; readonly top?: number },
): Promise<number> {
  const { output, session } = context;
  const ref = refOf(found);
  if (flags.trial !== undefined) {
    const shown = await session.handlers.trial({ ...ref, number: flags.trial });
    output.result(JSON.stringify(shown, null, 2), { event: 'trial', ...shown });
    return 0;
  }
  const { experiment, rows, summary } = await session.browse.load(ref);
  if (output.json) {
    output.result('', { event: 'experiment', experiment, summary, trials: rows });
    return 0;
  }
  const { study, resolved } = experiment;
  const tested = await session.handlers.testResult(ref);
  const persistence = experiment.baselines.map((b) => [
    b.lookback === undefined ? b.id : `${b.id} (${b.lookback})`,
    b.mean.u2.toFixed(4),
    b.mean.rmse.toFixed(4),
  ]);
  output.result(
    [
      `${summary.name}  (${summary.id})`,
      `${summary.state}${summary.endedBecause ? `, ended by: ${summary.endedBecause}` : ''}; ${experiment.rows.count} rows ${experiment.rows.firstDate} to ${experiment.rows.lastDate}`,
      `forecast ${study.data.forecast} of ${resolved.price}, ${study.horizon} step${study.horizon === 1 ? '' : 's'} ahead; ${experiment.folds.length} folds; test sealed from ${experiment.test.firstDate}, ${looksText(await looksOf(ref.store, experiment))}`,
      `${resolved.sampler.reason}; ${resolved.trainer.reason}`,
      ...(tested ? [`tested, trial ${tested.trial}: ${tested.sentence}`] : []),
      '',
      table(['baseline', 'U2', 'RMSE'], persistence),
      '',
      rows.some((r) => r.state === 'complete')
        ? rankingTable(experiment, rows, flags.top ?? 20)
        : 'No trial is complete yet.',
    ].join('\n'),
    {},
  );
  return 0;
}

function looksText(looks: number): string {
  if (looks === 0) return 'not looked at';
  return looks === 1 ? 'looked at once' : `looked at ${looks} times`;
}
