import type { Experiment } from '../../model/experiment.ts';
import { Fault } from '../../model/fault.ts';
import { searchSpaceOf } from '../../model/searchSpace.ts';
import type { Study } from '../../model/study.ts';
import { canonicalJson } from '../experiment/hashes.ts';
import { samplerChoice } from '../experiment/newExperiment.ts';
import { budgetOf, studyAt, timeLimitOf } from '../experiment/settings.ts';
import type { Amendment } from './runOptions.ts';

/**
 * What a study changes of an experiment: how it is searched from the next trial on. A study that differs in anything else makes
 * trials that do not compare with those that are there: Fault `badInput` with the names.
 */
export function changeTo(experiment: Experiment, study: Study): Amendment {
  const now = studyAt(experiment, Infinity).study;
  const unlike = differences(fixedOf(now), fixedOf(study));
  if (unlike.length > 0)
    throw new Fault(
      'badInput',
      `The study differs from ${experiment.id} in ${unlike.join(', ')}, so its trials would not compare. Run it as a study of its own, or put that back.`,
    );
  const wanted = adoptable(study, { trials: study.search.trials, timeLimit: study.search.timeLimit });
  const held = adoptable(now, { trials: budgetOf(experiment), timeLimit: timeLimitOf(experiment) });
  const names = differences(held, wanted);
  const change: Amendment = Object.fromEntries(names.map((name) => [name, Reflect.get(wanted, name)]));
  if (change.sampler !== 'auto') return change;
  // A choice is made once, and kept with the trials it holds for.
  const { sampler: _, ...others } = change;
  const { kind } = samplerChoice(study, searchSpaceOf(study));
  return kind === now.search.sampler ? others : { ...others, sampler: kind };
}

/** The parts of a study that an experiment can be given later, with what holds of its budget. */
function adoptable(study: Study, limits: Required<Pick<Amendment, 'trials' | 'timeLimit'>>): Amendment {
  const { sampler, pruner, when, constraints } = study.search;
  return { ...limits, sampler, pruner, when, constraints, hyperparameters: study.hyperparameters };
}

/** The other parts that decide about a trial, by the names they have in a study file. */
function fixedOf(study: Study): Record<string, unknown> {
  const { name: _name, notes: _notes, hyperparameters: _space, search, ...others } = study;
  const { trials: _t, timeLimit: _l, sampler: _s, pruner: _p, when: _w, constraints: _c, ...rest } = search;
  return { ...others, ...Object.fromEntries(Object.entries(rest).map(([k, v]) => [`search.${k}`, v])) };
}

function differences(a: object, b: object): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names.filter((name) => canonicalJson(Reflect.get(a, name)) !== canonicalJson(Reflect.get(b, name)));
}
