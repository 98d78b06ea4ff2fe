import { html, nothing, svg, type TemplateResult } from 'lit';
import { splitSchema } from '../../model/splitSpec.ts';
import type { SplitPreview } from '../../protocol/studyCheck.ts';
import { editStudy } from '../actions.ts';
import { icon, type Template } from '../controls/controls.ts';
import { count, price } from '../format.ts';
import type { Panel } from '../panel.ts';
import { styles } from '../styling.ts';
import { isReadOnly } from './field.ts';
import { draftOf, sliderDown, sliderKey, sliderLeft, type Drafts, type SliderOptions } from './slider.ts';
import { effectiveAt, valueAt } from './studyValues.ts';

interface Fold {
  readonly train: readonly [number, number];
  readonly validation: readonly [number, number];
}

/** The price with folds and the sealed test range drawn over it; both borders can be dragged and moved by keys. */
export function splitView(panel: Panel, drafts: Drafts): Template {
  const split = panel.state.check?.split;
  if (!split || split.chart.row.length < 2) return nothing;
  if (isTold(panel)) drafts.written.clear();
  const { rows, chart } = split;
  const firstTest = draftOf(drafts, 'split test', split.test.from);
  const firstValidation = draftOf(drafts, 'split validation', split.folds[0]?.validation[0] ?? firstTest);
  const isMoved = ['split test', 'split validation'].some(
    (name) => drafts.values.has(name) || drafts.written.has(name),
  );
  const folds = isMoved ? movedFolds(split, firstValidation, firstTest) : split.folds;
  const x = (row: number): number => (row / Math.max(1, rows - 1)) * 100;
  const dateAt = (row: number): string => chart.date[nearestPoint(chart.row, row)];
  const line = pricePath(chart.price);
  return html`<div class="split">
      <div class="y-labels" aria-hidden="true">
        ${line.labels.map((label) => html`<span ${styles({ top: `${label.top}%` })}>${label.value >= 10 ? count(label.value) : price(label.value)}</span>`)}
      </div>
      <div class="split-plot">
        <svg
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          role="img"
          aria-label="Price, log scale, with the folds and the sealed test range"
        >
          ${folds.map(
            ({ validation: [a, b] }, i) =>
              svg`<rect x=${x(a)} width=${Math.max(0, x(b) - x(a))} y="0" height="100" class="fold ${i % 2 ? 'odd' : ''}"></rect>`,
          )}
          <polyline points=${points(chart.row.map(x), line.y)} class="price"></polyline>
        </svg>
        ${folds.map(
          ({ validation: [a, b] }, i) =>
            html`<span class="fold-name" aria-hidden="true" ${styles({ left: `${(x(a) + x(b)) / 2}%` })}
              >${i + 1}</span
            >`,
        )}
        <div class="seal" ${styles({ left: `${x(firstTest)}%` })}>
          <span>${icon('lock')}<span class="word">sealed test</span></span>
        </div>
        ${
          split.folds.length > 0
            ? border(panel, {
                ...validationSlider(panel, split, drafts),
                label: 'First validation row',
                text: dateAt(firstValidation),
                place: x(firstValidation),
                extra: 'soft',
              })
            : nothing
        }
        ${border(panel, {
          ...testSlider(panel, split, drafts),
          label: 'First test row',
          text: dateAt(firstTest),
          place: x(firstTest),
          extra: '',
        })}
      </div>
    </div>
    <div class="x-labels" aria-hidden="true">
      ${yearMarks(split).map((mark) => html`<span ${styles({ left: `${x(mark.row)}%` })}>${mark.year}</span>`)}
    </div>
    ${lanes(folds, x)} ${key(split, firstTest, dateAt(firstTest))}`;
}

/** The engine's answer is about the split that the form shows: nothing that was written is on its way. */
function isTold({ state }: Panel): boolean {
  const shown = splitSchema.safeParse(valueAt(state.written, ['split']) ?? {});
  const told = splitSchema.safeParse(state.check?.study?.split);
  return JSON.stringify(shown.data) === JSON.stringify(told.data);
}

function border(
  panel: Panel,
  options: SliderOptions & { label: string; text: string; place: number; extra: string },
): TemplateResult {
  const now = draftOf(options.drafts, options.name, options.value);
  const canEdit = !isReadOnly(panel);
  return html`<span
    class="handle ${options.extra}"
    role="slider"
    tabindex=${canEdit ? 0 : -1}
    aria-label=${options.label}
    aria-valuemin=${options.low}
    aria-valuemax=${options.high}
    aria-valuenow=${now}
    aria-valuetext=${options.text}
    aria-disabled=${canEdit ? 'false' : 'true'}
    title="${options.label}: ${options.text}"
    @pointerdown=${(event: PointerEvent) => {
      if (canEdit) sliderDown(options, event);
    }}
    @keydown=${(event: KeyboardEvent) => {
      if (canEdit) sliderKey(options, event);
    }}
    @blur=${() => sliderLeft(options)}
    ${styles({ left: `${options.place}%` })}
  ></span>`;
}

/** The test border writes the share, or the date where the study says a date. */
function testSlider(panel: Panel, split: SplitPreview, drafts: Drafts): SliderOptions {
  const { rows, chart } = split;
  const isDate = valueAt(panel.state.written, ['split', 'test', 'from']) !== undefined;
  return {
    name: 'split test',
    drafts,
    value: split.test.from,
    low: Math.round(rows * 0.3),
    high: Math.round(rows * 0.98),
    at: (share) => Math.round(share * (rows - 1)),
    step: (value, steps, size) => value + steps * (size === 'large' ? Math.max(1, Math.round(rows / 50)) : 1),
    track: (thumb) => thumb.parentElement,
    redraw: panel.redraw,
    write: (row) => {
      drafts.written.set('split test', row);
      if (isDate)
        editStudy(panel, ['split', 'test', 'from'], chart.date[nearestPoint(chart.row, row)].slice(0, 10));
      else editStudy(panel, ['split', 'test'], { share: shareText((rows - row) / rows) });
    },
  };
}

/** The border of the first validation row writes the size of the blocks (walk-forward) or the share (holdout). */
function validationSlider(panel: Panel, split: SplitPreview, drafts: Drafts): SliderOptions {
  const validation = effectiveAt(panel.state.written, ['split', 'validation']);
  const isHoldout = valueAt(validation, ['kind']) === 'holdout';
  const searchRows = draftOf(drafts, 'split test', split.test.from);
  return {
    name: 'split validation',
    drafts,
    value: split.folds[0].validation[0],
    low: Math.round(searchRows * 0.1),
    high: Math.round(searchRows * 0.98),
    at: (share) => Math.round(share * (split.rows - 1)),
    step: (value, steps, size) =>
      value + steps * (size === 'large' ? Math.max(1, Math.round(split.rows / 50)) : 1),
    track: (thumb) => thumb.parentElement,
    redraw: panel.redraw,
    write: (row) => {
      drafts.written.set('split validation', row);
      const share = (searchRows - row) / searchRows;
      if (isHoldout) editStudy(panel, ['split', 'validation', 'share'], shareText(share));
      else if (valueAt(panel.state.written, ['split', 'validation']) === undefined)
        editStudy(panel, ['split', 'validation'], {
          kind: 'walkForward',
          size: shareText(share / split.folds.length),
        });
      else editStudy(panel, ['split', 'validation', 'size'], shareText(share / split.folds.length));
    },
  };
}

function shareText(share: number): number {
  return Number(Math.max(0.005, share).toFixed(4));
}

/** The folds as they will be about where the borders are dragged to; the engine says it exactly after the release. */
function movedFolds(split: SplitPreview, firstValidation: number, firstTest: number): readonly Fold[] {
  const n = split.folds.length;
  const size = Math.max(1, (firstTest - Math.min(firstValidation, firstTest - n)) / n);
  return split.folds.map((fold, i) => {
    const from = Math.round(firstTest - (n - i) * size);
    return { train: [fold.train[0], from], validation: [from, Math.round(from + size)] };
  });
}

function lanes(folds: readonly Fold[], x: (row: number) => number): TemplateResult {
  return html`<div class="lanes" role="img" aria-label="Train and validation rows of ${folds.length} folds">
    ${folds.map(
      ({ train, validation }, i) =>
        html`<span class="lane-name">${i + 1}</span
          ><span class="lane"
            ><i
              class="train"
              ${styles({ left: `${x(train[0])}%`, width: `${x(train[1]) - x(train[0])}%` })}
            ></i
            ><i
              class="validation"
              ${styles({ left: `${x(validation[0])}%`, width: `${x(validation[1]) - x(validation[0])}%` })}
            ></i
          ></span>`,
    )}
  </div>`;
}

function key(split: SplitPreview, firstTest: number, date: string): TemplateResult {
  const sizes = split.folds.map(({ validation }) => validation[1] - validation[0]);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const text = least === most ? count(least) : `${count(least)} to ${count(most)}`;
  return html`<div class="key indent">
    <span><i class="swatch train"></i>train</span
    ><span><i class="swatch validation"></i>validation, ${text} rows each</span
    ><span><i class="swatch test"></i>test, ${count(split.rows - firstTest)} rows from ${date}</span>
  </div>`;
}

interface PriceLine {
  readonly y: readonly number[];
  readonly labels: readonly { readonly top: number; readonly value: number }[];
}

/** Log scale where all prices are positive. Percent from the top. */
function pricePath(prices: readonly number[]): PriceLine {
  const isLog = prices.every((p) => p > 0);
  const f = (p: number): number => (isLog ? Math.log(p) : p);
  let low = Infinity;
  let high = -Infinity;
  for (const p of prices) {
    low = Math.min(low, p);
    high = Math.max(high, p);
  }
  const span = f(high) - f(low) || 1;
  const top = (p: number): number => 4 + (1 - (f(p) - f(low)) / span) * 86;
  const nice = niceBetween(low, high);
  return { y: prices.map(top), labels: nice.map((value) => ({ value, top: top(value) })) };
}

/** Up to three round values, spread over the range. */
function niceBetween(low: number, high: number): readonly number[] {
  const wanted = low > 0 ? [low, Math.sqrt(low * high), high] : [low, (low + high) / 2, high];
  const rounded = wanted
    .map((v) => Number(v.toPrecision(2)))
    .filter((v) => v >= low * 0.98 && v <= high * 1.02);
  return [...new Set(rounded)];
}

function points(xs: readonly number[], ys: readonly number[]): string {
  return xs.map((x, i) => `${x.toFixed(3)},${ys[i].toFixed(2)}`).join(' ');
}

function nearestPoint(rows: readonly number[], row: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle] < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** At most about ten years (or months) marked where they begin. */
function yearMarks(split: SplitPreview): readonly { readonly row: number; readonly year: string }[] {
  const { row, date } = split.chart;
  const starts = row.flatMap((r, i) =>
    i > 0 && date[i].slice(0, 4) !== date[i - 1].slice(0, 4) ? [{ row: r, year: date[i].slice(0, 4) }] : [],
  );
  const every = Math.max(1, Math.ceil(starts.length / 10));
  return starts.filter((mark) => Number(mark.year) % every === 0 && mark.row < split.rows * 0.985);
}
