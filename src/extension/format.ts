import { plainText } from '../model/plainText.ts';
import type { ExperimentSummary } from '../protocol/experiments.ts';
import type { RunProgress } from '../protocol/runProgress.ts';

/** "about 50 min": rounded the way one would say it. */
export function durationText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 55) return `${seconds} s`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 90) return `${minutes} min`;
  const hours = minutes / 60;
  if (hours < 36) return `${hours < 10 ? Number(hours.toFixed(1)) : Math.round(hours)} h`;
  return `${Math.round(hours / 24)} days`;
}

export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** "+0.46 %" with a true minus. */
export function liftText(percent: number): string {
  const text = Math.abs(percent).toFixed(Math.abs(percent) >= 10 ? 0 : 2);
  return `${percent < 0 && Number(text) !== 0 ? '−' : '+'}${text} %`;
}

export function finishedTrials(summary: Pick<ExperimentSummary, 'counts'>): number {
  return summary.counts.complete + summary.counts.pruned + summary.counts.failed;
}

/** "31/40, about 9 min": what a running experiment says in one line. */
export function progressText(summary: ExperimentSummary, progress: RunProgress | null): string {
  if (progress?.phase === 'confirm' && progress.confirm)
    return `confirming, ${progress.confirm.done}/${progress.confirm.of}${etaText(progress)}`;
  if (progress?.phase === 'stopping') return 'stopping after the folds in flight';
  return `${finishedTrials(summary)}/${summary.budget}${etaText(progress)}`;
}

function etaText(progress: RunProgress | null): string {
  return progress?.etaMs === null || progress?.etaMs === undefined
    ? ''
    : `, about ${durationText(progress.etaMs)}`;
}

/** What an experiment came to, in a few words. Inside the noise nothing is called better. */
export function outcomeText(summary: ExperimentSummary, progress: RunProgress | null): string {
  switch (summary.state) {
    case 'running':
      return progressText(summary, progress);
    case 'interrupted':
      return `interrupted at ${finishedTrials(summary)}/${summary.budget}`;
    case 'newer':
      return 'made by a newer version: update to open it';
    case 'unreadable':
    case 'damaged':
      return summary.problem ?? summary.state;
    case 'ready':
      return 'not started';
    case 'finished': {
      const scored = summary.winner ?? summary.leader;
      const lift = scored ? `lift ${liftText(scored.liftPercent)}` : 'no complete trial';
      if (summary.verdict === 'notDistinguishable') return `tie, ${lift}`;
      return summary.verdict ? `${summary.verdict}, ${lift}` : lift;
    }
  }
}

export function experimentName(summary: ExperimentSummary): string {
  return plainText(summary.annotations.name ?? summary.name);
}
