import { commandTrials, copyText, openTrial, toggleStar, trialsAsJson } from '../actions.ts';
import type { Panel } from '../panel.ts';
import { showColumn, showRow, type GridView } from './gridView.ts';
import { cellId, rowHeight } from './rowPool.ts';
import { extended, shownNumbers, toggled } from './selectRows.ts';
import { nextSort } from './sortRows.ts';

/** The head is a row of the grid too: focus stands on it as trial -1. */
export const headRow = -1;

/**
 * Keys of the grid. Arrows, Home, End, Page keys move; with Ctrl to the ends of the table; Shift extends the selection, and takes
 * it back where it turns round;
 * Space selects, Ctrl+A all; Enter opens a trial or sorts by a column; S stars; N writes a note; Ctrl+C copies as JSON;
 * the menu key opens the menu of the row or head.
 */
export function gridKeys(panel: Panel, view: GridView, event: KeyboardEvent): void {
  const numbers = shownNumbers(panel);
  const { columns } = panel.table;
  const focus = panel.state.memory.focus ?? { trial: numbers[0] ?? headRow, column: 'number' };
  const at = focus.trial === headRow ? -1 : numbers.indexOf(focus.trial);
  const column = Math.max(
    0,
    columns.findIndex((c) => c.id === focus.column),
  );
  const page = Math.max(1, Math.floor((view.element?.clientHeight ?? 480) / rowHeight) - 2);
  const isCommand = event.ctrlKey || event.metaKey;
  const goTo = (row: number, toColumn = column): void => {
    const next = Math.max(-1, Math.min(numbers.length - 1, row));
    moveTo(panel, view, { row: next, column: Math.max(0, Math.min(columns.length - 1, toColumn)) });
    if (event.shiftKey && next >= 0 && at >= 0) {
      const trials = extended(panel, { from: numbers[at], to: numbers[next] });
      panel.dispatch({ type: 'select', trials });
    }
  };
  switch (event.key) {
    case 'ArrowDown':
      goTo(at + 1);
      break;
    case 'ArrowUp':
      goTo(at - 1);
      break;
    case 'ArrowRight':
      goTo(at, column + 1);
      break;
    case 'ArrowLeft':
      goTo(at, column - 1);
      break;
    case 'PageDown':
      goTo(at + page);
      break;
    case 'PageUp':
      goTo(Math.max(0, at - page));
      break;
    case 'Home':
      if (isCommand) goTo(0);
      else goTo(at, 0);
      break;
    case 'End':
      if (isCommand) goTo(numbers.length - 1);
      else goTo(at, columns.length - 1);
      break;
    case 'Escape':
      panel.dispatch({ type: 'select', trials: [] });
      break;
    case 'ContextMenu':
      openMenu(panel, view, focus);
      break;
    case 'F10':
      if (!event.shiftKey) return;
      openMenu(panel, view, focus);
      break;
    default:
      if (
        !(focus.trial === headRow ? headKey(panel, event, focus.column) : rowKey(panel, event, focus.trial))
      )
        return;
  }
  event.preventDefault();
}

/** Keys of a row; says whether the key was one. */
function rowKey(panel: Panel, event: KeyboardEvent, trial: number): boolean {
  const isCommand = event.ctrlKey || event.metaKey;
  const { selection } = panel.state.memory;
  switch (event.key.toLowerCase()) {
    case ' ':
      panel.dispatch({ type: 'select', trials: toggled(selection, trial) });
      return true;
    case 'enter':
      openTrial(panel, trial);
      return true;
    case 's':
      if (isCommand || event.altKey) return false;
      toggleStar(panel, commandTrials(panel, trial));
      return true;
    case 'n':
      if (isCommand || event.altKey) return false;
      panel.dispatch({ type: 'overlay', overlay: { kind: 'note', trial } });
      return true;
    case 'a':
      if (!isCommand) return false;
      panel.dispatch({ type: 'select', trials: shownNumbers(panel) });
      return true;
    case 'c':
      if (!isCommand) return false;
      copyText(panel, trialsAsJson(panel, commandTrials(panel, trial)));
      return true;
    default:
      return false;
  }
}

function headKey(panel: Panel, event: KeyboardEvent, column: string): boolean {
  if (event.key !== 'Enter' && event.key !== ' ') return false;
  headChosen(panel, column, event.shiftKey ? 'added' : 'alone');
  return true;
}

/** A head was clicked or entered: sorts by it; the head of the boxes selects all rows, or none. */
export function headChosen(panel: Panel, column: string, how: 'alone' | 'added'): void {
  if (column === 'select') {
    const numbers = shownNumbers(panel);
    const isAll = panel.state.memory.selection.length >= numbers.length;
    panel.dispatch({ type: 'select', trials: isAll ? [] : numbers });
    return;
  }
  panel.dispatch({ type: 'sort', sort: nextSort(panel.state.memory.sort, column, how) });
}

function moveTo(
  panel: Panel,
  view: GridView,
  place: { readonly row: number; readonly column: number },
): void {
  const { columns, rows } = panel.table;
  const trial = place.row < 0 ? headRow : panel.state.trials!.number[rows[place.row]];
  const column = columns[place.column];
  panel.dispatch({ type: 'focus', focus: { trial, column: column.id } });
  if (place.row >= 0) showRow(view, place.row);
  if (!column.pinned) showColumn(view, columns, place.column);
}

function openMenu(
  panel: Panel,
  view: GridView,
  focus: { readonly trial: number; readonly column: string },
): void {
  const cell = view.element?.querySelector(`#${cellId(focus.trial, focus.column)}`);
  const box = (cell ?? view.element)?.getBoundingClientRect();
  const [x, y] = [box?.left ?? 0, box?.bottom ?? 0];
  panel.dispatch({
    type: 'overlay',
    overlay:
      focus.trial === headRow
        ? { kind: 'columnMenu', column: focus.column, x, y }
        : { kind: 'rowMenu', trial: focus.trial, x, y },
  });
}
