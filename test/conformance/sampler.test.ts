import { describe, expect, test } from 'vitest';
import type { Params } from '../../src/model/hyperparameters.ts';
import type { Trial } from '../../src/model/trial.ts';
import { createSampler, type ResolvedSamplerSpec } from '../../src/engine/samplers/create.ts';
import { randomConfiguration } from '../../src/engine/samplers/proposals.ts';
import type { Sampler } from '../../src/engine/samplers/sampler.ts';
import { continuousCases, discreteCases, samplerViolations } from './sampler.ts';

const specs: readonly { readonly name: string; readonly spec: ResolvedSamplerSpec }[] = [
  { name: 'grid', spec: 'grid' },
  { name: 'random', spec: 'random' },
  { name: 'tpe', spec: { kind: 'tpe', startupTrials: 5, multivariate: true, candidates: 24 } },
  { name: 'tpe, univariate', spec: { kind: 'tpe', startupTrials: 5, multivariate: false, candidates: 24 } },
  { name: 'gp', spec: { kind: 'gp', startupTrials: 5 } },
  { name: 'qmc', spec: 'qmc' },
  { name: 'cmaes', spec: 'cmaes' },
];

describe.each(specs)('$name', ({ spec }) => {
  const sampler = createSampler(spec, { seed: 3 });
  test.each(discreteCases)('$name', (samplerCase) => {
    expect(samplerViolations(sampler, samplerCase, { trials: 40 })).toEqual([]);
  });
  if (spec !== 'grid')
    test.each(continuousCases)('$name', (samplerCase) => {
      expect(samplerViolations(sampler, samplerCase, { trials: spec === 'random' ? 100 : 22 })).toEqual([]);
    });
});

describe('the suite catches', () => {
  const mixed = continuousCases.find((c) => c.name === 'every kind at once')!;
  const constrained = continuousCases.find((c) => c.name === 'constraints')!;
  const discrete = discreteCases.at(-1)!;
  const tpe = createSampler('tpe', { seed: 3 });

  test('a sampler that reads finished trials it may not see', () => {
    // It remembers each history it met with full results, as one would that reads the store.
    const store = new Map<number, Trial>();
    const peeking: Sampler = {
      suggest: (space, history, number, rng) => {
        for (const trial of history) if (trial.state !== 'running') store.set(trial.number, trial);
        const seen = history.map((trial) => store.get(trial.number) ?? trial);
        return tpe.suggest(space, seen, number, rng);
      },
    };
    const text = samplerViolations(peeking, mixed, { trials: 30 }).join();
    expect(text).toMatch(/may not see|two answers/);
  });

  test('a sampler that repeats itself', () => {
    const repeating: Sampler = {
      suggest: (space, _history, _number, rng) => randomConfiguration(space, rng),
    };
    expect(samplerViolations(repeating, discrete, { trials: 40 }).join()).toMatch(/twice/);
  });

  test('a sampler that ignores constraints, or steps', () => {
    const careless: Sampler = { suggest: (space, _history, _number, rng) => randomConfiguration(space, rng) };
    expect(samplerViolations(careless, constrained, { trials: 40 }).join()).toMatch(/constraint excludes/);
    const rough: Sampler = {
      suggest: (space, history, number, rng) => ({
        ...(tpe.suggest(space, history, number, rng) as Params), // a space without end
        dropout: 0.2 + 0.3 * rng.uniform(),
      }),
    };
    expect(samplerViolations(rough, mixed, { trials: 20 }).join()).toMatch(/outside the space/);
  });

  test('a sampler with a memory, and one that changes its history', () => {
    let calls = 0;
    const moody: Sampler = {
      suggest: (space, history, number, rng) => {
        for (let i = 0; i < calls % 3; i++) rng.uniform();
        calls++;
        return tpe.suggest(space, history, number, rng);
      },
    };
    expect(samplerViolations(moody, mixed, { trials: 20 }).join()).toMatch(/two answers/);
    const sorting: Sampler = {
      suggest: (space, history, number, rng) => {
        (history as Trial[]).sort((a, b) => (a.value ?? 0) - (b.value ?? 0)); // what it must not do
        return tpe.suggest(space, history, number, rng);
      },
    };
    expect(samplerViolations(sorting, mixed, { trials: 20 }).join()).toMatch(/changed what it was given/);
  });

  test('a sampler that gives up early', () => {
    const lazy: Sampler = {
      suggest: (space, history, number, rng) =>
        number > 6 ? null : createSampler('random', { seed: 1 }).suggest(space, history, number, rng),
    };
    expect(samplerViolations(lazy, discrete, { trials: 40 }).join()).toMatch(/proposed 7 of/);
  });
});
