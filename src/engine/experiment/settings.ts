import { studyAt, timeLimitOf } from '../../model/amendedStudy.ts';
import type { Experiment } from '../../model/experiment.ts';
import { Fault } from '../../model/fault.ts';
import { maxEpochsOf, searchSpaceOf, type SearchSpace } from '../../model/searchSpace.ts';
import { samplerKinds, type SamplerSpec } from '../../model/searchSpec.ts';
import type { Study } from '../../model/study.ts';
import { createPruner } from '../pruners/create.ts';
import type { Pruner } from '../pruners/pruner.ts';
import { createSampler, samplerKindOf, type ResolvedSamplerSpec } from '../samplers/create.ts';
import type { Sampler } from '../samplers/sampler.ts';

/** What holds for a trial: the study with the amendments that were made before it. */
export interface Settings {
  /** Number of amendments in force. */
  readonly amendment: number;
  /** The trial that the last of them begins with; 0 without any. */
  readonly since: number;
  readonly study: Study;
  readonly space: SearchSpace;
  readonly seed: number;
  readonly lag: number;
  readonly sampler: Sampler;
  readonly source: 'grid' | 'sampler';
  readonly pruner: Pruner;
}

/** Settings of trial `number`. Samplers and pruners are pure, so the answer is the same whenever it is asked for. */
export function settingsAt(experiment: Experiment, number: number): Settings {
  const { study, amendment } = studyAt(experiment, number);
  const space = searchSpaceOf(study);
  const { seed, lag } = study.search;
  const spec = resolvedSampler(study.search.sampler, experiment.resolved.sampler.kind);
  return {
    amendment,
    since: experiment.amendments.slice(0, amendment).at(-1)?.fromTrial ?? 0,
    study,
    space,
    seed,
    lag,
    sampler: createSampler(spec, { seed }),
    source: samplerKindOf(spec) === 'grid' ? 'grid' : 'sampler',
    pruner: createPruner(study.search.pruner, {
      maxEpochs: Math.max(maxEpochsOf(space), ...study.search.points.map((p) => Number(p['epochs'] ?? 0))),
      objective: study.objective,
      folds: experiment.folds.length,
      seed,
    }),
  };
}

function resolvedSampler(spec: SamplerSpec, resolved: string): ResolvedSamplerSpec {
  if (spec !== 'auto') return spec;
  const kind = samplerKinds.find((k) => k === resolved);
  if (kind === undefined || kind === 'auto')
    throw new Fault('storeDamaged', `The stored sampler "${resolved}" is none that there is.`);
  return kind;
}

export function timeLimitMsOf(experiment: Experiment): number | null {
  const text = timeLimitOf(experiment);
  return text === null ? null : durationMs(text);
}

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** "30m", "1.5h" in milliseconds; Fault `badInput` for anything else. */
export function durationMs(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)\s*([smhd])$/.exec(text.trim());
  if (!parts) throw new Fault('badInput', `"${text}" is no duration. Write 90s, 30m, 2h or 1d.`);
  return Number(parts[1]) * unitMs[parts[2] as keyof typeof unitMs]; // the pattern allows these letters only
}
