import { parse } from 'jsonc-parser';
import type { Annotations } from '../../model/experiment.ts';
import { applied, setValueEdits } from '../../model/textEdit.ts';
import { parseStudy } from '../../model/parseStudy.ts';
import type { RunProgress } from '../../protocol/runProgress.ts';
import type { CheckResult } from '../../protocol/studyCheck.ts';
import type { TrialColumns } from '../../protocol/trialColumns.ts';
import type { DocumentState, ViewState, ViewTab } from '../../protocol/view.ts';
import {
  noAnnotations,
  type Brush,
  type ComparedRef,
  type Overlay,
  type PanelState,
  type PendingEdit,
  type PlotChoices,
  type SortKey,
  type TrialFilter,
  type ViewMemory,
} from './state.ts';
import { upsertTrials } from '../../protocol/upsertTrials.ts';

/** Everything that can happen to the page: what the host says, and what the user does to the view. */
export type Action =
  | { readonly type: 'opened'; readonly view: ViewState }
  | { readonly type: 'loadFailed'; readonly message: string }
  | { readonly type: 'document'; readonly document: DocumentState }
  | { readonly type: 'edited'; readonly edit: PendingEdit }
  | { readonly type: 'editAnswered'; readonly edit: PendingEdit; readonly applied: boolean }
  | { readonly type: 'check'; readonly check: CheckResult | null }
  | { readonly type: 'experiment'; readonly experiment: ViewState['experiment'] }
  | { readonly type: 'trials'; readonly rows: TrialColumns }
  | { readonly type: 'annotations'; readonly annotations: Annotations }
  | { readonly type: 'progress'; readonly progress: RunProgress | null }
  | { readonly type: 'fault'; readonly fault: PanelState['fault'] }
  | { readonly type: 'stop'; readonly pressed: boolean }
  | { readonly type: 'asked'; readonly asked: Partial<PanelState['asked']> }
  | { readonly type: 'refusedAnnotations'; readonly of: readonly string[]; readonly before: Annotations }
  | { readonly type: 'tab'; readonly tab: ViewTab }
  | { readonly type: 'select'; readonly trials: readonly number[] }
  | { readonly type: 'focus'; readonly focus: ViewMemory['focus'] }
  | { readonly type: 'sort'; readonly sort: readonly SortKey[] }
  | { readonly type: 'filter'; readonly filter: Partial<TrialFilter> }
  | { readonly type: 'brush'; readonly brush: Brush }
  | { readonly type: 'unbrush'; readonly column: string }
  | { readonly type: 'clearFilter' }
  | { readonly type: 'showColumn'; readonly column: string; readonly shown: boolean }
  | { readonly type: 'pinColumn'; readonly column: string; readonly pinned: boolean }
  | { readonly type: 'resizeColumn'; readonly column: string; readonly width: number }
  | { readonly type: 'orderColumns'; readonly order: readonly string[] }
  | { readonly type: 'resetColumns' }
  | { readonly type: 'onlyWhatDiffers'; readonly on: boolean }
  | { readonly type: 'scrolled'; readonly place: string; readonly top: number }
  | { readonly type: 'plots'; readonly plots: Partial<PlotChoices> }
  | { readonly type: 'compare'; readonly trials: readonly ComparedRef[] }
  | { readonly type: 'overlay'; readonly overlay: Overlay | null };

export const columnWidths = { min: 32, max: 600 } as const;

/** The next state. Pure; what does not change keeps its identity. */
export function reduce(state: PanelState, action: Action): PanelState {
  switch (action.type) {
    case 'opened':
      return opened(state, action.view);
    case 'loadFailed':
      return { ...state, load: { state: 'failed', message: action.message } };
    case 'document':
      return withDocument(state, action.document);
    case 'edited':
      return withEdits(state, [...state.edits, action.edit]);
    case 'editAnswered':
      return withEdits(
        // What was wrong with what was typed before is mended by what was taken now.
        action.applied && state.fault?.code === 'badInput' ? { ...state, fault: null } : state,
        state.edits.flatMap((edit) =>
          edit !== action.edit ? [edit] : action.applied ? [{ ...edit, answered: true }] : [],
        ),
      );
    case 'check':
      return { ...state, check: action.check };
    case 'experiment':
      return withExperiment(state, action.experiment);
    case 'trials':
      return { ...state, trials: upsertTrials(state.trials, action.rows) };
    case 'annotations':
      return { ...state, annotations: action.annotations };
    case 'progress':
      return {
        ...state,
        progress: action.progress,
        stopping: state.stopping && action.progress !== null && action.progress.phase !== 'idle',
      };
    case 'fault':
      return { ...state, fault: action.fault };
    case 'stop':
      return { ...state, stopping: action.pressed };
    case 'asked':
      return { ...state, asked: { ...state.asked, ...action.asked } };
    case 'refusedAnnotations':
      return { ...state, annotations: withoutRefused(state.annotations, action) };
    case 'overlay':
      return { ...state, overlay: action.overlay };
    case 'tab':
      return remember({ ...state, overlay: null }, memoryAfter(state.memory, action));
    default:
      return remember(state, memoryAfter(state.memory, action));
  }
}

type MemoryAction = Exclude<
  Action,
  {
    type:
      | 'opened'
      | 'loadFailed'
      | 'document'
      | 'edited'
      | 'editAnswered'
      | 'check'
      | 'experiment'
      | 'trials'
      | 'annotations'
      | 'progress'
      | 'fault'
      | 'stop'
      | 'asked'
      | 'refusedAnnotations'
      | 'overlay';
  }
>;

function memoryAfter(memory: ViewMemory, action: MemoryAction): ViewMemory {
  const { filter, columns } = memory;
  switch (action.type) {
    case 'tab':
      return { ...memory, tab: action.tab };
    case 'select':
      return { ...memory, selection: [...new Set(action.trials)] };
    case 'focus':
      return { ...memory, focus: action.focus };
    case 'sort':
      return { ...memory, sort: action.sort };
    case 'filter':
      return { ...memory, filter: { ...filter, ...action.filter } };
    case 'brush': {
      const others = filter.brushes.filter((brush) => brush.column !== action.brush.column);
      return { ...memory, filter: { ...filter, brushes: [...others, action.brush] } };
    }
    case 'unbrush':
      if (!filter.brushes.some((brush) => brush.column === action.column)) return memory;
      return {
        ...memory,
        filter: { ...filter, brushes: filter.brushes.filter((brush) => brush.column !== action.column) },
      };
    case 'clearFilter':
      return { ...memory, filter: { text: '', states: [], starred: false, brushes: [] } };
    case 'showColumn':
      return {
        ...memory,
        columns: { ...columns, shown: { ...columns.shown, [action.column]: action.shown } },
      };
    case 'pinColumn':
      return {
        ...memory,
        columns: { ...columns, pinned: { ...columns.pinned, [action.column]: action.pinned } },
      };
    case 'resizeColumn': {
      const width = Math.round(Math.min(columnWidths.max, Math.max(columnWidths.min, action.width)));
      return { ...memory, columns: { ...columns, widths: { ...columns.widths, [action.column]: width } } };
    }
    case 'orderColumns':
      return { ...memory, columns: { ...columns, order: action.order } };
    case 'resetColumns':
      return { ...memory, columns: { order: [], shown: {}, widths: {}, pinned: {} }, onlyWhatDiffers: false };
    case 'onlyWhatDiffers':
      return { ...memory, onlyWhatDiffers: action.on };
    case 'scrolled':
      return { ...memory, scroll: { ...memory.scroll, [action.place]: action.top } };
    case 'plots':
      return { ...memory, plots: { ...memory.plots, ...action.plots } };
    case 'compare':
      return { ...memory, compare: action.trials };
  }
}

/** Of the trials whose stars and notes were refused, what they had before. */
function withoutRefused(
  annotations: Annotations,
  refused: { readonly of: readonly string[]; readonly before: Annotations },
): Annotations {
  const others = Object.entries(annotations.trials).filter(([number]) => !refused.of.includes(number));
  const before = Object.entries(refused.before.trials).filter(([number]) => refused.of.includes(number));
  return { ...annotations, trials: Object.fromEntries([...others, ...before]) };
}

function remember(state: PanelState, memory: ViewMemory): PanelState {
  return memory === state.memory ? state : { ...state, memory };
}

function opened(state: PanelState, view: ViewState): PanelState {
  const shown = withExperiment(withDocument(state, view.document), view.experiment);
  const isFirst = state.memory.experimentId === null && view.experiment !== null;
  return {
    ...shown,
    load: { state: 'ready' },
    check: view.check,
    trials: view.trials,
    annotations: view.annotations,
    progress: view.progress,
    asked: { run: false, test: view.testing },
    memory: isFirst ? { ...shown.memory, tab: 'trials' } : shown.memory,
  };
}

function withDocument(state: PanelState, document: DocumentState): PanelState {
  if (state.document?.text === document.text) return { ...state, document };
  const study = parseStudy(document.text).study ?? state.study;
  return withEdits(
    { ...state, document, study },
    state.edits.filter((edit) => !edit.answered),
  );
}

/**
 * The form shows an edit before the host has made it, so that the next one is computed on it: of two choices added in a
 * row neither is lost. A text that cannot be edited is shown as it is.
 */
function withEdits(state: PanelState, edits: readonly PendingEdit[]): PanelState {
  let text = state.document?.text ?? '';
  for (const { path, value } of edits) {
    try {
      text = applied(text, setValueEdits(text, path, value));
    } catch {
      break; // the host will refuse it
    }
  }
  return { ...state, edits, written: parse(text, [], { allowTrailingComma: true }) as unknown };
}

/** Another experiment: its trials come in a message of their own, and what was selected belongs to the old one. */
function withExperiment(state: PanelState, experiment: ViewState['experiment']): PanelState {
  const id = experiment?.summary.id ?? null;
  const before = state.experiment?.summary.id ?? state.memory.experimentId;
  const isRunning = experiment?.summary.state === 'running';
  const next = { ...state, experiment, stopping: state.stopping && isRunning };
  if (id === before || id === null)
    return id === null && state.experiment !== null ? { ...next, trials: null, progress: null } : next;
  const { memory } = state;
  return {
    ...next,
    trials: null,
    progress: null,
    annotations: noAnnotations,
    // A menu or a dialog is about a trial of the one before.
    overlay: null,
    asked: { ...state.asked, test: null },
    memory: {
      ...memory,
      experimentId: id,
      selection: [],
      focus: null,
      compare: [],
      filter: { ...memory.filter, brushes: [] },
      plots: { ...memory.plots, trial: null },
    },
  };
}
