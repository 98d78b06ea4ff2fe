import { expect, test } from 'vitest';
import { bestSoFar, runSearch } from '../../../test/conformance/search.ts';
import type { Params } from '../../model/hyperparameters.ts';
import { neutralParams } from '../../model/neutralParams.ts';
import type { SearchSpace } from '../../model/searchSpace.ts';
import { createSampler } from './create.ts';

const space: SearchSpace = {
  parameters: [
    { name: 'layers', distribution: { kind: 'int', low: 1, high: 2, step: 1, log: false }, when: null },
    { name: 'dropout', distribution: { kind: 'float', low: 0, high: 1, step: null, log: false }, when: null },
    {
      name: 'momentum',
      distribution: { kind: 'float', low: 0, high: 1, step: null, log: false },
      when: null,
    },
  ],
  constants: neutralParams,
  constraints: [],
};

/** One layer is better where the rest is right, and worse wherever a search begins: two layers are good anywhere. */
function trap({ layers, dropout, momentum }: Params): number {
  const off = Math.hypot(dropout - 0.5, momentum - 0.5);
  return layers === 1 ? 8 * off : 0.8 + off / 10;
}

test('a value of few that the first generations agreed on is left again', () => {
  const stuck = Array.from({ length: 40 }, (_, seed) => {
    const trials = runSearch(createSampler('cmaes', { seed }), {
      space,
      objective: trap,
      trials: 150,
      seed,
      lag: 1,
    });
    return bestSoFar(trials)[149] > 0.75;
  }).filter(Boolean).length;
  expect(stuck).toBe(0);
});
