import type { Html } from '../html.ts';
import { html } from '../html.ts';
import { tickTexts, type Scale } from './scale.ts';

/** Sizes in user units (1 = 1 px at full width). The word "persistence" stands in the right margin. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export function frame(width: number, height: number): Frame {
  return { width, height, left: 58, right: 84, top: 12, bottom: 26 };
}

export function px(x: number): string {
  return x.toFixed(1);
}

/** The whole drawing; `label` is read out where it is not seen. Colours come from classes, so that themes and print can set them. */
export function svg(size: Pick<Frame, 'width' | 'height'>, label: string, parts: readonly Html[]): Html {
  return html`<svg
    class="chart"
    viewBox="0 0 ${size.width} ${size.height}"
    xmlns="http://www.w3.org/2000/svg"
    role="img"
    aria-label="${label}"
  >
    ${parts}
  </svg>`;
}

/** Horizontal gridlines with their values at the left. */
export function yAxis(f: Frame, scale: Scale, texts = tickTexts(scale.ticks)): readonly Html[] {
  return scale.ticks.map((tick, i) => {
    const y = px(scale.of(tick));
    return html`<line class="grid" x1="${f.left}" x2="${f.width - f.right}" y1="${y}" y2="${y}" /><text
        class="tick end"
        x="${f.left - 8}"
        y="${px(scale.of(tick) + 4)}"
        >${texts[i]}</text
      >`;
  });
}

/** Words below the drawing. */
export function xLabels(
  f: Frame,
  labels: readonly { readonly x: number; readonly text: string }[],
): readonly Html[] {
  return labels.map(
    ({ x, text }) => html`<text class="tick middle" x="${px(x)}" y="${f.height - 8}">${text}</text>`,
  );
}

/** The yardstick, drawn the same everywhere: dashed, with its word at the end. */
export function persistenceLine(f: Frame, y: number): Html {
  return html`<line
      class="yardstick"
      x1="${f.left}"
      x2="${f.width - f.right}"
      y1="${px(y)}"
      y2="${px(y)}"
    /><text class="note" x="${f.width - f.right + 6}" y="${px(y + 4)}">persistence</text>`;
}

/** A line through points; a gap where a value is not finite. */
export function polyline(cssClass: string, points: readonly (readonly [number, number])[]): Html {
  let open = false;
  const commands = points.map(([x, y]) => {
    if (!Number.isFinite(y)) {
      open = false;
      return '';
    }
    const command = `${open ? 'L' : 'M'}${px(x)} ${px(y)}`;
    open = true;
    return command;
  });
  return html`<path class="${cssClass}" d="${commands.join('')}" />`;
}

/** At most `count` labels, evenly spaced, of dates at x positions. */
export function dateLabels(
  dates: readonly string[],
  x: (index: number) => number,
  count: number,
): readonly { readonly x: number; readonly text: string }[] {
  if (dates.length === 0) return [];
  const n = Math.min(count, dates.length);
  const indices = Array.from({ length: n }, (_, i) =>
    n === 1 ? 0 : Math.round((i * (dates.length - 1)) / (n - 1)),
  );
  return [...new Set(indices)].map((i) => ({ x: x(i), text: dates[i].slice(0, 10) }));
}
