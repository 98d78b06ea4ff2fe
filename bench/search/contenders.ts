import type { ResolvedSamplerSpec } from '../../src/engine/samplers/create.ts';

/** A sampler in the comparison: one of ours, or one of Optuna's by its name in peer.py. */
export type Contender = { readonly name: string; readonly isSlow?: true } & (
  | { readonly ours: ResolvedSamplerSpec; readonly optuna: null }
  | { readonly ours: null; readonly optuna: string }
);

const univariate: ResolvedSamplerSpec = {
  kind: 'tpe',
  startupTrials: 10,
  multivariate: false,
  candidates: 24,
};

export const contenders: readonly Contender[] = [
  { name: 'random', ours: 'random', optuna: null },
  { name: 'tpe', ours: 'tpe', optuna: null },
  { name: 'Optuna TPE', ours: null, optuna: 'tpe' },
  { name: 'tpe, univariate', ours: univariate, optuna: null },
  { name: 'Optuna TPE, univariate', ours: null, optuna: 'tpe-univariate' },
  { name: 'gp', ours: 'gp', optuna: null, isSlow: true },
  { name: 'Optuna GP', ours: null, optuna: 'gp', isSlow: true },
  { name: 'cmaes', ours: 'cmaes', optuna: null },
  { name: 'Optuna CMA-ES', ours: null, optuna: 'cmaes' },
  { name: 'qmc', ours: 'qmc', optuna: null },
  { name: 'Optuna QMC', ours: null, optuna: 'qmc' },
];

/** Pairs of the same method, ours first: what a suggestion costs is measured in turns. */
export const pairs: readonly (readonly [ours: Contender, theirs: Contender])[] = contenders.flatMap(
  (ours) => {
    const theirs = contenders.find(
      (c) => c.name.toLowerCase() === `optuna ${ours.name.replace('cmaes', 'cma-es')}`,
    );
    return theirs ? [[ours, theirs] as const] : [];
  },
);
