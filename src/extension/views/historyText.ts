import { bestNow, bestOverTime, type HistoryStep } from '../../protocol/bestOverTime.ts';
import type { ExperimentSummary } from '../../protocol/experiments.ts';
import { experimentName, liftText } from '../format.ts';

/** "3 experiments, best 0.9947": what a study has come to; empty before its first experiment. */
export function historyDescription(experiments: readonly ExperimentSummary[]): string {
  if (experiments.length === 0) return '';
  const best = bestNow(bestOverTime(experiments))?.score;
  const count = experiments.length === 1 ? '1 experiment' : `${experiments.length} experiments`;
  if (!best) return count;
  return `${count}, ${best.by === 'winner' ? 'best' : 'leader'} ${best.value.toFixed(4)}`;
}

/** One line an experiment, oldest first: when, what it came to, and whether the best moved. */
export function historyLines(experiments: readonly ExperimentSummary[], shown = 8): string[] {
  const steps = bestOverTime(experiments);
  const left = Math.max(0, steps.length - shown);
  return [...(left > 0 ? [`${left} earlier`] : []), ...steps.slice(left).map(lineOf)];
}

export function lineOf(step: HistoryStep): string {
  const { summary } = step;
  return `${summary.createdAt.slice(0, 10)} ${experimentName(summary)}: ${scoreText(step)}`;
}

/** Score, lift, how it was measured, and what it means for the study. */
export function scoreText({ summary, score, isBest, startsAnew }: HistoryStep): string {
  if (!score) return summary.state === 'running' ? 'running' : 'no complete trial';
  const by = score.by === 'winner' ? `winner, ${summary.winner?.seeds ?? 0} fresh seeds` : 'leader, one seed';
  return [
    `${summary.objective} ${score.value.toFixed(4)}, lift ${liftText((1 - score.u2) * 100)} (${by})`,
    ...(isBest ? ['best so far'] : []),
    ...(startsAnew ? ['other data, split or target than before: not comparable'] : []),
  ].join('; ');
}
