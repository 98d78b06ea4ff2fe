import { dimensionOf, encode } from '../../model/dimension.ts';
import {
  countOf,
  isActive,
  membershipOf,
  type SearchSpace,
  type SpaceParameter,
} from '../../model/searchSpace.ts';
import type { Trial } from '../../model/trial.ts';
import { normalCdf } from '../normal.ts';

export interface Importance {
  readonly name: string;
  /** Shares of all hyperparameters add up to 1 (0 each where nothing can be said). */
  readonly share: number;
}

/** Part of the trials that counts as the best. */
const bestShare = 0.1;
const largestGrid = 50;
const floorDensity = 1e-12;

type Scored = Pick<Trial, 'params'> & { readonly value: number };

/**
 * PED-ANOVA (Watanabe, Bansal, Hutter 2023, IJCAI; as in Optuna 5.0): how much the distribution of a hyperparameter among the best
 * tenth of the trials differs from its distribution among all, by a Pearson divergence of kernel densities. It answers "what
 * matters to be among the best", not "what explains the value".
 */
export function pedAnova(space: SearchSpace, trials: readonly Trial[]): readonly Importance[] {
  const scored = scoredTrials(space, trials);
  const searched = space.parameters.filter((p) => countOf(p.distribution) !== 1);
  if (scored.length < 2) return searched.map(({ name }) => ({ name, share: 0 }));
  const values = Float64Array.from(scored, (t) => t.value).sort();
  const limit = values[Math.ceil(bestShare * scored.length) - 1];
  const top = scored.filter((t) => t.value <= limit);
  const raw = searched.map((parameter) => {
    const regime = scored.filter((t) => isActive(parameter, t.params));
    const topRegime = top.filter((t) => isActive(parameter, t.params));
    if (topRegime.length === 0) return 0;
    // Where a hyperparameter is not always active, the weight of its regime (Optuna's conditional PED-ANOVA).
    const weight = (topRegime.length / top.length) ** 2 / (regime.length / scored.length);
    return weight * pearsonDivergence(parameter, topRegime, regime) * (top.length / scored.length) ** 2;
  });
  const sum = raw.reduce((a, b) => a + b, 0);
  return searched.map(({ name }, i) => ({ name, share: sum > 0 ? raw[i] / sum : 0 }));
}

/** Complete trials whose configuration lies in the space (others come from before an amendment, or from the user's own points). */
export function scoredTrials(space: SearchSpace, trials: readonly Trial[]): readonly Scored[] {
  const isMember = membershipOf(space);
  return trials.flatMap(({ state, params, value }) =>
    state === 'complete' && value !== null && isMember(params) ? [{ params, value }] : [],
  );
}

function pearsonDivergence(
  parameter: SpaceParameter,
  top: readonly Scored[],
  all: readonly Scored[],
): number {
  const topDensity = density(parameter, top);
  const allDensity = density(parameter, all);
  return allDensity.reduce((sum, p, g) => sum + p * (topDensity[g] / p - 1) ** 2, 0);
}

/** Density on the grid, plus 1e-12. */
function density({ name, distribution }: SpaceParameter, trials: readonly Scored[]): Float64Array {
  const dimension = dimensionOf(distribution);
  const xs = trials.map((t) => encode(distribution, t.params[name]));
  if (dimension.kind === 'categorical') {
    const counts = new Float64Array(dimension.choices);
    for (const x of xs) counts[x]++;
    return categoricalDensity(counts);
  }
  const { low, high, step, log } = dimension;
  const cells = gridSize(countOf(distribution), { log, isStepped: step !== null, range: high - low });
  const from = log ? Math.log(low) : low;
  const to = log ? Math.log(high) : high;
  const cell = (to - from) / (cells - 1);
  const counts = new Float64Array(cells);
  // Points half-way between two cells go to the lower one.
  for (const x of xs)
    counts[Math.min(cells - 1, Math.max(0, Math.ceil(((log ? Math.log(x) : x) - from) / cell - 0.5)))]++;
  return numericDensity(counts);
}

function gridSize(
  count: number | null,
  { log, isStepped, range }: { readonly log: boolean; readonly isStepped: boolean; readonly range: number },
): number {
  if (count === null) return largestGrid;
  const steps = log && isStepped ? Math.ceil(Math.log2(range + 1)) + 1 : count;
  return Math.min(steps, largestGrid);
}

function categoricalDensity(counts: Float64Array): Float64Array {
  const total = counts.reduce((a, b) => a + b, 0) + 1;
  const seen = counts.filter((count) => count > 0).length;
  const share = 1 / (seen + 1);
  const rowSum = counts.length * share + 1;
  return counts.map((own) => {
    // Kernels of the other choices, of this one, and the prior.
    const others = (total - 1 - own) * (share / rowSum);
    return (others + own * ((share + 1) / rowSum) + 1 / counts.length) / total + floorDensity;
  });
}

function numericDensity(counts: Float64Array): Float64Array {
  const cells = counts.length;
  const occupied: number[] = [];
  counts.forEach((count, g) => {
    if (count > 0) occupied.push(g);
  });
  const total = occupied.reduce((sum, g) => sum + counts[g], 0);
  const sigma = scottSigma(counts, occupied, total);
  return counts.map((_, at) => {
    let sum = cellMass({ at, mu: (cells - 1) / 2, sigma: cells, cells });
    for (const g of occupied) sum += counts[g] * cellMass({ at, mu: g, sigma, cells });
    return sum / (total + 1) + floorDensity;
  });
}

/** Scott's rule on weighted cells, with a least width that keeps 90 % of a kernel within its cell. */
function scottSigma(counts: Float64Array, occupied: readonly number[], total: number): number {
  const mean = occupied.reduce((sum, g) => sum + g * counts[g], 0) / total;
  const squares = occupied.reduce((sum, g) => sum + (g - mean) ** 2 * counts[g], 0);
  const sd = Math.sqrt(squares / Math.max(1, total - 1));
  const quarter = Math.floor(total / 4);
  const threeQuarters = Math.floor((3 * total) / 4);
  let cumulative = 0;
  let first: number | null = null;
  let third = occupied[occupied.length - 1];
  for (const g of occupied) {
    cumulative += counts[g];
    if (first === null && cumulative >= quarter) first = g;
    if (cumulative > threeQuarters) {
      third = g;
      break;
    }
  }
  const spread = Math.min((third - (first ?? occupied[0])) / 1.34, sd);
  return Math.max(1.059 * spread * total ** -0.2, 0.5 / 1.64);
}

function cellMass({
  at,
  mu,
  sigma,
  cells,
}: {
  at: number;
  mu: number;
  sigma: number;
  cells: number;
}): number {
  const mass = (from: number, to: number): number =>
    normalCdf((to - mu) / sigma) - normalCdf((from - mu) / sigma);
  return mass(at - 0.5, at + 0.5) / mass(-0.5, cells - 0.5);
}
