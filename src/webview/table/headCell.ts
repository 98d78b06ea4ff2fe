import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../controls/controls.ts';
import type { Panel } from '../panel.ts';
import { styles } from '../styling.ts';
import type { Column } from './columns.ts';
import { headChosen, headRow } from './gridKeys.ts';
import { cellId } from './rowPool.ts';

/** Head of a column: a click sorts, Shift adds, the right edge resizes, dragging moves it. */
export function headCell(panel: Panel, column: Column, index: number): TemplateResult {
  const { sort, focus, selection } = panel.state.memory;
  const at = sort.findIndex((key) => key.column === column.id);
  const key = at < 0 ? null : sort[at];
  const isFocused = focus?.trial === headRow && focus.column === column.id;
  const isAll = column.id === 'select' && selection.length > 0 && selection.length >= panel.table.rows.length;
  return html`<span
    role="columnheader"
    id=${cellId(headRow, column.id)}
    aria-colindex=${index + 1}
    aria-sort=${key?.direction ?? nothing}
    title=${column.title}
    class="cell head ${column.align} ${column.pinned ? 'pin' : ''} ${isFocused ? 'focus' : ''}"
    draggable=${column.group === 'fixed' ? 'false' : 'true'}
    @click=${(event: MouseEvent) => headChosen(panel, column.id, event.shiftKey ? 'added' : 'alone')}
    @contextmenu=${(event: MouseEvent) => {
      event.preventDefault();
      panel.dispatch({
        type: 'overlay',
        overlay: { kind: 'columnMenu', column: column.id, x: event.clientX, y: event.clientY },
      });
    }}
    @dragstart=${(event: DragEvent) => event.dataTransfer?.setData('text/x-column', column.id)}
    @dragover=${(event: DragEvent) => event.preventDefault()}
    @drop=${(event: DragEvent) => {
      event.preventDefault();
      moveColumn(panel, event.dataTransfer?.getData('text/x-column') ?? '', column.id);
    }}
    ${styles({ width: `${column.width}px` })}
    >${column.label === '' ? html`<span class="unseen">${column.title}</span>` : nothing}${
      column.id === 'select'
        ? html`<span class="check ${isAll ? 'on' : ''}"></span>`
        : html`${key ? html`${icon(key.direction === 'ascending' ? 'arrow-up' : 'arrow-down')}${sort.length > 1 ? html`<sup>${at + 1}</sup>` : nothing} ` : nothing}${column.label}`
    }${
      column.group === 'fixed'
        ? nothing
        : html`<span
            class="edge"
            @pointerdown=${(event: PointerEvent) => resize(panel, column, event)}
            @click=${(e: Event) => e.stopPropagation()}
          ></span>`
    }</span
  >`;
}

function resize(panel: Panel, column: Column, event: PointerEvent): void {
  event.preventDefault();
  event.stopPropagation();
  const edge = event.currentTarget as HTMLElement; // the edge the listener stands on
  const from = event.clientX;
  const move = (moved: PointerEvent): void =>
    panel.dispatch({ type: 'resizeColumn', column: column.id, width: column.width + moved.clientX - from });
  edge.setPointerCapture(event.pointerId);
  edge.addEventListener('pointermove', move);
  edge.addEventListener('lostpointercapture', () => edge.removeEventListener('pointermove', move), {
    once: true,
  });
}

/** Puts a column before another; both keep whether they are pinned. */
export function moveColumn(panel: Panel, moved: string, before: string): void {
  const ids = panel.table.all.map((c) => c.id);
  if (moved === before || !ids.includes(moved)) return;
  const shown = panel.table.columns.map((c) => c.id);
  const rest = [...shown, ...ids.filter((id) => !shown.includes(id))].filter((id) => id !== moved);
  rest.splice(Math.max(0, rest.indexOf(before)), 0, moved);
  panel.dispatch({ type: 'orderColumns', order: rest });
}

/** Moves a column one place to the left or right among those shown. */
export function shiftColumn(panel: Panel, column: string, by: -1 | 1): void {
  const shown = panel.table.columns.map((c) => c.id);
  const at = shown.indexOf(column);
  if (by < 0 && at > 0) moveColumn(panel, column, shown[at - 1]);
  else if (by > 0 && at < shown.length - 1) moveColumn(panel, shown[at + 1], column);
}
