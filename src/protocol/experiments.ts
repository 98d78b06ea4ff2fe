import type { Annotations, Experiment, ExperimentState } from '../model/experiment.ts';
import type { RunProgress } from './runProgress.ts';
import type { TrialColumns } from './trialColumns.ts';

export interface ExperimentRef {
  readonly store: string;
  readonly id: string;
}

export interface ExperimentSummary {
  readonly store: string;
  readonly id: string;
  readonly name: string;
  readonly studyFile: string;
  /** As the frozen study names it: seen from the folder of the study file, or absolute. */
  readonly dataFile: string;
  readonly createdAt: string;
  readonly state: ExperimentState;
  /** The process that writes it now: the engine of a window, or a command line. */
  readonly ownerPid: number | null;
  readonly endedBecause: Experiment['endedBecause'] | null;
  readonly counts: {
    readonly complete: number;
    readonly pruned: number;
    readonly failed: number;
    readonly running: number;
  };
  readonly budget: number;
  readonly objective: string;
  readonly leader: Scored | null;
  readonly winner: (Scored & { readonly sd: number; readonly seeds: number }) | null;
  readonly looks: number;
  readonly verdict: 'better' | 'notDistinguishable' | 'worse' | null;
  readonly annotations: Annotations;
  readonly sizeBytes: number;
  /** What is wrong with a damaged one; what ended the run of one that broke off, told once. */
  readonly problem: string | null;
  /** Scores of two experiments may stand in one column where this is the same: data, split, horizon, target and objective. */
  readonly scoresKey: string;
}

export interface Scored {
  readonly number: number;
  /** Of the objective. */
  readonly value: number;
  readonly u2: number;
  readonly liftPercent: number;
}

export interface StoreWarning {
  readonly store: string;
  readonly file: string;
  readonly message: string;
}

export interface OpenedExperiment {
  readonly experiment: Experiment;
  readonly summary: ExperimentSummary;
  readonly trials: TrialColumns;
  readonly annotations: Annotations;
  readonly progress: RunProgress | null;
}
