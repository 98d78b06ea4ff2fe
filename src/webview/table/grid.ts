import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { openTrial, toggleStar } from '../actions.ts';
import { icon, type Template } from '../controls/controls.ts';
import { persistenceOf, type Panel } from '../panel.ts';
import { liftAt, stateAt } from '../state/trials.ts';
import { styles } from '../styling.ts';
import {
  diamond,
  foldSegments,
  liftCell,
  sparkline,
  sparkScale,
  stateIcon,
  type SparkScale,
} from './cells.ts';
import type { Column } from './columns.ts';
import { gridKeys } from './gridKeys.ts';
import { headCell } from './headCell.ts';
import { rowClicked } from './selectRows.ts';
import { virtualAxis, type VirtualAxis } from './virtualAxis.ts';

export const rowHeight = 24;
const headHeight = 26;

/** The table's element and its virtual axes; they live as long as the element does. */
export interface GridView {
  element: HTMLElement | null;
  rows: VirtualAxis | null;
  columns: VirtualAxis | null;
  /** One function for all drawings: lit takes a new one for another element. */
  attach: ((element: Element | undefined) => void) | null;
  /** Sparkline scale: made again when trials finish, not when one moves an epoch. */
  scale: { readonly complete: number; readonly scale: SparkScale } | null;
}

export function createGridView(): GridView {
  return { element: null, rows: null, columns: null, attach: null, scale: null };
}

/** The grid of trials: virtual rows and columns, pinned columns stick, one stop in the tab order. */
export function trialGrid(panel: Panel, view: GridView): TemplateResult {
  const { columns, rows } = panel.table;
  const { memory } = panel.state;
  const pinned = columns.filter((c) => c.pinned);
  const loose = columns.filter((c) => !c.pinned);
  const pinnedWidth = pinnedWidthOf(panel);
  const rowItems = view.rows?.items(rows.length, () => rowHeight) ?? [];
  const columnItems = view.columns?.items(loose.length, (i) => loose[i].width) ?? [];
  const looseWidth = loose.reduce((sum, c) => sum + c.width, 0);
  const sight: Sight = {
    pinned,
    lefts: pinned.map((_, i) => pinned.slice(0, i).reduce((sum, c) => sum + c.width, 0)),
    before: columnItems[0]?.start ?? 0,
    loose: columnItems.map((item) => loose[item.index]),
    columns,
  };
  const width = pinnedWidth + looseWidth;
  const { trials, annotations, experiment } = panel.state;
  const shared = [
    trials,
    rows,
    annotations,
    experiment,
    columns,
    columns.map((column) => `${column.id}:${column.width}`).join(),
    panel.table.noise.percent,
    columnItems[0]?.index,
    columnItems.at(-1)?.index,
  ];
  const active = memory.focus ? `cell-${memory.focus.trial}-${cssName(memory.focus.column)}` : nothing;
  return html`<div
    class="grid"
    role="grid"
    tabindex="0"
    aria-label="Trials"
    aria-multiselectable="true"
    aria-rowcount=${rows.length + 1}
    aria-colcount=${columns.length}
    aria-activedescendant=${active}
    @keydown=${(event: KeyboardEvent) => gridKeys(panel, view, event)}
    @scroll=${(event: Event) => {
      const { scrollTop } = event.target as HTMLElement; // the grid
      panel.dispatch({ type: 'scrolled', place: 'table', top: scrollTop });
    }}
    @focus=${() => focusFirst(panel)}
    ${ref(attachment(panel, view))}
  >
    <div class="grid-head" role="rowgroup" ${styles({ width: `max(100%, ${width}px)` })}>
      <div class="grid-row head" role="row" aria-rowindex="1">
        ${cells(sight, (column, index, left) => headCell(panel, column, { index, left }))}
      </div>
    </div>
    <div
      class="grid-body"
      role="rowgroup"
      ${styles({ width: `max(100%, ${width}px)`, height: `${rows.length * rowHeight}px` })}
    >
      ${repeat(
        rowItems,
        (item) => panel.state.trials!.number[rows[item.index]],
        (item) => {
          const number = panel.state.trials!.number[rows[item.index]];
          const focused = memory.focus?.trial === number ? memory.focus.column : null;
          // Scrolling brings new rows; those that were there are left alone.
          return guard([...shared, item.index, memory.selection.includes(number), focused], () =>
            gridRow(panel, view, { row: rows[item.index], index: item.index, sight }),
          );
        },
      )}
    </div>
  </div>`;
}

function pinnedWidthOf(panel: Panel): number {
  return panel.table.columns.reduce((sum, c) => (c.pinned ? sum + c.width : sum), 0);
}

interface Sight {
  readonly pinned: readonly Column[];
  readonly lefts: readonly number[];
  readonly before: number;
  readonly loose: readonly Column[];
  readonly columns: readonly Column[];
}

function cells(
  sight: Sight,
  cell: (column: Column, index: number, left: number | null) => TemplateResult,
): TemplateResult {
  const first = sight.columns.indexOf(sight.loose[0]);
  return html`${sight.pinned.map((column, i) => cell(column, i, sight.lefts[i]))}
    <span class="gap" role="presentation" ${styles({ width: `${sight.before}px` })}></span>
    ${repeat(
      sight.loose,
      (column) => column.id,
      (column, i) => cell(column, first + i, null),
    )}`;
}

function gridRow(
  panel: Panel,
  view: GridView,
  place: { readonly row: number; readonly index: number; readonly sight: Sight },
): TemplateResult {
  const { row, index, sight } = place;
  const { memory, trials, experiment } = panel.state;
  const number = trials!.number[row];
  const state = stateAt(trials!, row);
  const isSelected = memory.selection.includes(number);
  const isFocused = memory.focus?.trial === number;
  const next = panel.table.rows[index + 1];
  const isLastLive = state === 'running' && next !== undefined && stateAt(trials!, next) !== 'running';
  const isMain = number === (experiment?.summary.winner ?? experiment?.summary.leader)?.number;
  return html`<div
    class="grid-row ${isFocused ? 'focus' : ''} ${isLastLive ? 'last-live' : ''} ${index % 2 ? 'odd' : ''}"
    role="row"
    aria-rowindex=${index + 2}
    aria-selected=${isSelected ? 'true' : 'false'}
    data-trial=${number}
    @click=${(event: MouseEvent) => rowClicked(panel, number, event)}
    @dblclick=${() => openTrial(panel, number)}
    @contextmenu=${(event: MouseEvent) => {
      event.preventDefault();
      panel.dispatch({ type: 'focus', focus: { trial: number, column: 'number' } });
      panel.dispatch({
        type: 'overlay',
        overlay: { kind: 'rowMenu', trial: number, x: event.clientX, y: event.clientY },
      });
    }}
    ${styles({ top: `${index * rowHeight}px` })}
  >
    ${cells(sight, (column, at, left) => {
      const isDim =
        state !== 'complete' && (column.group === 'parameter' || column.id === 'lift') && state !== 'running';
      return html`<span
        role="gridcell"
        id="cell-${number}-${cssName(column.id)}"
        aria-colindex=${at + 1}
        class="cell ${column.align} ${left === null ? '' : 'pin'} ${isDim ? 'dim' : ''} ${
          isFocused && memory.focus.column === column.id ? 'focus' : ''
        } ${isMain && column.id === 'number' ? 'strong' : ''} ${column.group === 'other' ? 'dim' : ''}"
        ${styles({ width: `${column.width}px`, ...(left === null ? {} : { left: `${left}px` }) })}
        >${cellContent(panel, view, { column, row, isSelected })}</span
      >`;
    })}
  </div>`;
}

function cellContent(
  panel: Panel,
  view: GridView,
  at: { readonly column: Column; readonly row: number; readonly isSelected: boolean },
): Template | string {
  const { column, row } = at;
  const trials = panel.state.trials!;
  const number = trials.number[row];
  const summary = panel.state.experiment?.summary;
  const state = stateAt(trials, row);
  switch (column.id) {
    case 'select':
      return html`<span class="check ${at.isSelected ? 'on' : ''}" data-select></span>`;
    case 'star': {
      const isStarred = panel.state.annotations.trials[String(number)]?.star === true;
      return html`<span
        class="star ${isStarred ? 'on' : ''}"
        role="img"
        aria-label=${isStarred ? 'starred' : 'not starred'}
        data-star
        @click=${(event: Event) => {
          event.stopPropagation();
          toggleStar(panel, [number]);
        }}
        >${icon(isStarred ? 'star-full' : 'star-empty')}</span
      >`;
    }
    case 'state':
      return html`<span role="img" aria-label=${state} title=${state}>${stateIcon(state)}</span>`;
    case 'value': {
      const mark =
        summary?.winner?.number === number
          ? icon('verified', 'lead')
          : summary?.leader?.number === number
            ? diamond()
            : nothing;
      const [value, spread] = column.text(row).split(' ± ');
      const tone = state === 'failed' ? 'err' : state === 'complete' ? '' : 'dim';
      return html`${mark}
        <span class=${tone} title=${trials.errors[number]?.message ?? nothing}>${value}</span>${
          spread ? html` <span class="pm">± ${spread}</span>` : nothing
        }`;
    }
    case 'lift':
      if (state === 'running') return foldSegments(trials, row, trials.params.epochs[row]);
      return Number.isNaN(liftAt(trials, row))
        ? column.text(row)
        : liftCell(trials, row, panel.table.noise.percent);
    case 'curve':
      return sparkline(trials, row, scaleOf(panel, view));
    default:
      return column.text(row);
  }
}

function scaleOf(panel: Panel, view: GridView): SparkScale {
  const { complete } = panel.table.counts;
  if (view.scale?.complete !== complete)
    view.scale = { complete, scale: sparkScale(panel.state.trials!, persistenceOf(panel.state)) };
  return view.scale.scale;
}

export function cssName(id: string): string {
  return id.replace(/[^a-zA-Z0-9]/g, '-');
}

function focusFirst(panel: Panel): void {
  const { focus } = panel.state.memory;
  const { rows } = panel.table;
  if (focus || rows.length === 0) return;
  panel.dispatch({ type: 'focus', focus: { trial: panel.state.trials!.number[rows[0]], column: 'number' } });
}

function attachment(panel: Panel, view: GridView): (element: Element | undefined) => void {
  view.attach ??= (element) => attach(panel, view, element);
  return view.attach;
}

function attach(panel: Panel, view: GridView, element: Element | undefined): void {
  if (!element) {
    view.rows?.dispose();
    view.columns?.dispose();
    Object.assign(view, { element: null, rows: null, columns: null });
    return;
  }
  if (view.element === element) return;
  const grid = element as HTMLElement; // the div of the template
  view.element = grid;
  // lit hands it over before it is in the page, where it has no size and cannot be scrolled.
  queueMicrotask(() => {
    if (view.element === grid) follow(panel, view, grid);
  });
}

/** Goes back to the old place and follows the element from there. */
function follow(panel: Panel, view: GridView, grid: HTMLElement): void {
  // Rows not drawn yet have no height: the body is given its own before the old place is scrolled to.
  const body = grid.querySelector<HTMLElement>('.grid-body');
  body?.style.setProperty('height', `${panel.table.rows.length * rowHeight}px`);
  grid.scrollTop = panel.state.memory.scroll['table'] ?? 0;
  const common = { element: grid, onChange: panel.redraw };
  view.rows = virtualAxis({ ...common, horizontal: false, overscan: 6, paddingStart: () => headHeight });
  view.columns = virtualAxis({
    ...common,
    horizontal: true,
    overscan: 2,
    paddingStart: () => pinnedWidthOf(panel),
  });
  panel.redraw();
}
