import type { Annotations } from '../../model/experiment.ts';
import type { Study } from '../../model/study.ts';
import type { TrialState } from '../../model/trial.ts';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import type { RunProgress } from '../../protocol/runProgress.ts';
import type { CheckResult } from '../../protocol/studyCheck.ts';
import type { TrialColumns } from '../../protocol/trialColumns.ts';
import type { DocumentState, ViewState, ViewTab } from '../../protocol/view.ts';

/** Everything the page shows. Data comes from the host; what the user did to the view lives in `memory`. */
export interface PanelState {
  readonly load:
    { readonly state: 'loading' | 'ready' } | { readonly state: 'failed'; readonly message: string };
  readonly document: DocumentState | null;
  /** Edits of the form that the text does not hold yet, oldest first. */
  readonly edits: readonly PendingEdit[];
  /** JSON value of the text with the pending edits made, as far as it can be read; defaults not filled. */
  readonly written: unknown;
  /** The last text that was a valid study. */
  readonly study: Study | null;
  readonly check: CheckResult | null;
  readonly experiment: ViewState['experiment'];
  readonly trials: TrialColumns | null;
  readonly annotations: Annotations;
  readonly progress: RunProgress | null;
  /** What went wrong last, until dismissed. */
  readonly fault: { readonly code: string; readonly message: string } | null;
  /** Stop was pressed once. */
  readonly stopping: boolean;
  /** What was asked for and takes its time: until it is answered it is not asked for again. */
  readonly asked: {
    /** A run, or its continuation. */
    readonly run: boolean;
    /** The trial whose test is being done. */
    readonly test: number | null;
  };
  readonly overlay: Overlay | null;
  readonly memory: ViewMemory;
}

/** One edit on its way to the text. Answered, it waits for the text only: the two come in any order. */
export interface PendingEdit {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  readonly answered: boolean;
}

/** What survives tab switch, reload and restart (vscode.setState). */
export interface ViewMemory {
  readonly tab: ViewTab;
  /** The experiment that selection, focus and brushes belong to. */
  readonly experimentId: string | null;
  /** Numbers of selected trials, in the order they were selected. */
  readonly selection: readonly number[];
  /** Trial and column that have the grid's focus. */
  readonly focus: { readonly trial: number; readonly column: string } | null;
  readonly sort: readonly SortKey[];
  readonly filter: TrialFilter;
  readonly columns: ColumnLayout;
  readonly onlyWhatDiffers: boolean;
  /** Scroll positions: top by tab; the table's own. */
  readonly scroll: Readonly<Record<string, number>>;
  readonly plots: PlotChoices;
  /** Trials of Compare; the first is the reference. */
  readonly compare: readonly ComparedRef[];
}

export interface SortKey {
  readonly column: string;
  readonly direction: 'ascending' | 'descending';
}

export interface TrialFilter {
  readonly text: string;
  /** Empty: all states. */
  readonly states: readonly TrialState[];
  readonly starred: boolean;
  readonly brushes: readonly Brush[];
}

/** A range of one axis, drawn in a plot: numbers between, or one of the values. Column ids as in the table. */
export interface Brush {
  readonly column: string;
  readonly low: number;
  readonly high: number;
  readonly label: string;
}

export interface ColumnLayout {
  /** Ids in the user's order; columns not named come after, in their own order. */
  readonly order: readonly string[];
  /** Ids shown or hidden against the default. */
  readonly shown: Readonly<Record<string, boolean>>;
  readonly widths: Readonly<Record<string, number>>;
  readonly pinned: Readonly<Record<string, boolean>>;
}

export interface PlotChoices {
  readonly slice: string | null;
  readonly contour: readonly [string, string] | null;
  /** Rows and columns of Compare's pivot. */
  readonly pivot: readonly [string, string] | null;
  readonly hidden: readonly string[];
  /** What the errors of a trial are taken apart by; null: by fold. */
  readonly part: string | null;
  /** The trial whose curves and predictions are shown; null: the winner, else the leader. */
  readonly trial: number | null;
}

export interface ComparedRef extends ExperimentRef {
  readonly number: number;
}

export type Overlay =
  | { readonly kind: 'rowMenu'; readonly trial: number; readonly x: number; readonly y: number }
  | { readonly kind: 'columnMenu'; readonly column: string; readonly x: number; readonly y: number }
  | { readonly kind: 'chooseColumns'; readonly x: number; readonly y: number }
  | { readonly kind: 'chooseCharts'; readonly x: number; readonly y: number }
  | { readonly kind: 'saveChart'; readonly chart: string; readonly x: number; readonly y: number }
  | { readonly kind: 'moreTrials'; readonly x: number; readonly y: number }
  | { readonly kind: 'takeAway'; readonly x: number; readonly y: number }
  | { readonly kind: 'addTrial'; readonly x: number; readonly y: number }
  | { readonly kind: 'note' | 'test'; readonly trial: number };

export const noAnnotations: Annotations = { format: 1, trials: {} };

export const freshMemory: ViewMemory = {
  tab: 'setup',
  experimentId: null,
  selection: [],
  focus: null,
  sort: [{ column: 'value', direction: 'ascending' }],
  filter: { text: '', states: [], starred: false, brushes: [] },
  columns: { order: [], shown: {}, widths: {}, pinned: {} },
  onlyWhatDiffers: false,
  scroll: {},
  plots: { slice: null, contour: null, pivot: null, hidden: [], part: null, trial: null },
  compare: [],
};

export function freshState(memory: ViewMemory): PanelState {
  return {
    load: { state: 'loading' },
    document: null,
    edits: [],
    written: null,
    study: null,
    check: null,
    experiment: null,
    trials: null,
    annotations: noAnnotations,
    progress: null,
    fault: null,
    stopping: false,
    asked: { run: false, test: null },
    overlay: null,
    memory,
  };
}
