import type { Confirmation } from '../model/experiment.ts';
import { meanMetrics, progressOf, type Trial, type TrialRow } from '../model/trial.ts';
import type { Objective } from '../model/metrics.ts';
import { sparkPoints } from '../protocol/trialColumns.ts';

/** A trial's line in tables and plots. */
export function trialRowOf(trial: Trial, confirmation: Confirmation | null, objective: Objective): TrialRow {
  const startedAtMs = trial.startedAt === undefined ? null : Date.parse(trial.startedAt);
  return {
    number: trial.number,
    state: trial.state,
    source: trial.source,
    amendment: trial.amendment,
    params: trial.params,
    value: trial.value,
    foldValues: trial.folds.flatMap((fold) => (fold.metrics ? [fold.metrics[objective]] : [])),
    metrics: trial.state === 'complete' ? meanMetrics(trial.folds) : null,
    progress: progressOf(trial),
    spark: sparkOf(trial),
    startedAtMs,
    durationMs: trial.durations?.['total'] ?? null,
    error: trial.error ?? null,
    confirm: confirmation ? confirmStatistics(confirmation) : null,
  };
}

/** Mean, standard deviation (divisor n - 1) and number of the runs that have a value; null when there is none. */
export function confirmStatistics(confirmation: Confirmation): TrialRow['confirm'] {
  const values = confirmation.runs.flatMap((run) => (run.value === null ? [] : [run.value]));
  if (values.length === 0) return null;
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return { mean, sd: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0, seeds: values.length };
}

/** Validation curve, mean over the folds that have the epoch, thinned to at most 24 points; the last epoch is always among them. */
function sparkOf(trial: Trial): number[] {
  const curves = trial.folds.map((fold) => fold.curve.validation);
  const epochs = Math.max(0, ...curves.map((curve) => curve.length));
  const points = Math.min(epochs, sparkPoints);
  return Array.from({ length: points }, (_, i) => {
    const epoch = points === 1 ? epochs - 1 : Math.round((i * (epochs - 1)) / (points - 1));
    let sum = 0;
    let count = 0;
    for (const curve of curves)
      if (epoch < curve.length) {
        sum += curve[epoch];
        count++;
      }
    return sum / count;
  });
}
