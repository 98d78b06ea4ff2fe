import { shownState, type ShownState } from '../../model/trial.ts';
import { stateAt } from '../state/trials.ts';
import type { CellWriter, RowScene } from './cellWriter.ts';
import { cellWriter } from './cellWriters.ts';
import type { LaidColumn } from './columns.ts';
import type { Span } from './sight.ts';

export const rowHeight = 24;

/** One row of the page, written again for whichever trial comes to stand there. */
interface Slot {
  readonly element: HTMLElement;
  readonly cells: readonly CellWriter[];
  index: number;
  turn: number;
  scene: RowScene | null;
  className: string;
  focused: HTMLElement | null;
}

export interface RowPool {
  readonly draw: (scene: RowScene, span: Span) => void;
  /** Puts the rows into reading order, for those who hear the table. Done when scrolling has ended. */
  readonly settle: () => void;
}

export function cellId(trial: number, column: string): string {
  return `cell-${trial}-${column.replace(/[^a-zA-Z0-9]/g, '-')}`;
}

/**
 * As many rows as are in sight, recycled: row i of the table stands in slot i modulo their number, so scrolling by k rows
 * writes k slots and leaves the others alone. No element is made while scrolling.
 */
export function rowPool(body: HTMLElement): RowPool {
  const ring = body.appendChild(document.createElement('div'));
  ring.className = 'ring';
  ring.setAttribute('role', 'none');
  let slots: Slot[] = [];
  let layout = '';
  let turn = 0;
  let placed = '';
  // Slot i stands at i row heights, in the next turn of the ring one ring lower; the ring moves once a turn. So a row that
  // is written again has no style of its own to change: each new inline style costs Chromium a cache entry until the next
  // collection, and its style work grew threefold in 400 frames of scrolling.
  const place = (): void => {
    const now = `${turn} ${slots.length}`;
    if (now === placed) return;
    placed = now;
    ring.style.top = `${turn * slots.length * rowHeight}px`;
    ring.style.setProperty('--ring', `${slots.length * rowHeight}px`);
  };
  return {
    draw(scene, span) {
      const now = layoutOf(scene);
      if (now !== layout) {
        layout = now;
        for (const slot of slots) slot.element.remove();
        slots = [];
        placed = '';
      }
      const { first, end } = span;
      const size = end - first;
      // Places follow from the number of slots: with another number all are written again.
      if (size !== slots.length) for (const slot of slots) slot.index = -1;
      for (const slot of slots.splice(size)) slot.element.remove();
      while (slots.length < size) {
        const slot = createSlot(scene);
        slot.element.style.top = `${slots.length * rowHeight}px`;
        slots.push(slot);
        ring.append(slot.element);
      }
      turn = Math.floor(first / Math.max(1, size));
      place();
      for (let index = first; index < end; index++) {
        const slot = slots[index % size];
        if (slot.index === index && slot.scene === scene && slot.turn === turn) continue;
        slot.turn = turn;
        write(slot, scene, { index, isNextTurn: index >= (turn + 1) * size });
      }
    },
    settle() {
      const ordered = [...slots].sort((a, b) => a.index - b.index);
      let at = ring.firstElementChild;
      for (const { element } of ordered)
        if (element === at) at = at.nextElementSibling;
        else ring.insertBefore(element, at);
    },
  };
}

/** What the elements of a row depend on, beside what is written into them. */
function layoutOf(scene: RowScene): string {
  const column = (c: LaidColumn): string => `${c.id}:${c.width}:${c.align}:${c.isCut}`;
  return [
    scene.pinned.map(column).join(),
    scene.loose.map(column).join(),
    scene.before,
    scene.firstLoose,
  ].join('|');
}

function createSlot(scene: RowScene): Slot {
  const element = document.createElement('div');
  element.setAttribute('role', 'row');
  const pins = element.appendChild(document.createElement('div'));
  pins.className = 'pins';
  pins.setAttribute('role', 'none');
  const cells: CellWriter[] = [];
  const add = (parent: HTMLElement, column: LaidColumn, at: number): void => {
    const cell = cellWriter(column);
    cell.element.style.width = `${column.width}px`;
    cell.element.setAttribute('aria-colindex', String(at + 1));
    parent.append(cell.element);
    cells.push(cell);
  };
  scene.pinned.forEach((column, i) => add(pins, column, i));
  if (scene.before > 0) {
    const gap = element.appendChild(document.createElement('span'));
    gap.className = 'gap';
    gap.setAttribute('role', 'none');
    gap.style.width = `${scene.before}px`;
  }
  scene.loose.forEach((column, i) => add(element, column, scene.firstLoose + i));
  return { element, cells, index: -1, turn: -1, scene: null, className: '', focused: null };
}

function write(
  slot: Slot,
  scene: RowScene,
  place: { readonly index: number; readonly isNextTurn: boolean },
): void {
  const { index, isNextTurn } = place;
  const { element } = slot;
  const { trials, rows } = scene;
  const row = rows[index];
  const number = trials.number[row];
  const stateOf = (at: number): ShownState => shownState(stateAt(trials, at), scene.isRunning);
  const state = stateOf(row);
  const isSelected = scene.selected.has(number);
  const isFocused = scene.focus?.trial === number;
  const next = index + 1 < rows.length ? stateOf(rows[index + 1]) : state;
  const isMain = number === (scene.winner ?? scene.leader);
  const className = `grid-row ${state}${isFocused ? ' focus' : ''}${isMain ? ' main' : ''}${
    (state === 'running' || state === 'interrupted') && next !== state ? ' last-live' : ''
  }${isNextTurn ? ' next-turn' : ''}`;
  if (slot.className !== className) element.className = slot.className = className;
  if (slot.index !== index) {
    element.setAttribute('aria-rowindex', String(index + 2));
  }
  if (slot.index !== index || slot.scene !== scene) {
    element.dataset['trial'] = String(number);
    element.setAttribute('aria-selected', isSelected ? 'true' : 'false');
  }
  const columns = scene.pinned.length;
  slot.cells.forEach((cell, i) => {
    const column = i < columns ? scene.pinned[i] : scene.loose[i - columns];
    cell.write({ scene, row, number, state, isSelected }, column);
  });
  writeFocus(slot, scene, isFocused ? number : null);
  slot.index = index;
  slot.scene = scene;
}

/** The grid's focus is on one cell, which alone has an id for aria-activedescendant. */
function writeFocus(slot: Slot, scene: RowScene, trial: number | null): void {
  const column = trial === null ? null : scene.focus!.column;
  const cell = slot.cells.find((c) => c.element.dataset['column'] === column)?.element ?? null;
  if (slot.focused && slot.focused !== cell) {
    slot.focused.classList.remove('focus');
    slot.focused.removeAttribute('id');
  }
  if (cell) {
    cell.classList.add('focus');
    cell.id = cellId(trial!, column!);
  }
  slot.focused = cell;
}
