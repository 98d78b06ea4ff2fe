import { basename, dirname, relative } from 'node:path';
import type { BaselineResult, Experiment } from '../../model/experiment.ts';
import { parseConstraints, satisfies } from '../../model/constraints.ts';
import type { Params } from '../../model/hyperparameters.ts';
import { membershipOf, searchSpaceOf, valuesOf, type SearchSpace } from '../../model/searchSpace.ts';
import { countSpace, type SpaceCount } from '../../model/spaceCount.ts';
import type { Study } from '../../model/study.ts';
import { isoTime, type Clock } from '../clock.ts';
import { baselineResults } from '../evaluation/baselines.ts';
import { resolveAuto } from '../samplers/auto.ts';
import { samplerKindOf } from '../samplers/create.ts';
import { isWhole } from '../samplers/points.ts';
import { newExperimentId } from '../store/storeFolder.ts';
import type { TrainerVariant } from '../trainers/trainer.ts';
import { studyHashOf } from './hashes.ts';
import type { StudyOnData } from './readStudy.ts';

/** NLinear is fitted for so many lookbacks at most, spread over the space. */
const nlinearLookbacks = 6;

export interface SamplerChoice {
  readonly kind: string;
  readonly reason: string;
}

/** The sampler of a study with `auto` resolved, and why. */
export function samplerChoice(study: Study, space: SearchSpace): SamplerChoice {
  const spec = study.search.sampler;
  if (spec === 'auto') return resolveAuto(space, { budget: study.search.trials, lag: study.search.lag });
  const kind = samplerKindOf(spec);
  return { kind, reason: `${kind}: as the study says` };
}

/**
 * Trials a study will run: its budget, or all configurations of a grid where these are fewer. Where they could only be estimated
 * the budget stands: the grid ends by itself when none is left.
 */
export function trialsOf(study: Study, space: SearchSpace, sampler: string): number {
  if (sampler !== 'grid') return study.search.trials;
  const { left, isExact } = configurationsOf(space);
  const { constraints } = parseConstraints(space.constraints);
  const isMember = membershipOf(space);
  const isOfGrid = (point: Study['search']['points'][number]): boolean => {
    const params = { ...space.constants, ...point } as Params; // the checks of a study see to its values
    return isWhole(space, point) && isMember(params) && satisfies(constraints, params);
  };
  const extra = study.search.points.filter((point) => !isOfGrid(point)).length;
  return left === null || !isExact ? study.search.trials : Math.min(study.search.trials, left + extra);
}

/** Most combinations, tied together by conditions or constraints, that are counted one by one: about a tenth of a second. */
const countedCombinations = 100_000;

/** The configurations of a space that satisfy its constraints, counted where they can be. */
export function configurationsOf(space: SearchSpace): SpaceCount {
  return countSpace(space, parseConstraints(space.constraints).constraints, countedCombinations);
}

export function baselinesOf({ study, data }: StudyOnData): BaselineResult[] {
  const space = searchSpaceOf(study);
  const searched = space.parameters.find((p) => p.name === 'lookback');
  const all = searched ? (valuesOf(searched.distribution) ?? []).map(Number) : [space.constants.lookback];
  const lookbacks = all.length <= nlinearLookbacks ? all : spread([...all].sort((a, b) => a - b));
  return baselineResults(data.series.prices, data.folds, { lookbacks, horizon: study.horizon });
}

function spread(sorted: readonly number[]): number[] {
  return Array.from(
    { length: nlinearLookbacks },
    (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (nlinearLookbacks - 1))],
  );
}

export interface NewExperimentOptions {
  readonly onData: StudyOnData;
  readonly file: string;
  readonly store: string;
  readonly variant: TrainerVariant;
  readonly trainerReason: string;
  readonly environment: Experiment['environment'];
  readonly clock: Clock;
  /** Earlier experiment of the same study on fewer rows. */
  readonly olderData: string | null;
}

/** The first document of an experiment: the study frozen, its choices resolved, folds, Scalers and Baselines. */
export function newExperiment(options: NewExperimentOptions): Experiment {
  const { onData, file, store, variant, clock } = options;
  const { study, data } = onData;
  const space = searchSpaceOf(study);
  const sampler = samplerChoice(study, space);
  const name = study.name ?? basename(file).replace(/\.lstm\.json$/i, '');
  return {
    format: 1,
    id: newExperimentId(name, clock),
    name,
    studyFile: relative(dirname(store), file),
    study,
    studyHash: studyHashOf(study),
    dataHash: data.dataHash,
    createdAt: isoTime(clock),
    state: 'ready',
    resolved: {
      price: data.resolved.price,
      date: data.resolved.date,
      inputs: [...data.resolved.inputs],
      sampler,
      trainer: { kind: variant.trainer, reason: options.trainerReason },
      variant,
      trials: trialsOf(study, space, sampler.kind),
    },
    amendments: [],
    environment: options.environment,
    rows: data.rows,
    test: data.test,
    folds: [...data.folds],
    baselines: baselinesOf(onData),
    looks: [],
    leader: null,
    winner: null,
    ...(options.olderData === null ? {} : { olderData: options.olderData }),
  };
}
