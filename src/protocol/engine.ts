import type { DataReport } from '../model/dataReport.ts';
import type { Annotations, Confirmation, ExperimentState } from '../model/experiment.ts';
import type { Issue } from '../model/issue.ts';
import type { Trial } from '../model/trial.ts';
import type { AnalysisRequest, AnalysisResult, CompareResult } from './analysis.ts';
import type { ExperimentRef, ExperimentSummary, OpenedExperiment, StoreWarning } from './experiments.ts';
import type { ExportRequest, Forecast, Predictions, TestResult } from './results.ts';
import type { RunProgress } from './runProgress.ts';
import type { RepeatCheck, RerunResult, RunOptions, StartParams, StartResult } from './runs.ts';
import type { CheckResult } from './studyCheck.ts';
import type { TrialColumns } from './trialColumns.ts';

/**
 * What the extension host (and the command line, in process) asks of the engine. Paths are absolute.
 * `store` is the folder of an experiment store (.lstm-study), `id` an experiment in it.
 */
export interface EngineContract {
  requests: {
    initialize: { params: EngineSettings; result: EngineInfo };
    /** Everything that can be said about a study text without training: issues, data report, size, estimate. */
    /** With `options` as a run with them would be. */
    check: {
      params: { text: string; file: string; store?: string; options?: RunOptions };
      result: CheckResult;
    };
    /** Columns, dates and gaps of a data file, for "new study". */
    inspectData: { params: { file: string }; result: { report: DataReport | null; issues: Issue[] } };
    start: { params: StartParams; result: StartResult };
    /** graceful: the folds in flight are finished and stored; now: at once (a later resume repeats them). Fault `storeLocked` where another process runs it. */
    stop: {
      params: { store: string; id: string; how: 'graceful' | 'now' };
      result: { state: ExperimentState };
    };
    /**
     * Goes on with an experiment. With a study text what it says of budget, time limit, sampler, pruner and space holds from the next
     * trial on; a run of this engine is stopped for it after the folds in flight. A text that would make trials that do not compare
     * is refused.
     */
    resume: {
      params: ExperimentRef & { studyText?: string; options?: RunOptions };
      result: StartResult;
    };
    /**
     * Repeats an experiment with its own frozen study, amendments and trainer. Where data or trainer are other ones now nothing is
     * run and the differences are told, unless `anyway`.
     */
    rerun: {
      params: ExperimentRef & { anyway?: boolean; options?: Pick<RunOptions, 'workers'> };
      result: RerunResult;
    };
    /** Whether the trials of an experiment are those of another one of its store, bit for bit. */
    checkRepeat: { params: ExperimentRef & { of: string }; result: RepeatCheck };
    /** Headers of all experiments in the stores, or of those named alone (they may be gone meanwhile). */
    listExperiments: {
      params: { stores: string[]; only?: string[] };
      result: { experiments: ExperimentSummary[]; warnings: StoreWarning[] };
    };
    /** Opens an experiment and follows it: later changes arrive as events until `close`. */
    open: { params: ExperimentRef; result: OpenedExperiment };
    close: { params: ExperimentRef; result: null };
    trial: {
      params: ExperimentRef & { number: number };
      result: { trial: Trial; confirmation: Confirmation | null };
    };
    /** Validation predictions of a trial with actual prices and persistence; null where they were not kept. */
    predictions: { params: ExperimentRef & { number: number }; result: Predictions | null };
    analyse: { params: ExperimentRef & { what: AnalysisRequest }; result: AnalysisResult };
    compare: { params: { trials: (ExperimentRef & { number: number })[] }; result: CompareResult };
    /** Opens the sealed range: counted. Without `again` a tested trial answers with its stored result. */
    test: { params: ExperimentRef & { number?: number; again?: boolean }; result: TestResult };
    /** The stored test result of the experiment; opening it is not a look. */
    testResult: { params: ExperimentRef & { number?: number }; result: TestResult | null };
    export: { params: ExperimentRef & ExportRequest; result: { files: string[] } };
    predict: { params: { model: string; data: string }; result: Forecast };
    /** Text of the study file with the trial's values as constants; comments stay. */
    applyParams: { params: ExperimentRef & { number: number; text: string }; result: { text: string } };
    annotate: {
      params: ExperimentRef & { annotations: Partial<Omit<Annotations, 'format'>> };
      result: Annotations;
    };
    /** Moves the experiment to the store's bin; `restore` takes it back until the engine ends. */
    delete: { params: ExperimentRef; result: null };
    restore: { params: ExperimentRef; result: null };
    tensorflow: { params: { action: 'status' | 'install' | 'remove' }; result: TensorflowStatus };
    doctor: { params: Record<string, never>; result: { text: string } };
  };
  events: {
    /** Whole header of an experiment that changed (state, leader, winner, counts, looks). */
    experimentChanged: { store: string; summary: ExperimentSummary };
    /** Whole rows of trials that changed, for experiments that are open; at most 10 a second, state changes never dropped. */
    trialsChanged: { store: string; id: string; rows: TrialColumns };
    progress: RunProgress;
    /** A long request (test, export, tensorflow install, opening large data): share from 0 to 1 or null. */
    working: { what: string; text: string; share: number | null };
    log: { level: 'debug' | 'info' | 'warn' | 'error'; text: string };
  };
}

export interface EngineSettings {
  /** browse: no trainers, nothing is run or written (Restricted Mode). */
  readonly mode: 'full' | 'browse';
  /** Default min(cores, lag). */
  readonly workers?: number;
  /** Pins a build of the embedded trainer. */
  readonly build?: string;
  readonly trialTimeoutMs?: number;
  /** Memory a worker may take, bytes. */
  readonly workerMemoryBytes?: number;
  /** Where the TensorFlow trainer is installed. */
  readonly tensorflowFolder?: string;
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
}

export interface EngineInfo {
  readonly version: string;
  readonly node: string;
  readonly pid: number;
  readonly cores: number;
}

export interface TensorflowStatus {
  readonly state: 'absent' | 'installing' | 'installed' | 'broken';
  readonly version: string | null;
  readonly folder: string;
  readonly text: string;
}
