import type { Params } from '../../src/model/hyperparameters.ts';
import type { PrunerSpec } from '../../src/model/searchSpec.ts';
import { masked, type Trial } from '../../src/model/trial.ts';
import { createPruner } from '../../src/engine/pruners/create.ts';
import { createRng, hashSeed } from '../../src/engine/rng.ts';
import { createSampler } from '../../src/engine/samplers/create.ts';
import { closedForm, closedFormSpace } from '../../test/conformance/closedForm.ts';
import { trialOf } from '../../test/conformance/search.ts';

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
export function prunedSearch(
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
