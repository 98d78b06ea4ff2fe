import type { Annotations, Confirmation, Experiment } from '../model/experiment.ts';
import type { Trial } from '../model/trial.ts';
import type { AnalysisRequest, AnalysisResult, CompareResult } from './analysis.ts';
import type { TensorflowStatus } from './engine.ts';
import type { ExperimentRef, ExperimentSummary } from './experiments.ts';
import type { ExportRequest, Predictions, TestResult } from './results.ts';
import type { RunProgress } from './runProgress.ts';
import type { CheckResult } from './studyCheck.ts';
import type { TrialColumns } from './trialColumns.ts';

/**
 * What the panel (webview) asks of the extension host, and what the host tells it. The host forwards most of it to the
 * engine. Every message from the webview is parsed (viewMessages.ts) before it is believed.
 */
export interface ViewContract {
  requests: {
    /** The page has loaded: answer is everything it shows first. */
    ready: { params: null; result: ViewState };
    /**
     * One edit of the study document: set the JSON value at `path` (left out or undefined removes it), or with `rename`
     * give the property at `path` another name. One undo step each.
     */
    edit: {
      params: { path: (string | number)[]; value?: unknown; rename?: string };
      result: { applied: boolean; reason?: string };
    };
    run: { params: { ifFinished: 'ask' | 'moreTrials' | 'anotherSeed' | 'again' }; result: null };
    stop: { params: { how: 'graceful' | 'now' }; result: null };
    /** changed: what the study text says of the search now holds from the next trial on. */
    resume: { params: { study: 'frozen' | 'changed' }; result: null };
    trial: { params: { number: number }; result: { trial: Trial; confirmation: Confirmation | null } };
    /** Of a trial of this experiment, or `of` another one. */
    predictions: { params: { number: number; of?: ExperimentRef }; result: Predictions | null };
    analyse: { params: AnalysisRequest; result: AnalysisResult };
    compare: { params: { trials: (ExperimentRef & { number: number })[] }; result: CompareResult };
    test: { params: { number?: number; again?: boolean }; result: TestResult | null };
    testResult: { params: { number?: number }; result: TestResult | null };
    /** The user picks a complete trial of any experiment of the workspace; null where nothing was picked. */
    pickTrial: { params: null; result: (ExperimentRef & { number: number }) | null };
    annotate: { params: Partial<Omit<Annotations, 'format'>>; result: Annotations };
    applyParams: { params: { number: number }; result: { applied: boolean } };
    /** The host asks where to save; content comes from the engine. */
    export: { params: ExportChoice; result: { files: string[] } };
    /** A file made in the page: a picture, or the table exactly as shown. */
    save: { params: { name: string; text?: string; bytes?: Uint8Array }; result: { saved: boolean } };
    copy: { params: { text: string }; result: null };
    /** Opens the study file as text, at a path in it. */
    reveal: { params: { path: (string | number)[] }; result: null };
    openExperiment: { params: ExperimentRef; result: null };
    tensorflow: { params: { action: 'status' | 'install' }; result: TensorflowStatus };
    showLog: { params: null; result: null };
    /** Price files that the study could use, relative to it (CSV and Parquet in its folder and below). */
    dataFiles: { params: null; result: string[] };
    /** Opens VS Code's page on trusting this workspace. */
    manageTrust: { params: null; result: null };
  };
  events: {
    document: DocumentState;
    check: CheckResult | null;
    experiment: { experiment: Experiment; summary: ExperimentSummary } | null;
    trials: TrialColumns;
    annotations: Annotations;
    progress: RunProgress | null;
    /** The trial whose test is being done for this page; null when it has ended. */
    testing: number | null;
    /** Run a command in the page: show a tab, select a trial, compare trials of any experiments. */
    show: {
      tab: ViewTab;
      trial?: number;
      compare?: readonly (ExperimentRef & { readonly number: number })[];
      ref?: ExperimentRef;
    };
    fault: { code: string; message: string };
  };
}

/** An export without its target, which the host asks for. */
export type ExportChoice = ExportRequest extends infer R
  ? R extends ExportRequest
    ? Omit<R, 'target'>
    : never
  : never;

export type ViewTab = 'setup' | 'trials' | 'plots' | 'compare' | 'test';

export interface DocumentState {
  /** `file`: the live study file; `experiment`: a past one, Setup read-only. */
  readonly kind: 'file' | 'experiment';
  readonly name: string;
  readonly text: string;
  readonly version: number;
  /** Why the form cannot edit (invalid JSON, Restricted Mode, past experiment); null when it can. */
  readonly readOnly: string | null;
  readonly trusted: boolean;
}

export interface ViewState {
  readonly document: DocumentState;
  readonly check: CheckResult | null;
  readonly experiment: { readonly experiment: Experiment; readonly summary: ExperimentSummary } | null;
  readonly trials: TrialColumns | null;
  readonly annotations: Annotations;
  readonly progress: RunProgress | null;
  readonly testing: number | null;
  readonly ref: ExperimentRef | null;
}
