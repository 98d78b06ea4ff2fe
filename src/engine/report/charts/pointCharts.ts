import { html, type Html } from '../html.ts';
import { frame, persistenceLine, polyline, px, svg, xLabels, yAxis } from './frame.ts';
import { linearScale, minus, tickTexts } from './scale.ts';

const halfWidth = 452;

/** A value with its word below. */
export interface LabelledValue {
  readonly label: string;
  readonly value: number;
}

/** Values as bars from 0, both ways. */
export function barChart(bars: readonly LabelledValue[], label: string): Html {
  const f = { ...frame(halfWidth, 200), right: 12 };
  const slot = (f.width - f.left - f.right) / Math.max(1, bars.length);
  const y = linearScale([0, ...bars.map((b) => b.value)], [f.height - f.bottom, f.top]);
  const middle = (i: number): number => f.left + (i + 0.5) * slot;
  return svg(f, label, [
    ...yAxis(f, y),
    ...bars.map((b, i) => {
      const [top, bottom] = [y.of(Math.max(0, b.value)), y.of(Math.min(0, b.value))];
      return html`<rect
        class="bar"
        x="${px(middle(i) - slot / 4)}"
        width="${px(slot / 2)}"
        y="${px(top)}"
        height="${px(bottom - top)}"
      />`;
    }),
    html`<line
      class="axis"
      x1="${f.left}"
      x2="${f.width - f.right}"
      y1="${px(y.of(0))}"
      y2="${px(y.of(0))}"
    />`,
    ...xLabels(
      f,
      bars.map((b, i) => ({ x: middle(i), text: b.label })),
    ),
  ]);
}

/** U2 of parts (folds, quarters, steps) as dots around 1; lower is better. */
export function ratioChart(points: readonly LabelledValue[], label: string): Html {
  const f = { ...frame(halfWidth, 200), right: 78 };
  const slot = (f.width - f.left - f.right) / Math.max(1, points.length);
  const x = (i: number): number => f.left + (i + 0.5) * slot;
  const y = linearScale([1, ...points.map((p) => p.value)], [f.height - f.bottom, f.top]);
  const every = Math.ceil(44 / slot);
  return svg(f, label, [
    ...yAxis(f, y),
    persistenceLine(f, y.of(1)),
    ...points.map(
      (p, i) =>
        html`<line
            class="stem"
            x1="${px(x(i))}"
            x2="${px(x(i))}"
            y1="${px(y.of(1))}"
            y2="${px(y.of(p.value))}"
          /><circle class="dot" cx="${px(x(i))}" cy="${px(y.of(p.value))}" r="3.5" />`,
    ),
    ...xLabels(
      f,
      points.flatMap((p, i) => (i % every === 0 ? [{ x: x(i), text: p.label }] : [])),
    ),
  ]);
}

export interface LiftData {
  /** Lift in percent. */
  readonly mean: number;
  readonly interval: readonly [number, number] | null;
  /** One ring each. */
  readonly seeds: readonly number[];
  readonly standing: 'better' | 'worse' | 'neutral';
}

/** Lift with its interval on a horizontal axis, persistence at 0, right is better; rings below are seeds. */
export function liftChart(data: LiftData, label: string, width = halfWidth): Html {
  const height = data.seeds.length > 0 ? 132 : 100;
  const [left, right, axisY] = [24, 24, height - 38];
  const values = [0, data.mean, ...(data.interval ?? []), ...data.seeds];
  const x = linearScale(values, [left, width - right], 6);
  const barY = 36;
  const texts = tickTexts(x.ticks).map((text, i) => (x.ticks[i] > 0 ? `+${text}` : text));
  const interval = data.interval
    ? [
        html`<line
          class="interval ${data.standing}"
          x1="${px(x.of(data.interval[0]))}"
          x2="${px(x.of(data.interval[1]))}"
          y1="${barY}"
          y2="${barY}"
        />`,
        ...data.interval.map(
          (end) =>
            html`<line
              class="interval ${data.standing}"
              x1="${px(x.of(end))}"
              x2="${px(x.of(end))}"
              y1="${barY - 5}"
              y2="${barY + 5}"
            />`,
        ),
      ]
    : [];
  return svg({ width, height }, label, [
    html`<line class="axis" x1="${left}" x2="${width - right}" y1="${axisY}" y2="${axisY}" />`,
    ...x.ticks.map(
      (tick, i) => html`<text class="tick middle" x="${px(x.of(tick))}" y="${axisY + 16}">${texts[i]}</text>`,
    ),
    html`<line class="yardstick" x1="${px(x.of(0))}" x2="${px(x.of(0))}" y1="18" y2="${axisY}" />`,
    html`<text class="note middle" x="${px(clamp(x.of(0), left + 30, width - right - 30))}" y="12"
      >persistence</text
    >`,
    ...interval,
    html`<circle class="mean ${data.standing}" cx="${px(x.of(data.mean))}" cy="${barY}" r="5" />`,
    ...data.seeds.map((seed) => html`<circle class="ring" cx="${px(x.of(seed))}" cy="${barY + 30}" r="4" />`),
    html`<text class="note" x="${left}" y="${height - 6}">← worse</text>`,
    html`<text class="note middle" x="${width / 2}" y="${height - 6}">lift, %</text>`,
    html`<text class="note end" x="${width - right}" y="${height - 6}">better →</text>`,
  ]);
}

function clamp(x: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, x));
}

export interface Shrinkage {
  readonly columns: readonly string[];
  /** One value a column; null where there is none. */
  readonly lines: readonly {
    readonly label: string;
    readonly values: readonly (number | null)[];
    readonly strong: 'strong' | 'plain';
  }[];
}

/** The same trials from search to fresh seeds to test: what luck had added goes. Lower is better. */
export function shrinkageChart({ columns, lines }: Shrinkage, label: string): Html {
  const f = { ...frame(halfWidth, 220), right: 92 };
  const inner = f.width - f.left - f.right;
  const x = (i: number): number =>
    f.left + 30 + (columns.length < 2 ? 0 : (i * (inner - 60)) / (columns.length - 1));
  const values = lines.flatMap((l) => l.values.filter((v) => v !== null));
  const y = linearScale([1, ...values], [f.height - f.bottom, f.top]);
  const drawn = lines.flatMap((l) => {
    const points = l.values.flatMap((v, i) => (v === null ? [] : [[x(i), y.of(v)] as const]));
    const cssClass = l.strong === 'strong' ? 'line' : 'thin';
    return [
      polyline(cssClass, points),
      ...points.map(
        ([cx, cy]) =>
          html`<circle
            class="${l.strong === 'strong' ? 'mean better' : 'dot'}"
            cx="${px(cx)}"
            cy="${px(cy)}"
            r="3.5"
          />`,
      ),
    ];
  });
  const labels = lines.flatMap((l) => {
    const last = l.values.findLastIndex((v) => v !== null);
    return last < 0 ? [] : [{ label: l.label, x: x(last) + 8, y: y.of(l.values[last] ?? 1) }];
  });
  return svg(f, label, [
    ...yAxis(f, y),
    html`<line
      class="yardstick"
      x1="${f.left}"
      x2="${f.width - f.right}"
      y1="${px(y.of(1))}"
      y2="${px(y.of(1))}"
    />`,
    html`<text class="note" x="${f.left + 2}" y="${px(y.of(1) - 5)}">persistence</text>`,
    ...drawn,
    ...apart(labels).map(
      (l) => html`<text class="note" x="${px(l.x)}" y="${px(l.y + 4)}">${minus(l.label)}</text>`,
    ),
    ...xLabels(
      f,
      columns.map((text, i) => ({ x: x(i), text })),
    ),
  ]);
}

function apart<T extends { readonly x: number; readonly y: number }>(labels: readonly T[]): readonly T[] {
  const lineHeight = 13;
  const lowest = new Map<number, number>();
  return labels
    .toSorted((a, b) => a.y - b.y)
    .map((label) => {
      const y = Math.max(label.y, (lowest.get(label.x) ?? -Infinity) + lineHeight);
      lowest.set(label.x, y);
      return { ...label, y };
    });
}
