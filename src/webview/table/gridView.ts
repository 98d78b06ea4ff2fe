import { noChange } from 'lit';
import { AsyncDirective } from 'lit/async-directive.js';
import { directive, type ElementPart } from 'lit/directive.js';
import type { Column } from './columns.ts';
import type { RowScene } from './cellWriter.ts';
import { rowHeight, rowPool, type RowPool } from './rowPool.ts';
import { nearestPlace, rowsInSight, type ScrollWindow } from './sight.ts';
import { sparkScale, type SparkScale } from './sparkline.ts';
import type { TrialColumns } from '../../protocol/trialColumns.ts';
import { rowOf, stateAt } from '../state/trials.ts';

export const headHeight = 26;
/** Rows drawn above and below those that can be seen. */
const spareRows = 6;
/** Scrolling has ended when the table has stood still for this long. */
const settledAfterMs = 150;

/** What the table keeps between two drawings: its element, what of it can be seen, its rows. */
export interface GridView {
  element: HTMLElement | null;
  window: ScrollWindow;
  pool: RowPool | null;
  scene: RowScene | null;
  /** What the button went down on: a trial that slides there before it goes up was not meant. */
  pressed: Pressed | null;
  /** Sparkline scale: made again when trials finish, not when one moves an epoch. */
  scale: {
    readonly complete: number;
    readonly persistence: number | null;
    readonly scale: SparkScale;
  } | null;
}

export interface Pressed {
  readonly trial: number;
  readonly target: Element;
  readonly row: Element;
}

export function createGridView(): GridView {
  return {
    element: null,
    window: { top: 0, left: 0, width: 0, height: 0 },
    pool: null,
    scene: null,
    pressed: null,
    scale: null,
  };
}

export function scaleOf(
  view: GridView,
  trials: TrialColumns,
  now: { readonly complete: number; readonly persistence: number | null },
): SparkScale {
  if (view.scale?.complete !== now.complete || view.scale.persistence !== now.persistence)
    view.scale = { ...now, scale: sparkScale(trials, now.persistence) };
  return view.scale.scale;
}

/** Draws the rows that are in sight now. */
export function drawRows(view: GridView): void {
  const { pool, scene, window: seen } = view;
  if (!pool || !scene) return;
  pool.draw(
    scene,
    rowsInSight(
      { top: seen.top, height: Math.max(0, seen.height - headHeight) },
      { count: scene.rows.length, height: rowHeight, spare: spareRows },
    ),
  );
}

/** Scrolls as little as brings a row into sight. */
export function showRow(view: GridView, index: number): void {
  const { element } = view;
  if (!element) return;
  const item = { start: index * rowHeight, size: rowHeight };
  const next = nearestPlace(element.scrollTop, element.clientHeight - headHeight, item);
  if (next !== element.scrollTop) element.scrollTop = next;
}

/** The same for a column that is not pinned, by its position among all columns. */
export function showColumn(view: GridView, columns: readonly Column[], index: number): void {
  const { element } = view;
  if (!element) return;
  const width = (some: readonly Column[]): number => some.reduce((sum, c) => sum + c.width, 0);
  const pinned = columns.filter((c) => c.pinned);
  const item = { start: width(columns.slice(pinned.length, index)), size: columns[index].width };
  const next = nearestPlace(element.scrollLeft, element.clientWidth - width(pinned), item);
  if (next !== element.scrollLeft) element.scrollLeft = next;
}

export interface Follower {
  /** Scroll place to begin at. */
  readonly top: () => number;
  /** The window is another: scrolled or resized. */
  readonly onMove: (before: ScrollWindow) => void;
}

/** Follows the table's element: where it is scrolled to and how large it is. */
export function followGrid(view: GridView, grid: HTMLElement, follower: Follower): () => void {
  const look = (): void => {
    const before = view.window;
    view.window = {
      top: grid.scrollTop,
      left: grid.scrollLeft,
      width: grid.clientWidth,
      height: grid.clientHeight,
    };
    follower.onMove(before);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const scrolled = (): void => {
    look();
    clearTimeout(timer);
    timer = setTimeout(() => view.pool?.settle(), settledAfterMs);
  };
  view.element = grid;
  grid.scrollTop = follower.top();
  grid.addEventListener('scroll', scrolled, { passive: true });
  const observer = new ResizeObserver(look);
  observer.observe(grid);
  look();
  return () => {
    clearTimeout(timer);
    observer.disconnect();
    grid.removeEventListener('scroll', scrolled);
  };
}

/** Rows that come in above what is being read do not push it away. */
function keepPlace(view: GridView, before: RowScene | null, follower: Follower): void {
  const { element, scene: now, window: seen } = view;
  if (!element || !now || !before || before.rows === now.rows || seen.top === 0) return;
  if (before.sort !== now.sort || before.filter !== now.filter) return; // asked for
  const first = Math.floor(seen.top / rowHeight);
  // A trial that ends moves by itself: the first one that was and is in the same state.
  for (let index = first; index < before.rows.length && index < first + 20; index++) {
    const number = before.trials.number[before.rows[index]];
    const row = rowOf(now.trials, number);
    const state = stateAt(before.trials, before.rows[index]);
    if (row < 0 || state === 'running' || stateAt(now.trials, row) !== state) continue;
    const there = now.rows.indexOf(row);
    if (there < 0 || there === index) return;
    element.scrollTop = seen.top + (there - index) * rowHeight;
    view.window = { ...seen, top: element.scrollTop };
    follower.onMove(seen);
    return;
  }
}

/** On the table's body: its rows are drawn by the pool, not by lit, with each drawing of the page. */
class RowsDirective extends AsyncDirective {
  #view: GridView | null = null;
  #stop: (() => void) | null = null;

  render(_view: GridView, _scene: RowScene, _follower: Follower): typeof noChange {
    return noChange;
  }

  override update(
    part: ElementPart,
    [view, scene, follower]: [GridView, RowScene, Follower],
  ): typeof noChange {
    const body = part.element as HTMLElement; // an element part of the grid's template
    const before = view.scene;
    view.scene = scene;
    view.pool ??= rowPool(body);
    if (this.#view) {
      keepPlace(view, before, follower);
      drawRows(view);
    }
    // lit draws before the element is in the page, where it has no size and cannot be scrolled.
    else
      queueMicrotask(() => {
        if (view.pool && body.parentElement) this.#stop = followGrid(view, body.parentElement, follower);
      });
    this.#view = view;
    return noChange;
  }

  override disconnected(): void {
    this.#stop?.();
    if (this.#view) Object.assign(this.#view, { pool: null, element: null, scene: null });
  }
}
export const rowsOf = directive(RowsDirective);
