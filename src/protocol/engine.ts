import type { DataReport } from '../model/dataReport.ts';
import type { Annotations, Confirmation, Experiment, ExperimentState } from '../model/experiment.ts';
import type { Issue } from '../model/issue.ts';
import type { ParamValue } from '../model/hyperparameters.ts';
import type { Objective } from '../model/metrics.ts';
import type { Study } from '../model/study.ts';
import type { Trial } from '../model/trial.ts';
import type { TrialColumns } from './trialColumns.ts';

/**
 * What the extension host (and the command line, in process) asks of the engine. Paths are absolute.
 * `store` is the folder of an experiment store (.lstm-study), `id` an experiment in it.
 */
export interface EngineContract {
  requests: {
    initialize: { params: EngineSettings; result: EngineInfo };
    /** Everything that can be said about a study text without training: issues, data report, size, estimate. */
    check: { params: { text: string; file: string; store?: string }; result: CheckResult };
    /** Columns, dates and gaps of a data file, for "new study". */
    inspectData: { params: { file: string }; result: { report: DataReport | null; issues: Issue[] } };
    start: { params: StartParams; result: StartResult };
    /** graceful: the folds in flight are finished and stored; now: at once (a later resume repeats them). */
    stop: {
      params: { store: string; id: string; how: 'graceful' | 'now' };
      result: { state: ExperimentState };
    };
    resume: { params: { store: string; id: string; options?: RunOptions }; result: StartResult };
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

export interface ExperimentRef {
  readonly store: string;
  readonly id: string;
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

export interface CheckResult {
  /** Null while there are errors of form. */
  readonly study: Study | null;
  readonly issues: readonly Issue[];
  readonly report: DataReport | null;
  readonly store: string;
  readonly space: SpaceInfo | null;
  readonly estimate: Estimate | null;
  readonly split: SplitPreview | null;
  /** An experiment with the same study and data, if there is one. */
  readonly existing: { readonly id: string; readonly state: ExperimentState } | null;
}

export interface SpaceInfo {
  /** Distinct configurations that the constraints leave; null when a float has no step. */
  readonly combinations: number | null;
  /** False: too many were tied together by constraints to be counted, the number and the share are estimates. */
  readonly isCounted: boolean;
  /** Share of the space that constraints leave, 0 to 1. */
  readonly feasibleShare: number;
  readonly sampler: { readonly kind: string; readonly reason: string };
  readonly trials: number;
}

export interface Estimate {
  readonly ms: number;
  /** flops: from the kernel's own timing; measured: from trials of this study. */
  readonly from: 'flops' | 'measured';
  readonly workers: number;
  readonly fits: number;
}

/** The split as rows and dates, and prices to draw it on (at most 2,000 points). */
export interface SplitPreview {
  readonly rows: number;
  readonly test: { readonly from: number; readonly firstDate: string };
  readonly folds: readonly {
    readonly train: readonly [number, number];
    readonly validation: readonly [number, number];
    readonly validationFirstDate: string;
    readonly validationLastDate: string;
  }[];
  /** Row numbers, dates and prices of the drawn points. */
  readonly chart: {
    readonly row: readonly number[];
    readonly date: readonly string[];
    readonly price: readonly number[];
  };
}

export interface RunOptions {
  readonly workers?: number;
  /** Budget for this run; changes are recorded as an amendment. */
  readonly trials?: number;
  readonly timeLimit?: string | null;
  readonly sampler?: string;
  readonly pruner?: string;
  /** Another space from the next trial on, for an experiment that is there (resume). */
  readonly space?: SpaceChange;
}

/** What a study file says about its space. */
export interface SpaceChange {
  readonly hyperparameters: Study['hyperparameters'];
  readonly when: Study['search']['when'];
  readonly constraints: Study['search']['constraints'];
}

export interface StartParams {
  readonly file: string;
  /** Unsaved text of the study file; default: read from `file`. */
  readonly text?: string;
  /** Where the experiment is kept; default: `.lstm-study` beside the file. */
  readonly store?: string;
  /** What to do when the same study on the same data has finished. */
  readonly ifFinished: 'ask' | 'moreTrials' | 'anotherSeed' | 'again';
  readonly options?: RunOptions;
  /** Runs a grid above the size that is otherwise refused. */
  readonly yes?: boolean;
}

export type StartResult =
  | { readonly kind: 'started' | 'resumed' | 'queued'; readonly ref: ExperimentRef }
  | { readonly kind: 'finished'; readonly ref: ExperimentRef; readonly trials: number }
  | { readonly kind: 'issues'; readonly issues: readonly Issue[] };

export type RerunResult =
  | { readonly kind: 'started' | 'queued'; readonly ref: ExperimentRef; readonly notes: readonly string[] }
  | { readonly kind: 'differs'; readonly differences: readonly string[]; readonly notes: readonly string[] }
  | { readonly kind: 'issues'; readonly issues: readonly Issue[] };

export interface RepeatCheck {
  readonly same: boolean;
  readonly text: string;
}

export interface ExperimentSummary {
  readonly store: string;
  readonly id: string;
  readonly name: string;
  readonly studyFile: string;
  readonly createdAt: string;
  readonly state: ExperimentState;
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
  /** What is wrong with a damaged one. */
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

/** Learning curves of the running trials and the state of the run; at most 10 a second. */
export interface RunProgress {
  readonly store: string;
  readonly id: string;
  readonly phase: 'search' | 'confirm' | 'test' | 'stopping' | 'idle';
  readonly done: number;
  readonly budget: number;
  /** Fits of the confirmation stage done and to do. */
  readonly confirm: { readonly done: number; readonly of: number } | null;
  readonly elapsedMs: number;
  readonly etaMs: number | null;
  readonly running: readonly { readonly trial: Trial; readonly epochsPerFold: number }[];
  readonly workers: number;
  readonly variant: string;
}

/** (folds) of rows; all arrays of one fold have one length: origins x horizon, step-major rows of `horizon` numbers. */
export interface Predictions {
  readonly horizon: number;
  readonly folds: readonly PredictionSet[];
}
export interface PredictionSet {
  /** Dates of the first target of each origin. */
  readonly dates: readonly string[];
  /** Last known price of each origin: persistence. */
  readonly last: Float64Array;
  /** (origins, horizon) */
  readonly actual: Float64Array;
  readonly forecast: Float64Array;
}

export type AnalysisRequest =
  | { readonly kind: 'importance' }
  | { readonly kind: 'slice'; readonly parameter: string }
  | { readonly kind: 'contour'; readonly parameters: readonly [string, string] }
  | { readonly kind: 'bestSoFar' }
  | { readonly kind: 'selectionBias' }
  /** Validation errors of one complete trial taken apart. */
  | { readonly kind: 'forecastErrors'; readonly number: number }
  /** Validation beside test for every trial that was tested. */
  | { readonly kind: 'testedTrials' };

export type AnalysisResult =
  | {
      readonly kind: 'importance';
      readonly pedAnova: readonly { readonly name: string; readonly share: number }[];
      readonly fanova: readonly { readonly name: string; readonly share: number }[];
      readonly labels: { readonly pedAnova: string; readonly fanova: string };
      readonly warning: string | null;
    }
  | {
      readonly kind: 'slice';
      readonly x: readonly ParamValue[];
      readonly mean: readonly number[];
      readonly sd: readonly number[];
    }
  | {
      readonly kind: 'contour';
      readonly x: readonly ParamValue[];
      readonly y: readonly ParamValue[];
      /** (y, x), row-major. */
      readonly mean: readonly number[];
    }
  | {
      readonly kind: 'bestSoFar';
      readonly number: readonly number[];
      readonly value: readonly number[];
      readonly note: string;
    }
  | {
      readonly kind: 'selectionBias';
      readonly pbo: number | null;
      readonly spaP: number | null;
      readonly note: string;
    }
  | {
      readonly kind: 'forecastErrors';
      /** Null where the predictions were not kept; the note says so. */
      readonly errors: ForecastErrors | null;
      readonly note: string;
    }
  | {
      readonly kind: 'testedTrials';
      /** U2 everywhere, whatever the objective; in the order of the validation scores, never of the test's. */
      readonly trials: readonly TestedTrial[];
      readonly note: string;
    };

/** Errors of a trial's validation forecasts against the actual prices and persistence on the same rows. */
export interface ForecastErrors {
  readonly horizon: number;
  /** Validation rows (origins) in all. */
  readonly rows: number;
  readonly byFold: readonly {
    readonly fold: number;
    readonly firstDate: string;
    readonly lastDate: string;
    readonly u2: number;
    readonly rows: number;
  }[];
  /** All horizon steps together, by quarter of the first day forecast. */
  readonly byQuarter: readonly { readonly quarter: string; readonly u2: number; readonly rows: number }[];
  /** Mean over the folds, as in the trial's value. */
  readonly byStep: readonly { readonly step: number; readonly u2: number }[];
  /** One step ahead; 1 = Monday. Bias (forecast - actual) and RMSE in percent of the last price, because prices differ between folds. */
  readonly byWeekday: readonly {
    readonly weekday: number;
    readonly bias: number;
    readonly rmse: number;
    readonly u2: number;
    readonly rows: number;
  }[];
  /** One step ahead, quarters of the days by size of the actual change in percent, smallest first; direction null where none moved. */
  readonly byMove: readonly {
    readonly from: number;
    readonly to: number;
    readonly u2: number;
    readonly direction: number | null;
    readonly rows: number;
  }[];
  /** Sum so far of squared error minus persistence's (price units squared, mean over the steps), one a row; below 0 = ahead. */
  readonly cumulative: { readonly dates: readonly string[]; readonly difference: readonly number[] };
  /** One step ahead: correlation of changes at shifts -3 to 3, best shift, and whether that means copying. */
  readonly lagTest: {
    readonly shift: number;
    readonly correlation: readonly number[];
    readonly copies: boolean;
  };
}

export interface TestedTrial {
  readonly number: number;
  /** Mean over the folds, one seed. */
  readonly validation: number | null;
  /** Mean over fresh seeds, where the trial was confirmed. */
  readonly confirmed: { readonly mean: number; readonly sd: number; readonly seeds: number } | null;
  readonly test: number;
  readonly testInterval: readonly [number, number];
  readonly verdict: TestResult['verdict'];
  readonly testedAt: string;
}

export interface CompareResult {
  /** What the first trial's experiment minimises: the unit of the differences. */
  readonly objective: Objective;
  /** Why scores are not put in one column; empty when they can be. */
  readonly incomparable: readonly string[];
  readonly trials: readonly ComparedTrial[];
  /**
   * Paired differences of each pair, score of b minus score of a (below 0: b is better), by fold and by fresh seed, with a 95 %
   * interval; a and b are indices into `trials`.
   */
  readonly pairs: readonly {
    readonly a: number;
    readonly b: number;
    readonly byFold: readonly number[];
    readonly bySeed: readonly number[];
    readonly mean: number;
    readonly interval: readonly [number, number] | null;
    readonly tie: boolean;
    readonly sentence: string;
  }[];
}
export interface ComparedTrial {
  readonly ref: ExperimentRef;
  readonly number: number;
  readonly label: string;
  readonly trial: Trial;
  readonly confirmation: Confirmation | null;
  readonly differs: readonly string[];
}

export interface TestResult {
  readonly trial: number;
  readonly looks: number;
  readonly verdict: 'better' | 'notDistinguishable' | 'worse';
  readonly sentence: string;
  readonly u2: number;
  readonly u2Interval: readonly [number, number];
  readonly seeds: readonly { readonly seed: number; readonly u2: number }[];
  readonly seedInterval: readonly [number, number] | null;
  readonly relMae: number;
  readonly dieboldMariano: { readonly statistic: number; readonly p: number } | null;
  readonly clarkWest: { readonly statistic: number; readonly p: number } | null;
  readonly direction: {
    readonly share: number;
    readonly alwaysUp: number;
    readonly interval: readonly [number, number];
  };
  readonly metrics: Readonly<Record<string, number>>;
  readonly baselines: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly predictions: PredictionSet;
  readonly horizon: number;
  /** Cumulative squared-error difference to persistence, one a test day; below 0 = ahead of persistence. */
  readonly cumulative: readonly number[];
  readonly byQuarter: readonly { readonly quarter: string; readonly u2: number; readonly rows: number }[];
  readonly byStep: readonly { readonly step: number; readonly u2: number }[];
  readonly byWeekday: readonly {
    readonly weekday: number;
    readonly bias: number;
    readonly rmse: number;
    readonly rows: number;
  }[];
  readonly lagTest: {
    readonly shift: number;
    readonly correlation: readonly number[];
    readonly copies: boolean;
  };
  /** Validation value beside test value of the best trials that were tested. */
  readonly suspicious: {
    readonly fired: boolean;
    readonly reason: string;
    readonly checks: readonly string[];
  };
  readonly testedAt: string;
  readonly folder: string;
}

export type ExportRequest =
  | {
      readonly format: 'csv' | 'json' | 'optuna';
      readonly target: string;
      readonly trials?: readonly number[];
      readonly columns?: readonly string[];
    }
  | {
      readonly format: 'tfjs' | 'keras' | 'onnx' | 'snippet';
      readonly target: string;
      readonly number?: number;
    }
  | {
      /** figures: the report's charts as SVG files in a folder. */
      readonly format: 'html' | 'markdown' | 'modelSheet' | 'figures';
      readonly target: string;
      readonly number?: number;
    };

export interface Forecast {
  readonly lastDate: string;
  readonly lastPrice: number;
  readonly steps: readonly { readonly step: number; readonly price: number; readonly change: number }[];
  readonly note: string;
}

export interface TensorflowStatus {
  readonly state: 'absent' | 'installing' | 'installed' | 'broken';
  readonly version: string | null;
  readonly folder: string;
  readonly text: string;
}
