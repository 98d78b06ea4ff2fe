import { budgetOf, studyAt, type SearchChange } from '../../model/amendedStudy.ts';
import type { Experiment } from '../../model/experiment.ts';
import { Fault } from '../../model/fault.ts';
import { schemaIssues } from '../../model/schemaIssues.ts';
import { searchSpaceOf } from '../../model/searchSpace.ts';
import { studySchema, type Study } from '../../model/study.ts';
import type { RunOptions } from '../../protocol/runs.ts';
import { samplerChoice } from '../experiment/newExperiment.ts';
import { durationMs, settingsAt } from '../experiment/settings.ts';
import type { ExperimentWriter } from '../store/experimentWriter.ts';

export function changesOf(options: RunOptions): SearchChange {
  const { trials, timeLimit, sampler, pruner } = options;
  return {
    ...(trials === undefined ? {} : { trials }),
    ...(timeLimit === undefined ? {} : { timeLimit }),
    ...(sampler === undefined ? {} : { sampler }),
    ...(pruner === undefined ? {} : { pruner }),
  };
}

/** The experiment with one amendment more, from the first trial that has not been proposed; null when nothing changes. */
export function amend(writer: ExperimentWriter, change: SearchChange, at: string): Experiment | null {
  if (Object.keys(change).length === 0) return null;
  if (change.timeLimit) durationMs(change.timeLimit);
  const last = writer.trials.at(-1)?.number ?? -1;
  const { experiment } = writer;
  const amended = {
    ...experiment,
    amendments: [...experiment.amendments, { fromTrial: last + 1, at, ...change }],
  };
  settingsAt(amended, Infinity); // what makes no study is refused here, before it is stored
  return amended;
}

/**
 * The change a new space makes: beside the space itself the sampler where it was left to `auto`, chosen again for what is left to
 * search (a grid may have no end now).
 */
export function withSampler(experiment: Experiment, change: SearchChange): SearchChange {
  if (change.hyperparameters === undefined || change.sampler !== undefined) return change;
  const study = amendedStudy(experiment, change);
  if (study.search.sampler !== 'auto') return change;
  return { ...change, sampler: samplerChoice(study, searchSpaceOf(study)).kind };
}

/** The study of an experiment with all its amendments and one more. */
export function amendedStudy(experiment: Experiment, change: SearchChange): Study {
  const { study } = studyAt(experiment, Infinity);
  const { hyperparameters, when, constraints, trials = budgetOf(experiment), ...options } = change;
  const changed = withOptions(study, { ...options, trials });
  return {
    ...changed,
    hyperparameters: hyperparameters ?? changed.hyperparameters,
    search: {
      ...changed.search,
      when: when ?? changed.search.when,
      constraints: constraints ?? changed.search.constraints,
    },
  };
}

/** The study as the command line or the settings of this run change it. */
export function withOptions(study: Study, options: SearchChange): Study {
  const { trials, timeLimit, sampler, pruner } = options;
  const changed = {
    ...study,
    search: {
      ...study.search,
      ...(trials === undefined ? {} : { trials }),
      ...(timeLimit === undefined ? {} : { timeLimit }),
      ...(sampler === undefined ? {} : { sampler }),
      ...(pruner === undefined ? {} : { pruner }),
    },
  };
  const parsed = studySchema.safeParse(changed);
  if (parsed.success) return parsed.data;
  throw new Fault('badInput', schemaIssues(parsed.error.issues, changed)[0].message);
}
