import { html, type Html } from '../html.ts';
import { dateLabels, frame, persistenceLine, polyline, px, svg, xLabels, yAxis } from './frame.ts';
import { compactNumber, linearScale, minus } from './scale.ts';

const [wideWidth, height] = [920, 230];

export interface CumulativeData {
  readonly dates: readonly string[];
  /** Squared error saved so far; above 0: ahead of persistence. */
  readonly saved: readonly number[];
  /** Days that hold most of the error, shaded. */
  readonly shaded: { readonly from: number; readonly to: number } | null;
}

/** Squared error saved against persistence, summed over the test days. */
export function cumulativeChart({ dates, saved, shaded }: CumulativeData, label: string): Html {
  const f = frame(wideWidth, height);
  const x = (i: number): number =>
    f.left + (i / Math.max(1, dates.length - 1)) * (f.width - f.left - f.right);
  const y = linearScale([0, ...saved], [f.height - f.bottom, f.top]);
  const shade = shaded
    ? [
        html`<rect
          class="shade"
          x="${px(x(shaded.from))}"
          y="${f.top}"
          width="${px(Math.max(1, x(shaded.to) - x(shaded.from)))}"
          height="${f.height - f.top - f.bottom}"
        />`,
      ]
    : [];
  return svg(f, label, [
    ...shade,
    ...yAxis(f, y, y.ticks.map(compactNumber)),
    ...xLabels(f, dateLabels(dates, x, 6)),
    polyline(
      'line',
      saved.map((value, i) => [x(i), y.of(value)] as const),
    ),
    persistenceLine(f, y.of(0)),
  ]);
}

export interface ChangesData {
  readonly dates: readonly string[];
  /** Percent of the last known price. */
  readonly actual: readonly number[];
  readonly forecast: readonly number[];
}

/** Actual changes as grey bars, forecast changes as a line: a flat line is the honest picture. */
export function changesChart({ dates, actual, forecast }: ChangesData, label: string): Html {
  const f = frame(wideWidth, height);
  const slot = (f.width - f.left - f.right) / Math.max(1, dates.length);
  const x = (i: number): number => f.left + (i + 0.5) * slot;
  const y = linearScale([0, ...actual, ...forecast], [f.height - f.bottom, f.top]);
  const bars = actual.map((value, i) => {
    const [top, bottom] = [y.of(Math.max(0, value)), y.of(Math.min(0, value))];
    return html`<rect
      class="bar"
      x="${px(x(i) - slot * 0.35)}"
      y="${px(top)}"
      width="${px(slot * 0.7)}"
      height="${px(Math.max(0.5, bottom - top))}"
    />`;
  });
  const texts = y.ticks.map((tick) => `${tick > 0 ? '+' : ''}${minus(String(tick))} %`);
  return svg(f, label, [
    ...yAxis(f, y, texts),
    ...bars,
    ...xLabels(f, dateLabels(dates, x, 6)),
    persistenceLine(f, y.of(0)),
    polyline(
      'line',
      forecast.map((value, i) => [x(i), y.of(value)] as const),
    ),
  ]);
}

export interface PricesData {
  readonly dates: readonly string[];
  readonly actual: readonly number[];
  readonly forecast: readonly number[];
  readonly last: readonly number[];
}

/** Actual price, forecast and last known price: three lines that nearly coincide for any model that copies. */
export function pricesChart({ dates, actual, forecast, last }: PricesData, label: string): Html {
  const f = frame(wideWidth, height);
  const x = (i: number): number =>
    f.left + (i / Math.max(1, dates.length - 1)) * (f.width - f.left - f.right);
  const y = linearScale([...actual, ...forecast, ...last], [f.height - f.bottom, f.top]);
  const line = (cssClass: string, values: readonly number[]): Html =>
    polyline(
      cssClass,
      values.map((value, i) => [x(i), y.of(value)] as const),
    );
  const ends = spreadApart([
    { text: 'actual', word: 'actualWord', y: y.of(actual.at(-1) ?? 0) },
    { text: 'forecast', word: 'forecast', y: y.of(forecast.at(-1) ?? 0) },
    { text: 'persistence', word: 'note', y: y.of(last.at(-1) ?? 0) },
  ]);
  return svg(f, label, [
    ...yAxis(f, y),
    ...xLabels(f, dateLabels(dates, x, 6)),
    line('actual', actual),
    line('line', forecast),
    line('yardstick', last), // over the forecast, which often lies on it
    ...ends.map(
      (end) =>
        html`<text class="${end.word}" x="${f.width - f.right + 6}" y="${px(end.y + 4)}">${end.text}</text>`,
    ),
  ]);
}

/** Words at the ends of lines, moved down until none lies on another. */
function spreadApart<T extends { readonly y: number }>(labels: readonly T[]): readonly T[] {
  const lineHeight = 14;
  let lowest = -Infinity;
  return labels
    .toSorted((a, b) => a.y - b.y)
    .map((label) => {
      const y = Math.max(label.y, lowest + lineHeight);
      lowest = y;
      return { ...label, y };
    });
}
