import type { Annotations } from '../model/experiment.ts';
import { paramsAt } from '../protocol/trialColumns.ts';
import type { ExportChoice } from '../protocol/view.ts';
import type { IssueFix } from '../model/issue.ts';
import { isFault } from '../model/fault.ts';
import { refOf, type Panel } from './panel.ts';
import type { ComparedRef } from './state/state.ts';
import { rowOf, stateAt } from './state/trials.ts';
import { tableCsv } from './table/csv.ts';

/** One named function per thing the page asks of the host. A refusal is shown above the tabs, never lost. */

type Path = readonly (string | number)[];

function shown(panel: Panel, request: Promise<unknown>): void {
  request.catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    panel.dispatch({ type: 'fault', fault: { code: isFault(error) ? error.code : 'internal', message } });
  });
}

/** One edit of the study text: one undo step. `undefined` removes the property. */
export function editStudy(panel: Panel, path: Path, value: unknown): void {
  if (panel.state.document?.readOnly !== null) return;
  const edit = { path, value, answered: false };
  panel.dispatch({ type: 'edited', edit });
  const answered = (applied: boolean): void => panel.dispatch({ type: 'editAnswered', edit, applied });
  const edited = panel.host.request('edit', { path: [...path], value });
  shown(
    panel,
    edited.then(
      (answer) => {
        answered(answer.applied);
        refused(panel, answer);
      },
      (error: unknown) => {
        answered(false);
        throw error;
      },
    ),
  );
}

export function applyFix(panel: Panel, fix: IssueFix): void {
  const edited = panel.host.request('edit', {
    path: [...fix.path],
    value: fix.value,
    ...(fix.rename === undefined ? {} : { rename: fix.rename }),
  });
  shown(
    panel,
    edited.then((answer) => refused(panel, answer)),
  );
}

function refused(panel: Panel, answer: { applied: boolean; reason?: string }): void {
  if (!answer.applied)
    panel.dispatch({
      type: 'fault',
      fault: { code: 'badInput', message: answer.reason ?? 'The study file could not be changed.' },
    });
}

export function run(panel: Panel, ifFinished: 'ask' | 'moreTrials' | 'anotherSeed' | 'again'): void {
  askedOnce(panel, () => panel.host.request('run', { ifFinished }));
}

/** Once: after the folds in flight. Again: now. The second press of a double click is no second wish. */
export function stop(panel: Panel, event: MouseEvent): void {
  if (event.detail > 1) return;
  const how = panel.state.stopping ? 'now' : 'graceful';
  panel.dispatch({ type: 'stop', pressed: true });
  const asked = panel.host.request('stop', { how });
  asked.catch(() => panel.dispatch({ type: 'stop', pressed: false }));
  shown(panel, asked);
}

export function resume(panel: Panel, study: 'frozen' | 'changed' = 'frozen'): void {
  askedOnce(panel, () => panel.host.request('resume', { study }));
}

/** A run takes a moment until it is told of; a second press meanwhile asks for nothing. */
function askedOnce(panel: Panel, ask: () => Promise<unknown>): void {
  if (panel.state.asked.run) return;
  panel.dispatch({ type: 'asked', asked: { run: true } });
  shown(
    panel,
    ask().finally(() => panel.dispatch({ type: 'asked', asked: { run: false } })),
  );
}

export function reveal(panel: Panel, path: Path): void {
  shown(panel, panel.host.request('reveal', { path: [...path] }));
}

export function showLog(panel: Panel): void {
  shown(panel, panel.host.request('showLog', null));
}

export function manageTrust(panel: Panel): void {
  shown(panel, panel.host.request('manageTrust', null));
}

export function applyParams(panel: Panel, number: number): void {
  shown(panel, panel.host.request('applyParams', { number }));
}

/** Each kind with what it needs; the host asks where to save. */
export function exportAs(panel: Panel, what: ExportChoice): void {
  shown(panel, panel.host.request('export', what));
}

export function save(panel: Panel, file: { name: string; text?: string; bytes?: Uint8Array }): void {
  shown(panel, panel.host.request('save', file));
}

export function copyText(panel: Panel, text: string): void {
  shown(panel, panel.host.request('copy', { text }));
}

/** Opens the sealed range for a trial: counted. */
export function testOnce(panel: Panel, number: number): void {
  if (panel.state.asked.test !== null) return;
  panel.dispatch({ type: 'asked', asked: { test: number } });
  shown(
    panel,
    panel.host.request('test', { number }).finally(() => {
      panel.loads.forget('testResult');
      panel.dispatch({ type: 'asked', asked: { test: null } });
    }),
  );
}

export function annotateTrials(
  panel: Panel,
  numbers: readonly number[],
  change: { readonly star?: boolean; readonly note?: string },
): void {
  const { annotations: before } = panel.state;
  const of = numbers.map(String);
  const trials: Record<string, Annotations['trials'][string]> = { ...before.trials };
  for (const number of of) trials[number] = { ...trials[number], ...change };
  panel.dispatch({ type: 'annotations', annotations: { ...before, trials } });
  // The change alone: what another window has written meanwhile stays.
  const asked = panel.host.request('annotate', {
    trials: Object.fromEntries(of.map((number) => [number, change])),
  });
  shown(
    panel,
    asked.then(
      (kept) => panel.dispatch({ type: 'annotations', annotations: kept }),
      (error: unknown) => {
        panel.dispatch({ type: 'refusedAnnotations', of, before });
        throw error;
      },
    ),
  );
}

/** Stars all of them, or takes the stars back when all have one. */
export function toggleStar(panel: Panel, numbers: readonly number[]): void {
  const { trials } = panel.state.annotations;
  const star = !numbers.every((number) => trials[String(number)]?.star === true);
  annotateTrials(panel, numbers, { star });
}

/** The trials a row command is for: the selection when the row is part of it, else the row alone. */
export function commandTrials(panel: Panel, trial: number): readonly number[] {
  const { selection } = panel.state.memory;
  return selection.includes(trial) ? selection : [trial];
}

export function compareTrials(panel: Panel, numbers: readonly number[]): void {
  const ref = refOf(panel.state);
  if (!ref) return;
  panel.dispatch({ type: 'compare', trials: numbers.map((number) => ({ ...ref, number })) });
  panel.dispatch({ type: 'tab', tab: 'compare' });
}

export function addToCompare(panel: Panel, trial: ComparedRef): void {
  const { compare } = panel.state.memory;
  if (isCompared(panel, trial)) return;
  panel.dispatch({ type: 'compare', trials: [...compare, trial] });
}

export function isCompared(panel: Panel, trial: ComparedRef): boolean {
  return panel.state.memory.compare.some(
    ({ store, id, number }) => store === trial.store && id === trial.id && number === trial.number,
  );
}

/** The host lets the user find any trial of any experiment by typing. */
export function pickToCompare(panel: Panel): void {
  const picked = panel.host.request('pickTrial', null);
  shown(
    panel,
    picked.then((trial) => {
      if (trial) addToCompare(panel, trial);
    }),
  );
}

/** Opens one trial: its curves and predictions in Plots. */
export function openTrial(panel: Panel, number: number): void {
  panel.dispatch({ type: 'plots', plots: { trial: number } });
  panel.dispatch({ type: 'scrolled', place: 'plots', top: 0 }); // what is shown is told below
  panel.dispatch({ type: 'tab', tab: 'plots' });
  requestAnimationFrame(() =>
    requestAnimationFrame(() =>
      document.getElementById('chart-learningCurves')?.scrollIntoView({ block: 'start' }),
    ),
  );
}

/** Selects one trial and moves the table's focus to it. */
export function pickTrial(panel: Panel, number: number): void {
  panel.dispatch({ type: 'select', trials: [number] });
  panel.dispatch({ type: 'focus', focus: { trial: number, column: 'number' } });
  panel.dispatch({ type: 'plots', plots: { trial: number } });
}

export function trialsAsJson(panel: Panel, numbers: readonly number[]): string {
  const { trials } = panel.state;
  const rows = numbers.flatMap((number) => {
    const row = trials ? rowOf(trials, number) : -1;
    if (!trials || row < 0) return [];
    const value = trials.value[row];
    const params = paramsAt(trials, row);
    return [{ number, state: stateAt(trials, row), value: Number.isNaN(value) ? null : value, params }];
  });
  return JSON.stringify(rows.length === 1 ? rows[0] : rows, null, 2);
}

/** The table as CSV, exactly what is shown: rows after filter and sort, columns in their order. */
export function saveTable(panel: Panel): void {
  const { columns, rows } = panel.table;
  const name = `${panel.state.experiment?.summary.name ?? 'trials'} trials.csv`;
  save(panel, { name, text: tableCsv(columns, rows) });
}
