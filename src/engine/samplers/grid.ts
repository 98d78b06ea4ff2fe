import { combinationsOf } from '../../model/combinations.ts';
import { satisfies } from '../../model/constraints.ts';
import { Fault } from '../../model/fault.ts';
import { constraintsOf } from './proposals.ts';
import type { Sampler } from './sampler.ts';

/**
 * All combinations in a fixed order, the last hyperparameter varying fastest: the first one that is in no earlier trial, that
 * repeats no other (inactive hyperparameters collapse) and that satisfies the constraints. So a search can be stopped and gone
 * on with at any trial. Fault `badInput` for a float without step.
 */
export const gridSampler: Sampler = {
  suggest: (space, history) => {
    const combinations = combinationsOf(space);
    if (!combinations)
      throw new Fault('badInput', 'A grid needs a step, or choices, for every float of the space.');
    const constraints = constraintsOf(space);
    const proposed = new Set(history.map((trial) => combinations.indexOf(trial.params)));
    for (let index = 0; index < combinations.count; index++) {
      if (proposed.has(index)) continue;
      const params = combinations.at(index);
      if (params && satisfies(constraints, params)) return params;
    }
    return null;
  },
};
