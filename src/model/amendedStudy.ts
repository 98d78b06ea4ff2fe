import { canonicalJson } from './canonicalJson.ts';
import type { Experiment } from './experiment.ts';
import { Fault } from './fault.ts';
import { studySchema, type Study } from './study.ts';

/** The study as it stands for trial `number` (Infinity: after all amendments). */
export function studyAt(experiment: Experiment, number: number): { study: Study; amendment: number } {
  let study: Study = experiment.study;
  let amendment = 0;
  for (const a of experiment.amendments) {
    if (a.fromTrial > number) break;
    amendment++;
    // An amendment is stored as it was written; what it makes of the study is parsed like a study.
    const parsed = studySchema.safeParse({
      ...study,
      ...(a.hyperparameters === undefined ? {} : { hyperparameters: a.hyperparameters }),
      search: {
        ...study.search,
        ...(a.sampler === undefined ? {} : { sampler: a.sampler }),
        ...(a.pruner === undefined ? {} : { pruner: a.pruner }),
        ...(a.patience === undefined ? {} : { patience: a.patience }),
        ...(a.seed === undefined ? {} : { seed: a.seed }),
        ...(a.lag === undefined ? {} : { lag: a.lag }),
        ...(a.when === undefined ? {} : { when: a.when }),
        ...(a.constraints === undefined ? {} : { constraints: a.constraints }),
      },
    });
    if (!parsed.success)
      throw new Fault(
        'storeDamaged',
        `Amendment ${amendment} of ${experiment.id} makes no valid study: ${parsed.error.issues[0].message}.`,
      );
    study = parsed.data;
  }
  return { study, amendment };
}

/** Trials the experiment may have, after all amendments. */
export function budgetOf(experiment: Experiment): number {
  return experiment.amendments.reduce((n, a) => a.trials ?? n, experiment.resolved.trials);
}

/** The time limit as written, after all amendments. */
export function timeLimitOf(experiment: Experiment): string | null {
  return experiment.amendments.reduce(
    (limit, a) => (a.timeLimit === undefined ? limit : a.timeLimit),
    experiment.study.search.timeLimit,
  );
}

/** What can be changed of the search of an experiment that is there. */
export interface SearchChange {
  readonly trials?: number;
  readonly timeLimit?: string | null;
  readonly patience?: number | null;
  readonly sampler?: unknown;
  readonly pruner?: unknown;
  readonly hyperparameters?: Study['hyperparameters'];
  readonly when?: Study['search']['when'];
  readonly constraints?: Study['search']['constraints'];
}

/**
 * What a study changes of the search of an experiment, and by name (as in a study file) in what else the two differ: that would make
 * trials that do not compare with those that are there.
 */
export function searchChange(
  experiment: Experiment,
  study: Study,
): { readonly change: SearchChange; readonly unlike: readonly string[] } {
  const now = studyAt(experiment, Infinity).study;
  const held = changeable(now, { trials: budgetOf(experiment), timeLimit: timeLimitOf(experiment) });
  const wanted = changeable(study, study.search);
  return {
    change: Object.fromEntries(
      differences(held, wanted).map((name) => [name, Reflect.get(wanted, name) as unknown]),
    ),
    unlike: differences(fixed(now), fixed(study)),
  };
}

function changeable(study: Study, limits: Pick<Study['search'], 'trials' | 'timeLimit'>): SearchChange {
  const { patience, sampler, pruner, when, constraints } = study.search;
  const { hyperparameters } = study;
  const { trials, timeLimit } = limits;
  return { trials, timeLimit, patience, sampler, pruner, when, constraints, hyperparameters };
}

function fixed(study: Study): object {
  const { $schema: _schema, name: _name, notes: _notes, hyperparameters: _space, search, ...others } = study;
  const { trials: _t, timeLimit: _l, patience: _n, sampler: _s, pruner: _p, ...kept } = search;
  const { when: _w, constraints: _c, ...rest } = kept;
  return { ...others, ...Object.fromEntries(Object.entries(rest).map(([k, v]) => [`search.${k}`, v])) };
}

function differences(a: object, b: object): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const at = (value: object, name: string): string => canonicalJson(Reflect.get(value, name) ?? null);
  return names.filter((name) => at(a, name) !== at(b, name));
}
