import { html, nothing } from 'lit';
import { ref } from 'lit/directives/ref.js';
import {
  annotateTrials,
  applyParams,
  commandTrials,
  compareTrials,
  copyText,
  exportAs,
  openTrial,
  saveTable,
  testOnce,
  toggleStar,
  trialsAsJson,
} from '../actions.ts';
import { button, type Template } from '../controls/controls.ts';
import { menu, type MenuItem } from '../controls/menu.ts';
import { plural } from '../format.ts';
import type { Panel } from '../panel.ts';
import { rowOf, stateAt } from '../state/trials.ts';
import { headChosen } from './gridKeys.ts';
import { shiftColumn } from './headCell.ts';

const line: MenuItem = { kind: 'line' };
const item = (
  label: string,
  run: () => void,
  more: { key?: string; checked?: boolean; disabled?: boolean } = {},
): MenuItem => ({
  kind: 'item',
  label,
  run,
  ...more,
});

/** Menus of the table: of a row, of a head, the list of columns; and the field for a note. */
export function tableMenus(panel: Panel): Template {
  const { overlay } = panel.state;
  const close = (): void => closeMenu(panel);
  switch (overlay?.kind) {
    case 'rowMenu':
      return menu({
        label: `Trial ${overlay.trial}`,
        x: overlay.x,
        y: overlay.y,
        items: rowItems(panel, overlay.trial),
        close,
      });
    case 'columnMenu':
      return menu({
        label: 'Column',
        x: overlay.x,
        y: overlay.y,
        items: columnItems(panel, overlay.column),
        close,
      });
    case 'chooseColumns':
      return menu({
        label: 'Columns',
        x: overlay.x,
        y: overlay.y,
        items: chooserItems(panel),
        close,
        stays: true,
      });
    case 'note':
      return noteDialog(panel, overlay.trial);
    default:
      return nothing;
  }
}

/** Closes what is open and gives the focus back to the table. */
function closeMenu(panel: Panel): void {
  panel.dispatch({ type: 'overlay', overlay: null });
  document.querySelector<HTMLElement>('.grid')?.focus();
}

function rowItems(panel: Panel, trial: number): readonly MenuItem[] {
  const { state, table } = panel;
  const numbers = commandTrials(panel, trial);
  const many = numbers.length > 1 ? ` ${plural(numbers.length, 'trial')}` : '';
  const row = state.trials ? rowOf(state.trials, trial) : -1;
  const isComplete = row >= 0 && stateAt(state.trials!, row) === 'complete';
  const isFinished = state.experiment?.summary.state === 'finished';
  const canRun = state.document?.trusted === true;
  return [
    item('Open', () => openTrial(panel, trial), { key: 'Enter' }),
    item(`Compare${many}`, () => compareTrials(panel, numbers), { disabled: numbers.length < 2 }),
    item(
      'Compare with the leader',
      () => compareTrials(panel, [state.experiment!.summary.leader!.number, trial]),
      {
        disabled: !state.experiment?.summary.leader || state.experiment.summary.leader.number === trial,
      },
    ),
    line,
    item(`Star${many}`, () => toggleStar(panel, numbers), { key: 'S' }),
    item('Note…', () => panel.dispatch({ type: 'overlay', overlay: { kind: 'note', trial } }), { key: 'N' }),
    line,
    item(`Copy${many} as JSON`, () => copyText(panel, trialsAsJson(panel, numbers)), { key: 'Ctrl+C' }),
    item(`Table as CSV, ${plural(table.rows.length, 'row')}`, () => saveTable(panel)),
    item(`Export${many} as CSV with all columns`, () => exportAs(panel, { format: 'csv', trials: numbers })),
    line,
    item('Put its values into the study file', () => applyParams(panel, trial), {
      disabled: state.document?.readOnly !== null,
    }),
    item('Test this trial, once…', () => testTrial(panel, trial), {
      disabled: !(isComplete && isFinished && canRun),
    }),
  ];
}

function testTrial(panel: Panel, trial: number): void {
  panel.dispatch({ type: 'plots', plots: { trial } });
  panel.dispatch({ type: 'tab', tab: 'test' });
  testOnce(panel, trial);
}

function columnItems(panel: Panel, id: string): readonly MenuItem[] {
  const column = panel.table.columns.find((c) => c.id === id);
  if (!column) return [];
  const isFixed = column.group === 'fixed';
  const sortBy = (direction: 'ascending' | 'descending'): void =>
    panel.dispatch({ type: 'sort', sort: [{ column: id, direction }] });
  return [
    item('Sort ascending', () => sortBy('ascending')),
    item('Sort descending', () => sortBy('descending')),
    item('Add to the sort', () => headChosen(panel, id, 'added'), { key: 'Shift+Enter' }),
    line,
    item('Move left', () => shiftColumn(panel, id, -1), { disabled: isFixed }),
    item('Move right', () => shiftColumn(panel, id, 1), { disabled: isFixed }),
    item('Wider', () => panel.dispatch({ type: 'resizeColumn', column: id, width: column.width + 24 })),
    item('Narrower', () => panel.dispatch({ type: 'resizeColumn', column: id, width: column.width - 24 })),
    item('Pinned', () => panel.dispatch({ type: 'pinColumn', column: id, pinned: !column.pinned }), {
      checked: column.pinned,
      disabled: isFixed,
    }),
    item('Hide', () => panel.dispatch({ type: 'showColumn', column: id, shown: false }), {
      disabled: isFixed,
    }),
    line,
    item('All columns as they were', () => panel.dispatch({ type: 'resetColumns' })),
  ];
}

function chooserItems(panel: Panel): readonly MenuItem[] {
  const shown = new Set(panel.table.columns.map((c) => c.id));
  return [
    ...panel.table.all
      .filter((column) => column.group !== 'fixed')
      .map((column) =>
        item(
          column.label,
          () => panel.dispatch({ type: 'showColumn', column: column.id, shown: !shown.has(column.id) }),
          { checked: shown.has(column.id) },
        ),
      ),
    line,
    item('All columns as they were', () => panel.dispatch({ type: 'resetColumns' })),
  ];
}

/** The dialog is modal: Tab stays in it. */
function goRound(event: KeyboardEvent): void {
  const dialog = event.currentTarget as Element; // the dialog the listener stands on
  const stops = [...dialog.querySelectorAll<HTMLElement>('textarea, vscode-button')];
  const at = stops.findIndex((stop) => stop === document.activeElement);
  stops[(at + (event.shiftKey ? -1 : 1) + stops.length) % stops.length]?.focus();
}

function noteDialog(panel: Panel, trial: number): Template {
  const note = panel.state.annotations.trials[String(trial)]?.note ?? '';
  const close = (): void => closeMenu(panel);
  const keep = (field: HTMLTextAreaElement | null): void => {
    if (field && field.value !== note) annotateTrials(panel, [trial], { note: field.value });
    close();
  };
  const fieldOf = (event: Event): HTMLTextAreaElement | null =>
    (event.target as Element).closest('.dialog')?.querySelector('textarea') ?? null; // events come from elements
  return html`<div class="veil dark" @pointerdown=${close}></div>
    <div
      class="dialog"
      role="dialog"
      aria-modal="true"
      aria-labelledby="note-title"
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Escape') close();
        else if (event.key === 'Tab') goRound(event);
        else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) keep(fieldOf(event));
        else return;
        event.preventDefault();
      }}
    >
      <h2 id="note-title">Note on trial #${trial}</h2>
      <textarea
        rows="4"
        maxlength="2000"
        aria-labelledby="note-title"
        .value=${note}
        ${ref((element) => {
          if (element && document.activeElement !== element && !element.hasAttribute('data-met')) {
            element.setAttribute('data-met', '');
            queueMicrotask(() => (element as HTMLElement).focus()); // the textarea, once it is in the page
          }
        })}
      ></textarea>
      <div class="row">
        ${button({ label: 'Keep', kind: 'primary', title: 'Ctrl+Enter', onClick: (event) => keep(fieldOf(event)) })}
        ${button({ label: 'Cancel', onClick: close })}
      </div>
    </div>`;
}
