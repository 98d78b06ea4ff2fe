import type { Params } from '../../src/model/hyperparameters.ts';
import type { SearchSpace } from '../../src/model/searchSpace.ts';
import { masked, type Trial } from '../../src/model/trial.ts';
import { createRng, hashSeed } from '../../src/engine/rng.ts';
import type { Sampler } from '../../src/engine/samplers/sampler.ts';

export interface SearchOptions {
  readonly space: SearchSpace;
  readonly objective: (params: Params, number: number) => Outcome;
  readonly trials: number;
  readonly seed: number;
  /** Trials numbered above n - lag are masked for trial n; 1 shows all. */
  readonly lag: number;
}

export type Outcome =
  | number
  | { readonly state: 'pruned'; readonly curve: readonly number[] }
  | { readonly state: 'failed'; readonly code: 'diverged' | 'workerDied'; readonly curve: readonly number[] };

/** A whole search without training: the objective stands in for it. Ends early when nothing is left to propose. */
export function runSearch(sampler: Sampler, options: SearchOptions): readonly Trial[] {
  const { space, objective, trials, seed, lag } = options;
  const history: Trial[] = [];
  for (let number = 0; number < trials; number++) {
    const visible = history.map((trial) => (trial.number > number - lag ? masked(trial) : trial));
    const rng = createRng(hashSeed(seed, 'sampler', number));
    const params = sampler.suggest(space, visible, number, rng);
    if (!params) break;
    history.push(trialOf(number, params, objective(params, number)));
  }
  return history;
}

export function trialOf(number: number, params: Params, outcome: Outcome): Trial {
  const curve = typeof outcome === 'number' ? [outcome] : outcome.curve;
  const isFailed = typeof outcome !== 'number' && outcome.state === 'failed';
  return {
    format: 1,
    number,
    state: typeof outcome === 'number' ? 'complete' : outcome.state,
    params,
    source: 'sampler',
    amendment: 0,
    value: typeof outcome === 'number' ? outcome : null,
    seed: number,
    folds: [
      {
        fold: 0,
        curve: { train: [...curve], validation: [...curve] },
        endedBy: 'epochs',
        metrics: null,
        steps: [],
      },
    ],
    ...(isFailed ? { error: { code: outcome.code, message: 'for the test' } } : {}),
  };
}

/** Lowest value after each trial; Infinity before the first complete one. */
export function bestSoFar(trials: readonly Trial[]): number[] {
  let best = Infinity;
  return trials.map((trial) => (best = Math.min(best, trial.value ?? Infinity)));
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
