import { hyperparameterNames, type Params } from '../../src/model/hyperparameters.ts';
import { neutralParams } from '../../src/model/neutralParams.ts';
import type { SearchSpace, SpaceParameter } from '../../src/model/searchSpace.ts';
import type { Problem } from './peer.ts';

/** A foreign problem under the names of our hyperparameters: to a sampler a name is only a name. */
export function spaceOf(problem: Problem): SearchSpace {
  const parameters = problem.dims.map((dim, i): SpaceParameter => {
    const name = hyperparameterNames[i];
    if ('choices' in dim)
      return {
        name,
        distribution: {
          kind: 'categorical',
          choices: Array.from({ length: dim.choices }, (_, c) => c),
          ordered: false,
        },
        when: null,
      };
    const { low, high } = dim;
    return {
      name,
      distribution: dim.isFloat
        ? { kind: 'float', low, high, step: null, log: false }
        : { kind: 'int', low, high, step: 1, log: false },
      when: null,
    };
  });
  return { parameters, constants: neutralParams, constraints: [] };
}

export function pointOf(problem: Problem, params: Params): number[] {
  return problem.dims.map((_, i) => Number(params[hyperparameterNames[i]]));
}
