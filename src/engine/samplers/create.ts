import type { SamplerKind, SamplerSpec } from '../../model/searchSpec.ts';
import { cmaesSampler } from './cmaes.ts';
import { createGpSampler } from './gp.ts';
import { gridSampler } from './grid.ts';
import { createQmcSampler } from './qmc.ts';
import { randomSampler } from './random.ts';
import type { Sampler } from './sampler.ts';
import { createTpeSampler, type TpeOptions } from './tpe.ts';

export interface SamplerOptions {
  /** search.seed: what a sampler keeps fixed over all trials follows from it (scrambling of qmc). */
  readonly seed: number;
}

/** A spec whose `auto` has been resolved (resolveAuto; the choice is stored with the experiment). */
export type ResolvedSamplerSpec = Exclude<SamplerSpec, 'auto'>;

export function samplerKindOf(spec: ResolvedSamplerSpec): Exclude<SamplerKind, 'auto'> {
  return typeof spec === 'string' ? spec : spec.kind;
}

/** Those of Optuna 5.0.0. */
const tpeDefaults: TpeOptions = { startupTrials: 10, multivariate: true, candidates: 24 };

/** The one place that knows all samplers: a new one is a file beside this and a line here. */
export function createSampler(spec: ResolvedSamplerSpec, options: SamplerOptions): Sampler {
  const kind = samplerKindOf(spec);
  switch (kind) {
    case 'grid':
      return gridSampler;
    case 'tpe':
      return createTpeSampler(typeof spec === 'string' ? tpeDefaults : { ...tpeDefaults, ...spec });
    case 'gp':
      return createGpSampler({ startupTrials: typeof spec === 'string' ? 10 : spec.startupTrials });
    case 'random':
      return randomSampler;
    case 'qmc':
      return createQmcSampler({ seed: options.seed });
    case 'cmaes':
      return cmaesSampler;
  }
}
