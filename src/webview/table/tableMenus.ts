import { html, nothing } from 'lit';
import { mostCompared } from '../../protocol/analysis.ts';
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
import { dialog } from '../controls/dialog.ts';
import { menu, type MenuItem } from '../controls/menu.ts';
import { plural } from '../format.ts';
import type { Panel } from '../panel.ts';
import { rowOf, stateAt } from '../state/trials.ts';
import { headChosen } from './gridKeys.ts';
import { shiftColumn } from './headCell.ts';
import { testedNumbers, whatATestIs } from '../test/looks.ts';

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
    case 'test':
      return testDialog(panel, overlay.trial);
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
  const isTested = testedNumbers(state).includes(trial);
  const canRun = state.document?.trusted === true;
  return [
    item('Open', () => openTrial(panel, trial), { key: 'Enter' }),
    item(`Compare${many}`, () => compareTrials(panel, numbers), {
      disabled: numbers.length < 2 || numbers.length > mostCompared,
    }),
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
    isTested
      ? item('Show its test result', () => showTest(panel, trial))
      : item(
          'Test this trial, once…',
          () => panel.dispatch({ type: 'overlay', overlay: { kind: 'test', trial } }),
          { disabled: !(isComplete && isFinished && canRun) || state.asked.test !== null },
        ),
  ];
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

function noteDialog(panel: Panel, trial: number): Template {
  const note = panel.state.annotations.trials[String(trial)]?.note ?? '';
  const close = (): void => closeMenu(panel);
  const keep = (event: Event): void => {
    // Events come from elements.
    const field = (event.target as Element).closest('.dialog')?.querySelector('textarea');
    if (field && field.value !== note) annotateTrials(panel, [trial], { note: field.value });
    close();
  };
  return dialog({
    title: `Note on trial #${trial}`,
    body: html`<textarea rows="4" maxlength="2000" aria-labelledby="dialog-title" .value=${note}></textarea>`,
    actions: html`${button({ label: 'Keep', kind: 'primary', title: 'Ctrl+Enter', onClick: keep })}
    ${button({ label: 'Cancel', onClick: close })}`,
    close,
    commit: keep,
  });
}

/** A look cannot be taken back, so it is asked for once more. A trial that was tested shows its stored result. */
function testDialog(panel: Panel, trial: number): Template {
  const close = (): void => closeMenu(panel);
  return dialog({
    title: `Test trial #${trial}?`,
    body: html`<p>${whatATestIs(panel, trial)}</p>`,
    actions: html`${button({
      label: 'Test once',
      icon: 'unlock',
      kind: 'primary',
      onClick: () => {
        close();
        showTest(panel, trial);
        testOnce(panel, trial);
      },
    })}
    ${button({ label: 'Cancel', onClick: close })}`,
    close,
  });
}

function showTest(panel: Panel, trial: number): void {
  panel.dispatch({ type: 'plots', plots: { trial } });
  panel.dispatch({ type: 'tab', tab: 'test' });
}
