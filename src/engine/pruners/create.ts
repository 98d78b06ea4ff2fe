import type { PrunerSpec } from '../../model/searchSpec.ts';
import type { StepLayout } from '../../model/trial.ts';
import { hashSeed } from '../rng.ts';
import { createAshaPruner } from './asha.ts';
import { createHyperbandPruner } from './hyperband.ts';
import { nonePruner } from './none.ts';
import { createMedianPruner, createPercentilePruner } from './percentile.ts';
import type { Pruner } from './pruner.ts';
import { createWilcoxonPruner } from './wilcoxon.ts';

export interface PrunerOptions extends StepLayout {
  readonly folds: number;
  /** search.seed: the bracket of a trial follows from it. */
  readonly seed: number;
}

type FullPrunerSpec = Exclude<PrunerSpec, string>;

/** Defaults of a pruner that is written by its name alone; those of the study schema. */
function filled(spec: PrunerSpec): FullPrunerSpec {
  if (typeof spec !== 'string') return spec;
  switch (spec) {
    case 'none':
      return { kind: 'none' };
    case 'median':
      return { kind: 'median', startupTrials: 5 };
    case 'percentile':
      return { kind: 'percentile', percentile: 25, startupTrials: 5 };
    case 'asha':
      return { kind: 'asha', minResource: 3, reductionFactor: 4, minEarlyStoppingRate: 0 };
    case 'hyperband':
      return { kind: 'hyperband', minResource: 3, reductionFactor: 3 };
    case 'wilcoxon':
      return { kind: 'wilcoxon', pValue: 0.1, startupFolds: 2 };
  }
}

/** The one place that knows all pruners: a new one is a file beside this and a line here. */
export function createPruner(spec: PrunerSpec, options: PrunerOptions): Pruner {
  const { maxEpochs, objective, folds, seed } = options;
  const layout = { maxEpochs, objective };
  const full = filled(spec);
  switch (full.kind) {
    case 'none':
      return nonePruner;
    case 'median':
      return createMedianPruner({ ...full, warmupEpochs: full.warmupEpochs ?? null, ...layout });
    case 'percentile':
      return createPercentilePruner({ ...full, warmupEpochs: full.warmupEpochs ?? null, ...layout });
    case 'asha':
      return createAshaPruner({ ...full, ...layout });
    case 'hyperband':
      return createHyperbandPruner({
        ...full,
        ...layout,
        maxResource: folds * maxEpochs,
        draw: (trialNumber) => hashSeed(seed, 'bracket', trialNumber),
      });
    case 'wilcoxon':
      return createWilcoxonPruner({ ...full, objective });
  }
}
