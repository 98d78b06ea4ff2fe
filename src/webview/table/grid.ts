import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { openTrial, toggleStar } from '../actions.ts';
import { persistenceOf, type Panel } from '../panel.ts';
import { styles } from '../styling.ts';
import { gridKeys } from './gridKeys.ts';
import { drawRows, rowsOf, scaleOf, type GridView, type Pressed } from './gridView.ts';
import { headCell } from './headCell.ts';
import type { RowScene } from './cellWriter.ts';
import { cellId, rowHeight } from './rowPool.ts';
import { rowClicked } from './selectRows.ts';
import { columnsInSight, type ScrollWindow } from './sight.ts';
import { sparkHeight } from './sparkline.ts';

/** With so many columns, those out of sight are left out too. */
const manyColumns = 24;

/**
 * The grid of trials: one stop in the tab order. lit draws the frame and the heads; the rows are a pool of elements that
 * are written again while scrolling (rowPool.ts).
 */
export function trialGrid(panel: Panel, view: GridView): TemplateResult {
  const { columns } = panel.table;
  const { focus } = panel.state.memory;
  const scene = sceneOf(panel, view);
  const total = columns.reduce((sum, c) => sum + c.width, 0);
  const width = `max(100%, ${total}px)`;
  const { scale } = scene;
  return html`<div
    class="grid ${view.window.width > 0 && total > view.window.width ? 'is-wide' : ''}"
    role="grid"
    tabindex="0"
    aria-label="Trials"
    aria-multiselectable="true"
    aria-rowcount=${scene.rows.length + 1}
    aria-colcount=${columns.length}
    aria-activedescendant=${focus ? cellId(focus.trial, focus.column) : nothing}
    @keydown=${(event: KeyboardEvent) => gridKeys(panel, view, event)}
    @focus=${() => focusFirst(panel)}
    ${styles({
      '--spark-persistence':
        scale.persistence === null ? '-9px' : `${(3 + sparkHeight(scale.persistence, scale)).toFixed(1)}px`,
    })}
  >
    <div class="grid-head" role="rowgroup" ${styles({ width })}>
      <div class="grid-row head" role="row" aria-rowindex="1">
        <div class="pins" role="none">${scene.pinned.map((column, i) => headCell(panel, column, i))}</div>
        ${
          scene.before > 0
            ? html`<span class="gap" role="none" ${styles({ width: `${scene.before}px` })}></span>`
            : nothing
        }
        ${repeat(
          scene.loose,
          (column) => column.id,
          (column, i) => headCell(panel, column, scene.firstLoose + i),
        )}
      </div>
    </div>
    <div
      class="grid-body"
      role="rowgroup"
      @mousedown=${(event: MouseEvent) => pressed(view, event)}
      @click=${(event: MouseEvent) => clicked(panel, view, event)}
      @dblclick=${() => {
        if (view.pressed) openTrial(panel, view.pressed.trial);
      }}
      @contextmenu=${(event: MouseEvent) => openRowMenu(panel, event)}
      ${styles({ width, height: `${scene.rows.length * rowHeight}px` })}
      ${rowsOf(view, scene, {
        top: () => panel.state.memory.scroll['table'] ?? 0,
        onMove: (before) => moved(panel, view, before),
      })}
    ></div>
  </div>`;
}

function sceneOf(panel: Panel, view: GridView): RowScene {
  const { columns, rows, noise, counts } = panel.table;
  const { memory, annotations, experiment } = panel.state;
  const trials = panel.state.trials!; // there is no grid without trials
  const pinned = columns.filter((c) => c.pinned);
  const loose = columns.filter((c) => !c.pinned);
  const shown = looseInSight(view.window, { pinned, loose });
  return {
    trials,
    annotations,
    rows,
    sort: memory.sort,
    filter: memory.filter,
    pinned,
    loose: loose.slice(shown.first, shown.end),
    before: shown.before,
    firstLoose: pinned.length + shown.first,
    isRunning: experiment?.summary.state === 'running',
    selected: new Set(memory.selection),
    focus: memory.focus,
    leader: experiment?.summary.leader?.number ?? null,
    winner: experiment?.summary.winner?.number ?? null,
    noise: noise.percent,
    scale: scaleOf(view, trials, { complete: counts.complete, persistence: persistenceOf(panel.state) }),
  };
}

function looseInSight(
  seen: ScrollWindow,
  columns: { readonly pinned: RowScene['pinned']; readonly loose: RowScene['loose'] },
): ReturnType<typeof columnsInSight> {
  const { pinned, loose } = columns;
  if (loose.length <= manyColumns) return { first: 0, end: loose.length, before: 0 };
  const taken = pinned.reduce((sum, c) => sum + c.width, 0);
  return columnsInSight(
    { left: seen.left, width: Math.max(0, seen.width - taken) },
    loose.map((c) => c.width),
  );
}

/** Scrolling draws rows alone; the frame is drawn again when its columns or its width are others. */
function moved(panel: Panel, view: GridView, before: ScrollWindow): void {
  const seen = view.window;
  if (seen.top !== before.top) panel.dispatch({ type: 'scrolled', place: 'table', top: seen.top });
  const columns = {
    pinned: panel.table.columns.filter((c) => c.pinned),
    loose: panel.table.columns.filter((c) => !c.pinned),
  };
  const [old, now] = [looseInSight(before, columns), looseInSight(seen, columns)];
  if (seen.width !== before.width || old.first !== now.first || old.end !== now.end) panel.redraw();
  drawRows(view);
}

function placeAt(event: Event): Pressed | null {
  const target = event.target as Element; // events come from elements
  const row = target.closest<HTMLElement>('.grid-row');
  return row && { trial: Number(row.dataset['trial']), target, row };
}

/** The second press of a double click means the trial of the first. */
function pressed(view: GridView, event: MouseEvent): void {
  const place = placeAt(event);
  view.pressed = place && event.detail > 1 && view.pressed ? { ...place, trial: view.pressed.trial } : place;
}

function clicked(panel: Panel, view: GridView, event: MouseEvent): void {
  const here = placeAt(event);
  const down = event.detail > 0 ? view.pressed : null; // a click without a mouse is where it says
  const place = down && (down.row === here?.row || !down.row.isConnected) ? down : here;
  if (!place) return;
  if (place.target.closest('[data-star]')) toggleStar(panel, [place.trial]);
  else rowClicked(panel, place, event);
}

function openRowMenu(panel: Panel, event: MouseEvent): void {
  event.preventDefault();
  const trial = placeAt(event)?.trial;
  if (trial === undefined) return;
  panel.dispatch({ type: 'focus', focus: { trial, column: 'number' } });
  panel.dispatch({
    type: 'overlay',
    overlay: { kind: 'rowMenu', trial, x: event.clientX, y: event.clientY },
  });
}

function focusFirst(panel: Panel): void {
  const { focus } = panel.state.memory;
  const { rows } = panel.table;
  if (focus || rows.length === 0) return;
  panel.dispatch({ type: 'focus', focus: { trial: panel.state.trials!.number[rows[0]], column: 'number' } });
}
