import './withoutEval.ts';
import './panel.css';
import { render } from 'lit';
import { restyleCharts } from './charts/chart.ts';
import type { ExperimentRef } from '../protocol/experiments.ts';
import { connectHost, type Host, type VsCodeApi } from './host.ts';
import { createLoads } from './loads.ts';
import { createTableView, type Panel } from './panel.ts';
import { createGround, panelView } from './panelView.ts';
import { parseMemory } from './state/memory.ts';
import { reduce, type Action } from './state/reduce.ts';
import { freshState, type ViewMemory } from './state/state.ts';

/** The page's script: connects to the host, keeps the state, draws once a frame. */

declare function acquireVsCodeApi(): VsCodeApi;

/** Memory is kept for the next start when nothing has changed for this long. */
const keepAfterMs = 250;

function main(): void {
  const api = acquireVsCodeApi();
  const root = document.getElementById('root') ?? document.body.appendChild(document.createElement('div'));
  root.id = 'root';
  const host = connectHost(api);
  const ground = createGround();
  const tableView = createTableView();
  let state = freshState(parseMemory(api.getState()));
  let isAwaited = false;
  let isDrawing = false;

  const draw = (): void => {
    isDrawing = true;
    const tab = state.memory.tab;
    try {
      render(panelView(panel, ground), root);
    } finally {
      isDrawing = false;
    }
    if (state.load.state === 'ready' && tab !== drawnTab) {
      drawnTab = tab;
      wanted = state.memory.scroll[tab] ?? 0;
    }
    if (wanted !== null) scroll();
    document.body.dataset['drawn'] = String(Number(document.body.dataset['drawn'] ?? 0) + 1);
  };
  let drawnTab: string | null = null;
  /** Where the tab stood when it was left, until the page is as long again and stands still; whoever moves it himself has it. */
  let wanted: number | null = null;
  const isThere = (): boolean =>
    Math.abs((document.getElementById('tabpanel')?.scrollTop ?? 0) - (wanted ?? 0)) < 2;
  const scroll = (): void => {
    const top = wanted;
    document.getElementById('tabpanel')?.scrollTo({ top: top ?? 0 });
    // Fields draw themselves a moment later, and push away what is below.
    if (top !== null && isThere())
      afterFrames(3, () => {
        if (wanted !== top) return;
        if (isThere()) wanted = null;
        else scroll();
      });
  };
  for (const moved of ['wheel', 'pointerdown', 'keydown'])
    root.addEventListener(moved, () => (wanted = null), { capture: true, passive: true });
  const redraw = (): void => {
    if (isAwaited) return;
    isAwaited = true;
    requestAnimationFrame(() => {
      isAwaited = false;
      draw();
    });
  };
  const keep = keeper(api, state.memory);
  const dispatch = (action: Action): void => {
    const next = reduce(state, action);
    if (next === state) return;
    if (next.memory !== state.memory) keep.memory(next.memory);
    // A scrolled table is drawn by its own observer; the state only remembers where.
    const isScroll = action.type === 'scrolled';
    state = next;
    // On a busy machine keys come faster than frames: a menu is there before the next one, and what is chosen next is
    // computed on the edit before.
    if ((action.type === 'overlay' || action.type === 'edited') && !isDrawing) draw();
    else if (!isScroll) redraw();
  };
  const loads = createLoads(redraw);
  // Read when it is used: a key may come before the drawing that the one before it asked for.
  const panel: Panel = {
    get state() {
      return state;
    },
    get table() {
      return tableView(state);
    },
    host,
    loads,
    dispatch,
    redraw,
    open: () => open(),
  };
  root.addEventListener(
    'scroll',
    (event) => {
      if (wanted !== null || !(event.target instanceof HTMLElement) || event.target.id !== 'tabpanel') return;
      dispatch({ type: 'scrolled', place: state.memory.tab, top: event.target.scrollTop });
    },
    { capture: true, passive: true },
  );
  new MutationObserver(() => {
    restyleCharts();
    redraw();
  }).observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });

  listen(host, dispatch, (prefix) => loads.forget(prefix));
  redraw();
  const open = (): void => {
    host.request('ready', null).then(
      (view) => {
        keep.experiment(view.document.kind === 'experiment' ? view.ref : null);
        dispatch({ type: 'opened', view });
      },
      (error: unknown) =>
        dispatch({ type: 'loadFailed', message: error instanceof Error ? error.message : String(error) }),
    );
  };
  open();
}

/** What the host says, as actions. Answers that rest on trials are asked again when an experiment moves on. */
function listen(host: Host, dispatch: (action: Action) => void, forget: (prefix: string) => void): void {
  host.onEvent('document', (document) => dispatch({ type: 'document', document }));
  host.onEvent('check', (check) => dispatch({ type: 'check', check }));
  host.onEvent('experiment', (experiment) => {
    dispatch({ type: 'experiment', experiment });
    forget('testResult');
  });
  host.onEvent('trials', (rows) => dispatch({ type: 'trials', rows }));
  host.onEvent('annotations', (annotations) => dispatch({ type: 'annotations', annotations }));
  host.onEvent('progress', (progress) => dispatch({ type: 'progress', progress }));
  host.onEvent('testing', (test) => dispatch({ type: 'asked', asked: { test } }));
  host.onEvent('fault', (fault) => dispatch({ type: 'fault', fault }));
  host.onEvent('show', ({ tab, trial, compare }) => {
    if (compare) dispatch({ type: 'compare', trials: compare });
    if (trial !== undefined) {
      dispatch({ type: 'select', trials: [trial] });
      dispatch({ type: 'focus', focus: { trial, column: 'number' } });
      dispatch({ type: 'plots', plots: { trial } });
    }
    dispatch({ type: 'tab', tab });
  });
}

function afterFrames(frames: number, then: () => void): void {
  if (frames === 0) then();
  else requestAnimationFrame(() => afterFrames(frames - 1, then));
}

interface Keeper {
  readonly memory: (memory: ViewMemory) => void;
  /** The stored experiment that this page stands for: kept too, so that a restored page is given the same one. */
  readonly experiment: (ref: ExperimentRef | null) => void;
}

function keeper(api: VsCodeApi, first: ViewMemory): Keeper {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let latest: ViewMemory | null = null;
  let ref: ExperimentRef | null = null;
  const keepNow = (): void => {
    timer = null;
    if (latest) api.setState(ref ? { ...latest, ref } : latest);
  };
  // A hidden panel may be thrown away at once.
  addEventListener('pagehide', keepNow);
  document.addEventListener('visibilitychange', keepNow);
  return {
    memory: (memory) => {
      latest = memory;
      timer ??= setTimeout(keepNow, keepAfterMs);
    },
    experiment: (shown) => {
      ref = shown;
      latest ??= first;
      keepNow();
    },
  };
}

main();
