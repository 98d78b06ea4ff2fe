import type { Experiment } from '../../model/experiment.ts';
import { Fault } from '../../model/fault.ts';
import { studySchema, type Study } from '../../model/study.ts';
import type { RunOptions } from '../../protocol/engine.ts';
import { durationMs } from '../experiment/settings.ts';
import type { ExperimentWriter } from '../store/experimentWriter.ts';

/** What a run changes of its experiment. */
export interface Amendment {
  readonly trials?: number;
  readonly timeLimit?: string | null;
  readonly sampler?: string;
  readonly pruner?: string;
}

export function changesOf(options: RunOptions): Amendment {
  const { trials, timeLimit, sampler, pruner } = options;
  return {
    ...(trials === undefined ? {} : { trials }),
    ...(timeLimit === undefined ? {} : { timeLimit }),
    ...(sampler === undefined ? {} : { sampler }),
    ...(pruner === undefined ? {} : { pruner }),
  };
}

/** The experiment with one amendment more, from the first trial that has not been proposed; null when nothing changes. */
export function amend(writer: ExperimentWriter, change: Amendment, at: string): Experiment | null {
  if (Object.keys(change).length === 0) return null;
  if (change.timeLimit) durationMs(change.timeLimit);
  const last = writer.trials.at(-1)?.number ?? -1;
  const { experiment } = writer;
  const amended = {
    ...experiment,
    amendments: [...experiment.amendments, { fromTrial: last + 1, at, ...change }],
  };
  withOptions(experiment.study, change); // what makes no study is refused here, before it is stored
  return amended;
}

/** The study as the command line or the settings of this run change it. */
export function withOptions(study: Study, options: RunOptions): Study {
  const { trials, timeLimit, sampler, pruner } = changesOf(options);
  const parsed = studySchema.safeParse({
    ...study,
    search: {
      ...study.search,
      ...(trials === undefined ? {} : { trials }),
      ...(timeLimit === undefined ? {} : { timeLimit }),
      ...(sampler === undefined ? {} : { sampler }),
      ...(pruner === undefined ? {} : { pruner }),
    },
  });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Fault('badInput', `${issue.path.join('.')}: ${issue.message}.`);
}
