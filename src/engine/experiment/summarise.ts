import type { Annotations, Confirmation, Experiment, ExperimentState } from '../../model/experiment.ts';
import type { Fault, FaultCode } from '../../model/fault.ts';
import { liftPercent } from '../../model/metrics.ts';
import type { TrialRow } from '../../model/trial.ts';
import type { ExperimentRef, ExperimentSummary, Scored } from '../../protocol/experiments.ts';
import { scoresKeyOf } from '../compare/comparability.ts';
import { confirmStatistics } from '../trialRow.ts';
import { budgetOf } from '../../model/amendedStudy.ts';

export interface SummariseOptions {
  readonly store: string;
  readonly experiment: Experiment;
  readonly rows: readonly TrialRow[];
  /** Who writes the experiment now. */
  readonly owner: { readonly pid: number } | null;
  readonly winner: Confirmation | null;
  readonly annotations: Annotations;
  readonly sizeBytes: number;
}

/** What lists and headers show of an experiment. */
export function summarise(options: SummariseOptions): ExperimentSummary {
  const { store, experiment, rows, annotations, sizeBytes } = options;
  const count = (state: TrialRow['state']): number => rows.filter((r) => r.state === state).length;
  return {
    store,
    id: experiment.id,
    name: annotations.name ?? experiment.name,
    studyFile: experiment.studyFile,
    dataFile: experiment.study.data.file,
    createdAt: experiment.createdAt,
    state: stateOf(experiment, options.owner !== null),
    ownerPid: options.owner?.pid ?? null,
    endedBecause: experiment.endedBecause ?? null,
    counts: {
      complete: count('complete'),
      pruned: count('pruned'),
      failed: count('failed'),
      running: count('running') + count('waiting'),
    },
    budget: budgetOf(experiment),
    objective: experiment.study.objective,
    leader: leaderOf(rows),
    winner: winnerScore(experiment, options.winner),
    looks: experiment.looks.length,
    verdict: experiment.looks.at(-1)?.verdict ?? null,
    annotations,
    sizeBytes,
    problem: null,
    scoresKey: scoresKeyOf(experiment),
  };
}

/** Who is alive is read from the owner: an experiment that runs without one was interrupted. */
export function stateOf(experiment: Experiment, isOwned: boolean): ExperimentState {
  return experiment.state === 'running' && !isOwned ? 'interrupted' : experiment.state;
}

/** Lowest search value; the earlier one among equals. */
export function leaderOf(rows: readonly TrialRow[]): Scored | null {
  let best: TrialRow | null = null;
  for (const row of rows) {
    if (row.state !== 'complete' || row.value === null) continue;
    if (best?.value == null || row.value < best.value) best = row;
  }
  if (best?.value == null || !best.metrics) return null;
  return {
    number: best.number,
    value: best.value,
    u2: best.metrics.u2,
    liftPercent: liftPercent(best.metrics.u2),
  };
}

function winnerScore(experiment: Experiment, confirmation: Confirmation | null): ExperimentSummary['winner'] {
  if (experiment.winner === null || confirmation === null) return null;
  const statistics = confirmStatistics(confirmation);
  if (!statistics) return null;
  const u2s = confirmation.runs.flatMap((run) =>
    run.value === null
      ? []
      : [run.folds.reduce((sum, f) => sum + (f.metrics?.u2 ?? 0), 0) / run.folds.length],
  );
  const u2 = u2s.reduce((a, b) => a + b, 0) / u2s.length;
  return {
    number: experiment.winner,
    value: statistics.mean,
    u2,
    liftPercent: liftPercent(u2),
    sd: statistics.sd,
    seeds: statistics.seeds,
  };
}

/** The entry of an experiment whose own document cannot be used. */
export function closedSummary({ store, id }: ExperimentRef, fault: Fault): ExperimentSummary {
  return {
    store,
    id,
    name: id,
    studyFile: '',
    dataFile: '',
    createdAt: '',
    ownerPid: null,
    state: closedState(fault.code),
    endedBecause: null,
    counts: { complete: 0, pruned: 0, failed: 0, running: 0 },
    budget: 0,
    objective: '',
    leader: null,
    winner: null,
    looks: 0,
    verdict: null,
    annotations: { format: 1, trials: {} },
    sizeBytes: 0,
    problem: fault.message,
    scoresKey: '',
  };
}

function closedState(code: FaultCode): ExperimentState {
  if (code === 'storeNewer') return 'newer';
  return code === 'unreadable' ? 'unreadable' : 'damaged';
}
