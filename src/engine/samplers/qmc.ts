import { satisfies } from '../../model/constraints.ts';
import { decode, dimensionOf, fromUnit } from '../../model/dimension.ts';
import type { HyperparameterName, ParamValue } from '../../model/hyperparameters.ts';
import { configurationOf, countOf } from '../../model/searchSpace.ts';
import { createRng, hashSeed } from '../rng.ts';
import { constraintsOf, randomAllowed, rulesOf } from './proposals.ts';
import type { Sampler } from './sampler.ts';
import { createSobol } from './sobol.ts';

export interface QmcOptions {
  /** search.seed: the scrambling follows from it, the same for all trials. */
  readonly seed: number;
}

/** Points of the sequence tried for one trial. */
const attempts = 100;
/** Distance of the points tried for one trial: more than any study has trials. */
const stride = 131_072;

/**
 * Quasi-random search: trial n is point n of a scrambled Sobol sequence, which fills the space more evenly than independent draws
 * (Bergstra & Bengio 2012, section 5). A point whose configuration was proposed before, or breaks a constraint, is replaced by
 * one from a later part of the sequence.
 */
export function createQmcSampler({ seed }: QmcOptions): Sampler {
  return {
    suggest: (space, history, number, rng) => {
      const rules = rulesOf(space, history);
      const constraints = constraintsOf(space);
      const searched = space.parameters.filter((p) => countOf(p.distribution) !== 1);
      const scrambling = createRng(hashSeed(seed, 'qmc'));
      const sobol = createSobol(
        searched.length,
        Uint32Array.from({ length: searched.length }, () => scrambling.uint32()),
      );
      for (let attempt = 0; attempt < attempts; attempt++) {
        const point = sobol.point(number + attempt * stride);
        const values: Partial<Record<HyperparameterName, ParamValue>> = {};
        for (const { name, distribution } of space.parameters)
          if (countOf(distribution) === 1)
            values[name] = decode(distribution, fromUnit(dimensionOf(distribution), 0));
        searched.forEach(({ name, distribution }, d) => {
          values[name] = decode(distribution, fromUnit(dimensionOf(distribution), point[d]));
        });
        const params = configurationOf(space, values);
        if (satisfies(constraints, params) && rules.allows(params)) return params;
      }
      return randomAllowed(space, rules, rng);
    },
  };
}
