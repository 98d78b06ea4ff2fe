import { sideOf, volumeOf, type ForestData, type Tree } from './forest.ts';
import type { Importance } from './pedAnova.ts';
import type { Surrogate } from './surrogate.ts';

/**
 * Functional ANOVA of a forest (Hutter, Hoos, Leyton-Brown 2014, ICML): the share of the variance of its prediction over the whole
 * space that each hyperparameter explains by itself, mean over trees. Shares add up to less than 1; the rest are interactions. The
 * integrals are exact: a tree is constant on boxes.
 */
export function fanova({ parameters, data, trees }: Surrogate): readonly Importance[] {
  const shares = new Float64Array(parameters.length);
  let counted = 0;
  for (const tree of trees) {
    const volumes = Float64Array.from({ length: tree.leaves }, (_, leaf) => volumeOf(tree, data, leaf));
    const mean = volumes.reduce((sum, volume, leaf) => sum + volume * tree.value[leaf], 0);
    const variance = volumes.reduce((sum, volume, leaf) => sum + volume * (tree.value[leaf] - mean) ** 2, 0);
    if (!(variance > 0)) continue;
    counted++;
    for (let d = 0; d < parameters.length; d++)
      shares[d] += mainEffectVariance({ tree, data, volumes, mean }, d) / variance;
  }
  return parameters.map(({ name }, d) => ({ name, share: counted === 0 ? 0 : shares[d] / counted }));
}

interface Marginalised {
  readonly tree: Tree;
  readonly data: ForestData;
  readonly volumes: Float64Array;
  readonly mean: number;
}

/** Variance over one dimension of the mean over all others. */
function mainEffectVariance({ tree, data, volumes, mean }: Marginalised, dimension: number): number {
  const d = data.choices.length;
  const count = data.choices[dimension];
  if (count > 0) {
    const marginal = new Float64Array(count);
    for (let leaf = 0; leaf < tree.leaves; leaf++) {
      const outside = (volumes[leaf] / sideOf(tree, data, leaf, dimension)) * tree.value[leaf];
      for (let choice = 0; choice < count; choice++)
        if ((tree.choices[leaf * d + dimension] >>> choice) & 1) marginal[choice] += outside;
    }
    return marginal.reduce((sum, m) => sum + (m - mean) ** 2, 0) / count;
  }
  // The marginal is a step function: each leaf adds its part between its two ends.
  const changes = new Map<number, number>();
  for (let leaf = 0; leaf < tree.leaves; leaf++) {
    const low = tree.low[leaf * d + dimension];
    const high = tree.high[leaf * d + dimension];
    const outside = (volumes[leaf] / (high - low)) * tree.value[leaf];
    changes.set(low, (changes.get(low) ?? 0) + outside);
    changes.set(high, (changes.get(high) ?? 0) - outside);
  }
  const ends = Float64Array.from(changes.keys()).sort();
  let variance = 0;
  let marginal = 0;
  for (let i = 0; i + 1 < ends.length; i++) {
    marginal += changes.get(ends[i])!; // a key of the map
    variance += (ends[i + 1] - ends[i]) * (marginal - mean) ** 2;
  }
  return variance;
}
