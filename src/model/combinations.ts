import type { HyperparameterName, Params, ParamValue } from './hyperparameters.ts';
import { configurationOf, isActive, valuesOf, type SearchSpace } from './searchSpace.ts';

/** A discrete space as a numbered list, the last parameter varying fastest. */
export interface Combinations {
  /** Combinations on paper, before conditions and constraints. */
  readonly count: number;
  /** Combination `index`; null when it repeats an earlier one (an inactive parameter counts at its first value only). */
  at(index: number): Params | null;
  /** The index of a configuration; -1 when it is not one of these. */
  indexOf(params: Params): number;
}

/** Null where a float has no step: there is no end of its values. */
export function combinationsOf(space: SearchSpace): Combinations | null {
  const axes: { parameter: SearchSpace['parameters'][number]; values: readonly ParamValue[] }[] = [];
  let count = 1;
  for (const parameter of space.parameters) {
    const values = valuesOf(parameter.distribution);
    if (!values) return null;
    axes.push({ parameter, values });
    count *= values.length;
  }
  const digits = new Array<number>(axes.length);
  return {
    count,
    at: (index) => {
      const chosen: Partial<Record<HyperparameterName, ParamValue>> = {};
      let rest = index;
      for (let d = axes.length - 1; d >= 0; d--) {
        const { parameter, values } = axes[d];
        digits[d] = rest % values.length;
        rest = (rest - digits[d]) / values.length;
        chosen[parameter.name] = values[digits[d]];
      }
      const params = configurationOf(space, chosen);
      const repeats = axes.some(({ parameter }, d) => digits[d] > 0 && !isActive(parameter, params));
      return repeats ? null : params;
    },
    indexOf: (params) => {
      let index = 0;
      for (const { parameter, values } of axes) {
        const digit = isActive(parameter, params) ? indexIn(values, params[parameter.name]) : 0;
        if (digit < 0) return -1;
        index = index * values.length + digit;
      }
      return index;
    },
  };
}

function indexIn(values: readonly ParamValue[], value: ParamValue): number {
  const exact = values.indexOf(value);
  if (exact >= 0 || typeof value === 'string') return exact;
  return values.findIndex((v) => typeof v === 'number' && Math.abs(v - value) <= 1e-9 * Math.abs(value));
}
