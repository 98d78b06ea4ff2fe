import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import type { RunOptions, StartParams } from '../../protocol/runs.ts';
import { storeOf } from '../store/storeFolder.ts';
import { studyTextOf } from '../studyText.ts';
import { follow } from './follow.ts';
import { createFollower } from './follower.ts';
import { aboutText, sizeText } from './output.ts';
import type { CliContext } from './program.ts';

export interface RunFlags {
  readonly workers?: number;
  readonly trials?: number;
  readonly timeLimit?: string;
  readonly sampler?: string;
  readonly pruner?: string;
  /** Study file whose search is taken over (resume). */
  readonly study?: string;
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
  const follower = createFollower(context);
  await sayEstimate(context, params);
  // An experiment that cannot be read may be the one meant: then a new one is begun beside it, and that is said.
  const { warnings } = await session.handlers.listExperiments({
    stores: [context.store ?? storeOf(params.file)],
  });
  for (const { message } of warnings) output.note(`warning: ${message}`, { event: 'warning', message });
  const result = await session.handlers.start(params);
  return follow(context, { result, file, follower });
}

/** `lstm-study resume TARGET`: goes on with an experiment, with what the flags change. */
export async function resumeStudy(
  context: CliContext,
  ref: ExperimentRef,
  { name, flags }: { readonly name: string; readonly flags: RunFlags },
): Promise<number> {
  const follower = createFollower(context);
  const studyText = flags.study === undefined ? undefined : await studyTextOf(resolve(flags.study));
  const result = await context.session.handlers.resume({
    ...ref,
    ...(studyText === undefined ? {} : { studyText }),
    options: runOptionsOf(flags),
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
  const follower = createFollower(context);
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
    ...(params.options === undefined ? {} : { options: params.options }),
  });
  if (!check.space || !check.estimate || !check.split) return;
  const { sampler, combinations, trials } = check.space;
  const { ms, fits, workers } = check.estimate;
  context.output.note(
    `${check.split.rows} rows, ${check.split.folds.length} folds, test range sealed from ${check.split.test.firstDate}\n` +
      `${trials} ${trials === 1 ? 'trial' : 'trials'} (${sampler.reason}; ${sizeText(check.space)} configurations), ${aboutText(ms)} on ${workers} ${workers === 1 ? 'worker' : 'workers'}` +
      (sampler.kind === 'grid' && combinations !== null && combinations > trials
        ? `; all of them ${aboutText((ms / trials) * combinations)}`
        : ''),
    { event: 'estimate', trials, combinations, fits, ms: Math.round(ms), workers, sampler: sampler.kind },
  );
}
