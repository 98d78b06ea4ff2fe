import cliProgress from 'cli-progress';
import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { Fault } from '../../model/fault.ts';
import type { Issue } from '../../model/issue.ts';
import { liftPercent } from '../../model/metrics.ts';
import { parseStudy } from '../../model/parseStudy.ts';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import type { RunOptions, RunProgress, SpaceChange, StartParams, StartResult } from '../../protocol/runs.ts';
import type { TrialRow } from '../../model/trial.ts';
import { storeOf } from '../store/storeFolder.ts';
import { rowAt } from '../store/summary.ts';
import { aboutText, durationText, issueText, liftText, sizeText } from './output.ts';
import type { CliContext } from './program.ts';
import { rankingTable } from './ranking.ts';

export interface RunFlags {
  readonly workers?: number;
  readonly trials?: number;
  readonly timeLimit?: string;
  readonly sampler?: string;
  readonly pruner?: string;
  readonly space?: string;
  readonly yes?: boolean;
  readonly again?: boolean;
  readonly moreTrials?: boolean;
  readonly anotherSeed?: boolean;
}

export function runOptionsOf(flags: RunFlags): RunOptions {
  const { workers, trials, timeLimit, sampler, pruner } = flags;
  return {
    ...(workers === undefined ? {} : { workers }),
    ...(trials === undefined ? {} : { trials }),
    ...(timeLimit === undefined ? {} : { timeLimit }),
    ...(sampler === undefined ? {} : { sampler }),
    ...(pruner === undefined ? {} : { pruner }),
  };
}

/** `lstm-study run FILE`: start, resume or extend the experiment of a study file, follow it to its end. */
export async function runStudy(context: CliContext, file: string, flags: RunFlags): Promise<number> {
  const { session, output } = context;
  const params: StartParams = {
    file: resolve(file),
    ifFinished: flags.again
      ? 'again'
      : flags.moreTrials
        ? 'moreTrials'
        : flags.anotherSeed
          ? 'anotherSeed'
          : 'ask',
    options: runOptionsOf(flags),
    ...(flags.yes === true ? { yes: true } : {}),
    ...(context.store === null ? {} : { store: context.store }),
  };
  const follower = createFollower(context, file);
  await sayEstimate(context, params);
  // An experiment that cannot be read may be the one meant: then a new one is begun beside it, and that is said.
  const { warnings } = await session.handlers.listExperiments({
    stores: [context.store ?? storeOf(params.file)],
  });
  for (const { message } of warnings) output.note(`warning: ${message}`, { event: 'warning', message });
  const result = await session.handlers.start(params);
  return follow(context, { result, file, follower });
}

/** `lstm-study resume TARGET`. */
/** What a study file says about its space, or what is wrong with the file. */
async function spaceIn(file: string): Promise<SpaceChange | { readonly issues: readonly Issue[] }> {
  const text = await readFile(resolve(file), 'utf8').catch((error: unknown) => {
    throw new Fault('badInput', `The study file ${file} cannot be read. Check its name and place.`, {
      cause: error,
    });
  });
  const { study, issues } = parseStudy(text);
  if (!study) return { issues };
  const { when, constraints } = study.search;
  return { hyperparameters: study.hyperparameters, when, constraints };
}

export async function resumeStudy(
  context: CliContext,
  ref: ExperimentRef,
  { name, flags }: { readonly name: string; readonly flags: RunFlags },
): Promise<number> {
  const follower = createFollower(context, name);
  const space = flags.space === undefined ? null : await spaceIn(flags.space);
  const result: StartResult =
    space && 'issues' in space
      ? { kind: 'issues', issues: space.issues }
      : await context.session.handlers.resume({
          ...ref,
          options: { ...runOptionsOf(flags), ...(space ? { space } : {}) },
        });
  return follow(context, { result, file: name, follower });
}

/** `lstm-study rerun TARGET`: the experiment once more, exactly; what differs from the first time is said before anything runs. */
export async function rerunExperiment(
  context: CliContext,
  { ref, name }: { readonly ref: ExperimentRef; readonly name: string },
  flags: Pick<RunFlags, 'workers'> & { readonly anyway?: boolean },
): Promise<number> {
  const { output, session } = context;
  const follower = createFollower(context, name);
  const { workers } = flags;
  const result = await session.handlers.rerun({
    ...ref,
    ...(flags.anyway === true ? { anyway: true } : {}),
    options: workers === undefined ? {} : { workers },
  });
  if (result.kind === 'issues') return follow(context, { result, file: name, follower });
  for (const note of result.notes) output.note(`note: ${note}`, { event: 'note', text: note });
  if (result.kind === 'differs') {
    for (const difference of result.differences)
      output.note(`differs: ${difference}`, { event: 'differs', text: difference });
    output.note(
      `Nothing was run: ${ref.id} cannot be repeated exactly. --anyway runs it on what there is now.`,
    );
    return 2;
  }
  const code = await follow(context, { result, file: name, follower });
  if (code !== 0) return code;
  const check = await session.handlers.checkRepeat({ ...result.ref, of: ref.id });
  output.result(`\n${check.text}`, { event: 'repeated', of: ref.id, ...check });
  return 0;
}

async function sayEstimate(context: CliContext, params: StartParams): Promise<void> {
  const text = await readFile(params.file, 'utf8').catch(() => null); // start says what is wrong with it
  if (text === null) return;
  const check = await context.session.handlers.check({
    text,
    file: params.file,
    ...(params.store === undefined ? {} : { store: params.store }),
  });
  if (!check.space || !check.estimate || !check.split) return;
  const { sampler, combinations, trials } = check.space;
  const { ms, fits, workers } = check.estimate;
  context.output.note(
    `${check.split.rows} rows, ${check.split.folds.length} folds, test range sealed from ${check.split.test.firstDate}\n` +
      `${trials} trials (${sampler.reason}; ${sizeText(check.space)} configurations), ${aboutText(ms)} on ${workers} ${workers === 1 ? 'worker' : 'workers'}`,
    { event: 'estimate', trials, combinations, fits, ms: Math.round(ms), workers, sampler: sampler.kind },
  );
}

async function follow(
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
      `This study has finished on this data (${result.trials} trials): ${result.ref.id}.\n` +
        `  lstm-study run ${file} --more-trials    adds as many trials again\n` +
        `  lstm-study run ${file} --another-seed   repeats it with other random numbers\n` +
        `  lstm-study run ${file} --again          repeats it exactly, as a new experiment`,
      { event: 'finished', ...result.ref, trials: result.trials },
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
  return ` --store ${relative(process.cwd(), ref.store) || '.'}`;
}

/** First Ctrl-C: finish and store the folds in flight. Second: now. */
function onInterrupt(context: CliContext, ref: ExperimentRef): { dispose(): void } {
  let count = 0;
  const onSignal = (): void => {
    count++;
    if (count > 2) process.exit(130);
    context.output.note(
      count === 1
        ? 'Stopping: the folds in flight are finished and stored. Press Ctrl-C again to stop at once.'
        : 'Stopping at once.',
      { event: 'stopping', how: count === 1 ? 'graceful' : 'now' },
    );
    void context.session.runs.stop(ref, count === 1 ? 'graceful' : 'now');
  };
  // Only this listener decides while a study runs: atomically (when-exit) answers the first signal by raising it again, which
  // would count as a second press. Its clean-up, and that of the locks, hangs on the end of the process as well.
  const signals = (['SIGINT', 'SIGTERM'] as const).map((name) => ({
    name,
    others: process.rawListeners(name) as NodeJS.SignalsListener[], // listeners of a signal
  }));
  for (const { name } of signals) process.removeAllListeners(name).on(name, onSignal);
  return {
    dispose: () => {
      for (const { name, others } of signals) {
        process.off(name, onSignal);
        for (const listener of others) process.on(name, listener);
      }
    },
  };
}

export async function sayRanking(context: CliContext, ref: ExperimentRef): Promise<void> {
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
  if (winner)
    context.output.result(
      `Winner: trial ${winner.number}, ${objective} ${winner.value.toFixed(5)} ± ${winner.sd.toFixed(5)} over ${winner.seeds} fresh seeds (lift ${liftText(winner.liftPercent)})`,
      {},
    );
  else if (leader)
    context.output.result(
      `Leader: trial ${leader.number}, ${objective} ${leader.value.toFixed(5)} (lift ${liftText(leader.liftPercent)}); not confirmed on fresh seeds`,
      {},
    );
}

interface Follower {
  stop(): void;
}

/** A bar on a terminal; elsewhere one line a trial; with --json every change as a record. */
function createFollower(context: CliContext, _file: string): Follower {
  const { output } = context;
  const isTerminal = process.stderr.isTTY && !output.json;
  const said = new Set<number>();
  const bar = isTerminal
    ? new cliProgress.SingleBar(
        {
          format: '{phase} [{bar}] {value}/{total} | {eta_text} | {best}',
          stream: process.stderr,
          hideCursor: true,
          clearOnComplete: true,
          barsize: 24,
        },
        cliProgress.Presets.legacy,
      )
    : null;
  let isShown = false;
  let leader = 'no trial yet';
  let lastPhase = '';

  const show = (progress: RunProgress): void => {
    const isConfirm = progress.confirm !== null && progress.phase !== 'search';
    const done = isConfirm ? (progress.confirm?.done ?? 0) : progress.done;
    const total = isConfirm ? (progress.confirm?.of ?? 0) : progress.budget;
    if (progress.phase !== lastPhase && progress.phase === 'confirm')
      output.note('Confirming the best trials on fresh seeds', { event: 'phase', phase: 'confirm' });
    lastPhase = progress.phase;
    if (!bar) return;
    const payload = {
      phase: isConfirm ? 'fresh seeds' : progress.phase === 'stopping' ? 'stopping' : 'trials',
      eta_text: progress.etaMs === null ? 'measuring' : `${durationText(progress.etaMs)} left`,
      best: leader,
    };
    if (!isShown) bar.start(total, done, payload);
    isShown = true;
    bar.setTotal(total);
    bar.update(done, payload);
  };

  const sayTrial = (row: TrialRow): void => {
    if (said.has(row.number)) return;
    said.add(row.number);
    if (output.json) {
      output.result('', { event: 'trial', ...row });
      return;
    }
    if (bar) return;
    output.note(trialLine(row));
  };

  let best = Infinity;
  context.listen((name, payload) => {
    if (name === 'progress') show(payload as RunProgress); // the payload of this name
    if (name !== 'trialsChanged') return;
    const { rows } = payload as { rows: Parameters<typeof rowAt>[0] }; // the payload of this name
    for (let i = 0; i < rows.count; i++) {
      const row = rowAt(rows, i);
      if (row.state !== 'complete' && row.state !== 'pruned' && row.state !== 'failed') continue;
      if (row.value !== null && row.value < best) {
        best = row.value;
        leader = `leader ${row.number}: ${row.value.toFixed(5)}${row.metrics ? ` (lift ${liftText(liftPercent(row.metrics.u2))})` : ''}`;
      }
      sayTrial(row);
    }
  });
  return {
    stop: () => {
      if (isShown) bar?.stop();
      isShown = false;
    },
  };
}

function trialLine(row: TrialRow): string {
  const time = row.durationMs === null ? '' : `  ${(row.durationMs / 1000).toFixed(1)} s`;
  switch (row.state) {
    case 'complete':
      return `trial ${row.number}: ${(row.value ?? NaN).toFixed(5)}  lift ${row.metrics ? liftText(liftPercent(row.metrics.u2)) : ''}${time}`;
    case 'pruned':
      return `trial ${row.number}: pruned in fold ${row.progress.fold + 1}, epoch ${row.progress.epoch}${time}`;
    case 'failed':
      return `trial ${row.number}: failed: ${row.error?.message ?? ''}${time}`;
    case 'waiting':
    case 'running':
      throw new Fault('internal', 'a trial that has not ended was told');
  }
}
