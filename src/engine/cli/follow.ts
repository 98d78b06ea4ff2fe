import { relative } from 'node:path';
import type { Experiment } from '../../model/experiment.ts';
import type { TrialRow } from '../../model/trial.ts';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import type { StartResult } from '../../protocol/runs.ts';
import type { Follower } from './follower.ts';
import { tiesWithWinner } from '../compare/ties.ts';
import { endText } from '../session/extend.ts';
import { onInterrupt } from './interrupts.ts';
import { issueText, liftText, shellWord } from './output.ts';
import type { CliContext } from './program.ts';
import { rankingTable } from './ranking.ts';

/** What was answered to a start, a resume or a repetition is said; a run is followed to its end. The exit code. */
export async function follow(
  context: CliContext,
  {
    result,
    file,
    follower,
  }: { readonly result: StartResult; readonly file: string; readonly follower: Follower },
): Promise<number> {
  const { output, session } = context;
  if (result.kind === 'issues') {
    for (const issue of result.issues) output.note(issueText(issue), { event: 'issue', ...issue });
    return 2;
  }
  if (result.kind === 'finished') {
    output.note(
      `This study has finished on this data (${result.reason}): ${result.ref.id}.\n` +
        (result.hasMore
          ? `  lstm-study run ${shellWord(file)} --more-trials    gives it as much again\n`
          : '') +
        `  lstm-study run ${shellWord(file)} --another-seed   repeats it with other random numbers\n` +
        `  lstm-study run ${shellWord(file)} --again          repeats it exactly, as a new experiment`,
      { event: 'finished', ...result.ref, trials: result.trials, reason: result.reason },
    );
    await sayRanking(context, result.ref);
    return 0;
  }
  output.note(`${result.kind === 'resumed' ? 'Going on with' : 'Experiment'} ${result.ref.id}`, {
    event: result.kind,
    ...result.ref,
  });
  const interrupts = onInterrupt(context, result.ref);
  try {
    await session.runs.ended(result.ref);
  } finally {
    follower.stop();
    interrupts.dispose();
  }
  const stopped = (await session.browse.load(result.ref)).summary.state !== 'finished';
  await sayRanking(context, result.ref);
  if (!stopped) return 0;
  output.note(
    `Stopped. What has ended is stored. Go on with:\n  lstm-study resume ${result.ref.id}${storeFlag(result.ref)}`,
    {
      event: 'stopped',
      ...result.ref,
    },
  );
  return 130;
}

function storeFlag(ref: ExperimentRef): string {
  return ` --store ${shellWord(relative(process.cwd(), ref.store) || '.')}`;
}

/** Ranking, counts and the winner or leader. */
async function sayRanking(context: CliContext, ref: ExperimentRef): Promise<void> {
  const { experiment, rows, summary } = await context.session.browse.load(ref);
  if (context.output.json) {
    context.output.result('', { event: 'ranking', ...ref, summary, trials: rows });
    return;
  }
  if (rows.some((row) => row.state === 'complete'))
    context.output.result(`\n${rankingTable(experiment, rows, 10)}\n`, {});
  const { objective } = experiment.study;
  const { counts, winner, leader } = summary;
  const failed = counts.failed > 0 ? `, ${counts.failed} failed` : '';
  const folds = experiment.folds.length;
  context.output.result(
    `${counts.complete} complete, ${counts.pruned} pruned${failed}; ${folds} folds; lift = 1 - U2 against repeating the last price, on validation`,
    {},
  );
  if (summary.state === 'finished' && summary.endedBecause !== 'trials')
    context.output.result(`The search ended early: ${endText(experiment, rows.length)}`, {});
  if (winner)
    context.output.result(
      `Winner: trial ${winner.number}, ${objective} ${winner.value.toFixed(5)} ± ${winner.sd.toFixed(5)} over ${winner.seeds} fresh seeds (lift ${liftText(winner.liftPercent)})${tieText(await tiesOf(context, ref, { experiment, rows }))}`,
      {},
    );
  else if (leader)
    context.output.result(
      `Leader: trial ${leader.number}, ${objective} ${leader.value.toFixed(5)} (lift ${liftText(leader.liftPercent)}); not confirmed on fresh seeds`,
      {},
    );
}

/** Only the few confirmed trials are read. */
async function tiesOf(
  { session }: CliContext,
  ref: ExperimentRef,
  { experiment, rows }: { readonly experiment: Experiment; readonly rows: readonly TrialRow[] },
): Promise<readonly number[]> {
  const confirmed = rows.filter((row) => row.confirm !== null);
  const read = await Promise.all(
    confirmed.map(async ({ number }) => session.handlers.trial({ ...ref, number })),
  );
  return tiesWithWinner({
    experiment,
    trials: read.map(({ trial }) => trial),
    confirmations: read.flatMap(({ confirmation }) => confirmation ?? []),
  });
}

function tieText(ties: readonly number[]): string {
  if (ties.length === 0) return '';
  return `; ${ties.length === 1 ? 'trial' : 'trials'} ${ties.join(', ')} ${ties.length === 1 ? 'ties' : 'tie'} with it: noise of the seeds explains the difference`;
}
