import { isClosed } from '../model/experiment.ts';
import type { ExperimentSummary } from './experiments.ts';

/** One experiment of a study and how far the study had come with it. */
export interface HistoryStep {
  readonly summary: ExperimentSummary;
  /** Mean over fresh seeds where there is a winner, else the leader's one-seed value; null without a complete trial. */
  readonly score: { readonly value: number; readonly u2: number; readonly by: 'winner' | 'leader' } | null;
  /** The lowest score so far among those that it may be compared with. */
  readonly isBest: boolean;
  /** Data, split, horizon, target or objective are not those of the step before: scores start anew here. */
  readonly startsAnew: boolean;
}

/**
 * How the best of a study moved over its experiments, oldest first. Scores are compared only among experiments with the same
 * data, split, horizon, target and objective, and a leader (one seed, the luckiest of many) never takes the place of a winner.
 */
export function bestOverTime(experiments: readonly ExperimentSummary[]): HistoryStep[] {
  const best = new Map<string, { value: number; by: 'winner' | 'leader' }>();
  const steps: HistoryStep[] = [];
  const sorted = experiments
    .filter(({ state }) => !isClosed(state))
    .toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  for (const summary of sorted) {
    const { winner, leader, scoresKey } = summary;
    const by = winner ? 'winner' : 'leader';
    const scored = winner ?? leader;
    const score: HistoryStep['score'] = scored && { value: scored.value, u2: scored.u2, by };
    const before = best.get(scoresKey);
    const isBest =
      score !== null &&
      (before === undefined ||
        (before.by === by ? score.value < before.value : before.by === 'leader' && by === 'winner'));
    if (isBest) best.set(scoresKey, score);
    const last = steps.at(-1);
    steps.push({
      summary,
      score,
      isBest,
      startsAnew: last !== undefined && last.summary.scoresKey !== scoresKey,
    });
  }
  return steps;
}

/** The best that stands now: of the experiments that may be compared with the newest one. */
export function bestNow(steps: readonly HistoryStep[]): HistoryStep | null {
  const key = steps.at(-1)?.summary.scoresKey;
  return steps.findLast(({ isBest, summary }) => isBest && summary.scoresKey === key) ?? null;
}
