import { budgetOf, studyAt, timeLimitOf, type SearchChange } from '../../model/amendedStudy.ts';
import type { Experiment } from '../../model/experiment.ts';
import { searchSpaceOf } from '../../model/searchSpace.ts';
import type { Study } from '../../model/study.ts';
import type { RunOptions } from '../../protocol/runs.ts';
import { samplerChoice, trialsOf } from '../experiment/newExperiment.ts';
import { durationMs } from '../experiment/settings.ts';

/**
 * What a run of a study file changes of how long its experiment may go on. What the run itself asks for holds; of the file only what
 * lets it go on longer, for the experiment may have been given more since.
 * @param study the file's, with the options of this run
 */
export function extensionOf(experiment: Experiment, study: Study, options: RunOptions): SearchChange {
  const space = searchSpaceOf(study);
  const trials = trialsOf(study, space, samplerChoice(study, space).kind);
  const { timeLimit, patience } = study.search;
  const now = {
    trials: budgetOf(experiment),
    timeLimit: timeLimitOf(experiment),
    patience: patienceOf(experiment),
  };
  const isAsked = (name: 'trials' | 'timeLimit'): boolean => options[name] !== undefined;
  return {
    ...((isAsked('trials') ? trials !== now.trials : trials > now.trials) ? { trials } : {}),
    ...((isAsked('timeLimit') ? timeLimit !== now.timeLimit : msOf(timeLimit) > msOf(now.timeLimit))
      ? { timeLimit }
      : {}),
    ...((patience ?? Infinity) > (now.patience ?? Infinity) ? { patience } : {}),
  };
}

/** As many trials again, and where the time had run out, as much time. */
export function moreOf(experiment: Experiment, { search }: Study): SearchChange {
  const trials = budgetOf(experiment) + search.trials;
  if (experiment.endedBecause !== 'timeLimit') return { trials };
  const { timeLimit } = search;
  const spent = Number(experiment.environment['elapsedMs'] ?? 0);
  if (timeLimit === null) return { trials, timeLimit };
  return { trials, timeLimit: `${Math.ceil((spent + durationMs(timeLimit)) / 1000)}s` };
}

/** Does the change lift what ended the search? A whole space has run: nothing of this lifts that. */
export function liftsEnd(experiment: Experiment, change: SearchChange): boolean {
  switch (experiment.endedBecause) {
    case 'timeLimit':
      return change.timeLimit !== undefined && msOf(change.timeLimit) > msOf(timeLimitOf(experiment));
    case 'patience':
      return change.patience !== undefined || (change.trials ?? 0) > budgetOf(experiment);
    case 'grid':
    case 'spaceExhausted':
      return false;
    case 'trials':
    case 'stopped':
    case undefined:
      return (change.trials ?? 0) > budgetOf(experiment);
  }
}

/** Why a finished experiment ended, for people. */
export function endText(experiment: Experiment, done: number): string {
  const trials = `${done} of ${budgetOf(experiment)} trials`;
  switch (experiment.endedBecause) {
    case 'timeLimit':
      return `its time limit of ${String(timeLimitOf(experiment))} ended it after ${trials}`;
    case 'patience':
      return `it ended after ${trials}, the last ${String(patienceOf(experiment))} of them without improvement (search.patience)`;
    case 'grid':
    case 'spaceExhausted':
      return `all configurations of its space have run, in ${done} trials`;
    case 'trials':
    case 'stopped':
    case undefined:
      return `${trials} have run`;
  }
}

function patienceOf(experiment: Experiment): number | null {
  return studyAt(experiment, Infinity).study.search.patience;
}

/** No limit is the longest. */
function msOf(timeLimit: string | null): number {
  return timeLimit === null ? Infinity : durationMs(timeLimit);
}
