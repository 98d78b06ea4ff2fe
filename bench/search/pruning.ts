import type { PrunerSpec } from '../../src/model/searchSpec.ts';
import { masked, type Trial } from '../../src/model/trial.ts';
import { createPruner } from '../../src/engine/pruners/create.ts';
import { createRng, hashSeed } from '../../src/engine/rng.ts';
import { createSampler } from '../../src/engine/samplers/create.ts';
import { madeTrial } from '../../test/conformance/pruner.ts';
import { meanOf } from '../../test/conformance/search.ts';
import { recordedGrid, type RecordedGrid } from './curves/recorded.ts';
import { cell } from './section.ts';

/** Random search is cheap: more seeds, so that the pruners are told apart. */
const samplers = [
  { sampler: 'random', seeds: 100 },
  { sampler: 'tpe', seeds: 20 },
] as const;
const lag = 8;
/** Trials that run to their end when nothing is pruned. */
const fullTrials = 40;

const kinds: readonly { readonly name: string; readonly spec: PrunerSpec }[] = [
  { name: 'none', spec: 'none' },
  { name: 'median (warm-up 3)', spec: 'median' },
  { name: 'median, no warm-up', spec: { kind: 'median', startupTrials: 5, warmupEpochs: 0 } },
  { name: 'percentile 25', spec: 'percentile' },
  { name: 'asha 3/4', spec: 'asha' },
  { name: 'asha 1/3', spec: { kind: 'asha', minResource: 1, reductionFactor: 3, minEarlyStoppingRate: 0 } },
  { name: 'hyperband 3/3', spec: 'hyperband' },
  { name: 'wilcoxon', spec: 'wilcoxon' },
];

interface Ended {
  /** (value - least) / (median - least) of the leader. */
  readonly regret: number;
  /** The share of its epochs that a search without pruning would have spent on as many trials. */
  readonly spent: number;
  readonly trials: number;
  readonly complete: number;
}

/** A search over the recorded grid that ends after so many trials, or when so many epochs are spent. */
function prunedSearch(
  grid: RecordedGrid,
  {
    spec,
    sampler: kind,
    seed,
    most,
  }: {
    readonly spec: PrunerSpec;
    readonly sampler: 'random' | 'tpe';
    readonly seed: number;
    readonly most: { readonly trials: number } | { readonly epochs: number };
  },
): Ended {
  const pruner = createPruner(spec, { maxEpochs: grid.epochs, objective: 'u2', folds: grid.folds, seed });
  const sampler = createSampler(kind, { seed });
  const history: Trial[] = [];
  let spent = 0;
  const goesOn = (): boolean => ('trials' in most ? history.length < most.trials : spent < most.epochs);
  for (let number = 0; goesOn(); number++) {
    const visible = history.map((trial) => (trial.number > number - lag ? masked(trial) : trial));
    const params = sampler.suggest(grid.space, visible, number, createRng(hashSeed(seed, 'sampler', number)));
    if (!params) break;
    const { curves, value } = grid.trialOf(params);
    const upTo = (state: Trial['state'], seen: number): Trial => ({
      ...madeTrial({ number, state, curves: firstEpochs(curves, seen), epochs: grid.epochs }),
      params,
    });
    const all = grid.folds * grid.epochs;
    let seen = 1;
    while (seen < all && !pruner.shouldPrune(visible, upTo('running', seen))) seen++;
    spent += seen;
    history.push(seen < all ? upTo('pruned', seen) : { ...upTo('complete', seen), value });
  }
  const complete = history.filter((trial) => trial.state === 'complete');
  const leader = Math.min(...complete.map((trial) => trial.value ?? Infinity));
  return {
    regret: (leader - grid.least) / (grid.median - grid.least),
    spent: spent / (history.length * grid.folds * grid.epochs),
    trials: history.length,
    complete: complete.length,
  };
}

/** What a trial shows after so many epochs, fold after fold. */
function firstEpochs(curves: readonly (readonly number[])[], seen: number): (readonly number[])[] {
  const shown: (readonly number[])[] = [];
  let rest = seen;
  for (const curve of curves) {
    if (rest <= 0) break;
    shown.push(curve.slice(0, rest));
    rest -= curve.length;
  }
  return shown;
}

/** Pruners on recorded curves: the same trials, and the same number of epochs. */
export function pruners(): string {
  const grid = recordedGrid();
  const budget = fullTrials * grid.folds * grid.epochs;
  return samplers
    .map(({ sampler, seeds }) => {
      const lines = [
        `| ${sampler}, ${seeds} seeds | epochs spent on ${fullTrials} trials | regret | regret after ${budget.toLocaleString('en-US')} epochs | trials of them | complete |`,
        '| --- | --- | --- | --- | --- | --- |',
      ];
      for (const { name, spec } of kinds) {
        const runs = (most: { trials: number } | { epochs: number }): Ended[] =>
          Array.from({ length: seeds }, (_, seed) => prunedSearch(grid, { spec, sampler, seed, most }));
        const same = runs({ trials: fullTrials });
        const long = runs({ epochs: budget });
        const mean = (of: readonly Ended[], key: 'spent' | 'trials' | 'complete'): number =>
          meanOf(of.map((run) => run[key]));
        lines.push(
          `| ${name} | ${(100 * mean(same, 'spent')).toFixed(0)} % | ${cell(same.map((run) => run.regret))} | ${cell(long.map((run) => run.regret))} | ${mean(long, 'trials').toFixed(0)} | ${mean(long, 'complete').toFixed(0)} |`,
        );
        console.log(lines.at(-1));
      }
      return lines.join('\n');
    })
    .join('\n\n');
}
