import type { Panel } from '../panel.ts';
import type { Pressed } from './gridView.ts';

/**
 * A click on a row: alone it is the selection; on the box, or with Ctrl or Cmd, it is added or taken out; with Shift
 * everything from the focused row to it is selected.
 */
export function rowClicked(panel: Panel, place: Pressed, event: MouseEvent): void {
  const { selection, focus } = panel.state.memory;
  const { trial, target } = place;
  const isBox = target.closest('[data-select]') !== null || target.querySelector('[data-select]') !== null;
  if (event.shiftKey && focus) panel.dispatch({ type: 'select', trials: between(panel, focus.trial, trial) });
  else if (isBox || event.ctrlKey || event.metaKey)
    panel.dispatch({ type: 'select', trials: toggled(selection, trial) });
  else panel.dispatch({ type: 'select', trials: [trial] });
  const column = target.closest<HTMLElement>('[role=gridcell]')?.dataset['column'] ?? 'number';
  panel.dispatch({ type: 'focus', focus: { trial, column } });
}

export function toggled(selection: readonly number[], trial: number): readonly number[] {
  return selection.includes(trial) ? selection.filter((n) => n !== trial) : [...selection, trial];
}

/** The selection after a move with Shift: the rows moved over are added, or taken out where the move goes back over selected ones. */
export function extended(
  panel: Panel,
  { from, to }: { readonly from: number; readonly to: number },
): readonly number[] {
  const { selection } = panel.state.memory;
  const span = new Set(between(panel, from, to));
  const isBack = from !== to && selection.includes(from) && selection.includes(to);
  return isBack ? selection.filter((n) => n === to || !span.has(n)) : [...selection, ...span];
}

/** Numbers of the rows shown between two trials, both included, in the order shown. */
export function between(panel: Panel, from: number, to: number): readonly number[] {
  const numbers = shownNumbers(panel);
  const a = numbers.indexOf(from);
  const b = numbers.indexOf(to);
  if (a < 0 || b < 0) return [to];
  return numbers.slice(Math.min(a, b), Math.max(a, b) + 1);
}

export function shownNumbers(panel: Panel): readonly number[] {
  const { trials } = panel.state;
  return trials ? Array.from(panel.table.rows, (row) => trials.number[row]) : [];
}
