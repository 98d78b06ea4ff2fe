import type { Params } from '../../src/model/hyperparameters.ts';
import type { PrunerSpec } from '../../src/model/searchSpec.ts';
import { masked, type Trial } from '../../src/model/trial.ts';
import { createPruner } from '../../src/engine/pruners/create.ts';
import { createRng, hashSeed } from '../../src/engine/rng.ts';
import { createSampler } from '../../src/engine/samplers/create.ts';
import { closedForm, closedFormSpace } from '../../test/conformance/closedForm.ts';
import { meanOf, trialOf } from '../../test/conformance/search.ts';
import { cell } from './section.ts';

/** Epochs of every trial, so that the spending of pruners compares. */
const epochs = 30;
const space = {
  ...closedFormSpace,
  parameters: closedFormSpace.parameters.filter((p) => p.name !== 'epochs'),
  constants: { ...closedFormSpace.constants, epochs },
};

/**
 * A learning curve that ends near the closed form: small learning rates and large nets learn slowly, and the best configurations
 * are among the slow ones, so curves cross and a hasty pruner loses them. A seeded noise of 2 % lies on it.
 */
function learningCurve(params: Params, number: number): number[] {
  const slowness = 2 + 5 * (-1 - Math.log10(params.learningRate)) + params.units / 50;
  const rng = createRng(hashSeed(7, 'curve', number));
  return Array.from(
    { length: epochs },
    (_, epoch) => closedForm(params) + 1.5 * Math.exp(-(epoch + 1) / slowness) + 0.02 * rng.normal(),
  );
}

/** One search with TPE at lag 8 until the budget is spent. @returns regret of the leader and epochs spent by trial */
function prunedSearch(
  spec: PrunerSpec,
  { budget, seed }: { readonly budget: number; readonly seed: number },
): { regret: number; trials: number; complete: number } {
  const pruner = createPruner(spec, { maxEpochs: epochs, folds: 1, seed });
  const sampler = createSampler('tpe', { seed });
  const history: Trial[] = [];
  let spent = 0;
  for (let number = 0; spent < budget; number++) {
    const visible = history.map((trial) => (trial.number > number - 8 ? masked(trial) : trial));
    const params = sampler.suggest(space, visible, number, createRng(hashSeed(seed, 'sampler', number)));
    if (!params) break;
    const curve = learningCurve(params, number);
    let seen = 0;
    let isPruned = false;
    while (seen < epochs && !isPruned) {
      seen++;
      const running = trialOf(number, params, { state: 'pruned', curve: curve.slice(0, seen) });
      isPruned = pruner.shouldPrune(visible, { ...running, state: 'running' });
    }
    spent += seen;
    const finished = seen === epochs && !isPruned;
    const partial = trialOf(number, params, { state: 'pruned', curve: curve.slice(0, seen) });
    history.push(finished ? { ...partial, state: 'complete', value: curve[epochs - 1] } : partial);
  }
  const complete = history.filter((trial) => trial.state === 'complete');
  const leader = complete.reduce((a, b) => (b.value! < a.value! ? b : a)); // the first trials are never pruned
  return { regret: closedForm(leader.params) - leastOf(), trials: history.length, complete: complete.length };
}

/** The closed form at its best, with 30 epochs instead of 24. */
function leastOf(): number {
  return 1 + 0.004 * (30 - 24);
}

export function pruners(): string {
  const kinds = [
    { name: 'none', spec: 'none' },
    { name: 'median (warm-up 5)', spec: 'median' },
    { name: 'median, no warm-up', spec: { kind: 'median', startupTrials: 5, warmupEpochs: 0 } },
    { name: 'percentile 25', spec: 'percentile' },
    { name: 'asha 3/4', spec: 'asha' },
    { name: 'asha 1/3', spec: { kind: 'asha', minResource: 1, reductionFactor: 3, minEarlyStoppingRate: 0 } },
    { name: 'hyperband 3/3', spec: 'hyperband' },
  ] as const;
  const lines = [
    '| pruner | regret after 600 epochs | after 1,200 epochs | trials of them | complete |',
    '| --- | --- | --- | --- | --- |',
  ];
  for (const { name, spec } of kinds) {
    const runs = [600, 1200].map((budget) =>
      Array.from({ length: 40 }, (_, seed) => prunedSearch(spec, { budget, seed })),
    );
    const mean = (key: 'trials' | 'complete'): string => meanOf(runs[1].map((run) => run[key])).toFixed(0);
    lines.push(
      `| ${name} | ${runs.map((of) => cell(of.map((run) => run.regret))).join(' | ')} | ${mean('trials')} | ${mean('complete')} |`,
    );
    console.log(lines.at(-1));
  }
  return lines.join('\n');
}
