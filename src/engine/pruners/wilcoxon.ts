import type { Objective } from '../../model/metrics.ts';
import { foldValue, type Trial } from '../../model/trial.ts';
import type { Pruner } from './pruner.ts';
import { isFinished } from './steps.ts';

export interface WilcoxonOptions {
  /** Prune below this one-sided p value, in (0, 1). */
  readonly pValue: number;
  /** Folds that every trial gets. */
  readonly startupFolds: number;
  readonly objective: Objective;
}

/**
 * Decides between folds: a signed-rank test on the differences of fold values to the leader's on the same folds (Optuna's
 * WilcoxonPruner, with folds as its steps). Never prunes a trial whose mean so far is not worse than the leader's.
 */
export function createWilcoxonPruner(options: WilcoxonOptions): Pruner {
  const { pValue, startupFolds, objective } = options;
  return {
    shouldPrune: (history, trial) => {
      const last = trial.folds.at(-1);
      if (!last || !isFinished(last, trial)) return false;
      const leader = leaderOf(history);
      if (!leader) return false;
      const leaderValues = foldValues(leader, objective);
      const values = foldValues(trial, objective);
      const differences: number[] = [];
      for (const [fold, value] of values) {
        const other = leaderValues.get(fold);
        if (other !== undefined) differences.push(value - other);
      }
      if (differences.length < Math.max(2, startupFolds)) return false;
      if (meanOf(leaderValues) >= meanOf(values)) return false;
      return wilcoxonGreater(differences) < pValue;
    },
  };
}

function leaderOf(history: readonly Trial[]): Trial | null {
  let leader: Trial | null = null;
  for (const trial of history) {
    if (trial.state !== 'complete' || trial.value === null) continue;
    if (!leader || trial.value < leader.value!) leader = trial; // a leader has a value
  }
  return leader;
}

function foldValues(trial: Trial, objective: Objective): ReadonlyMap<number, number> {
  return new Map(trial.folds.map((record) => [record.fold, foldValue(record, objective)]));
}

function meanOf(values: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const value of values.values()) sum += value;
  return sum / values.size;
}

/**
 * One-sided p value of the signed-rank test for "differences are greater than zero": P(W+ >= observed) over all sign patterns,
 * exact also with ties (midranks) and zeros (half of each zero's rank counts, "zsplit"). Up to a few hundred differences.
 */
export function wilcoxonGreater(differences: readonly number[]): number {
  const n = differences.length;
  const order = differences
    .map((_, i) => i)
    .sort((a, b) => Math.abs(differences[a]) - Math.abs(differences[b]));
  // Twice the midranks are whole numbers.
  const doubledRank = new Array<number>(n);
  for (let start = 0; start < n;) {
    let end = start;
    while (end + 1 < n && Math.abs(differences[order[end + 1]]) === Math.abs(differences[order[start]]))
      end++;
    for (let i = start; i <= end; i++) doubledRank[order[i]] = start + end + 2;
    start = end + 1;
  }
  let observed = 0;
  const free: number[] = [];
  differences.forEach((difference, i) => {
    if (difference === 0) observed += doubledRank[i] / 2;
    else {
      free.push(doubledRank[i]);
      if (difference > 0) observed += doubledRank[i];
    }
  });
  const zeroSum = differences.reduce((sum, d, i) => (d === 0 ? sum + doubledRank[i] / 2 : sum), 0);
  // Distribution of the rank sum of the positive differences: each rank is in it or not with probability 1/2.
  const total = free.reduce((a, b) => a + b, 0);
  let probability = new Float64Array(total + 1);
  probability[0] = 1;
  for (const rank of free) {
    const next = new Float64Array(total + 1);
    for (let s = 0; s <= total; s++) {
      if (probability[s] === 0) continue;
      next[s] += probability[s] / 2;
      next[s + rank] += probability[s] / 2;
    }
    probability = next;
  }
  let p = 0;
  for (let s = 0; s <= total; s++) if (s >= observed - zeroSum) p += probability[s];
  return p;
}
