import { searchChange, studyAt, type SearchChange } from '../../model/amendedStudy.ts';
import type { Experiment } from '../../model/experiment.ts';
import { Fault } from '../../model/fault.ts';
import { searchSpaceOf } from '../../model/searchSpace.ts';
import type { Study } from '../../model/study.ts';
import { samplerChoice } from '../experiment/newExperiment.ts';

/**
 * What a study changes of an experiment: how it is searched from the next trial on. A study that differs in anything else makes
 * trials that do not compare with those that are there: Fault `badInput` with the names.
 */
export function changeTo(experiment: Experiment, study: Study): SearchChange {
  const { change, unlike } = searchChange(experiment, study);
  if (unlike.length > 0)
    throw new Fault(
      'badInput',
      `The study differs from ${experiment.id} in ${unlike.join(', ')}, so its trials would not compare. Run it as a study of its own, or put that back.`,
    );
  if (change.sampler !== 'auto') return change;
  // A choice is made once, and kept with the trials it holds for.
  const { sampler: _, ...others } = change;
  const { kind } = samplerChoice(study, searchSpaceOf(study));
  return kind === studyAt(experiment, Infinity).study.search.sampler ? others : { ...others, sampler: kind };
}
