import { html, svg, type TemplateResult } from 'lit';
import type { HyperparameterName } from '../../model/hyperparameters.ts';
import { hyperparameterSpecs } from '../../model/hyperparameters.ts';
import { valuesOf, type Distribution } from '../../model/searchSpace.ts';
import { editStudy } from '../actions.ts';
import { textField } from '../controls/controls.ts';
import { words } from '../format.ts';
import type { Panel } from '../panel.ts';
import { styles } from '../styling.ts';
import { isReadOnly, issuesOf, readText } from './field.ts';
import { draftOf, sliderDown, sliderKey, sliderLeft, type Drafts, type SliderOptions } from './slider.ts';
import { issuesAt } from './studyValues.ts';

type Range = Extract<Distribution, { kind: 'int' | 'float' }>;

/** Where the track begins and ends: what people try, not what is allowed. */
const trackEnds: Readonly<Partial<Record<HyperparameterName, readonly [number, number]>>> = {
  lookback: [5, 240],
  units: [8, 256],
  layers: [1, 6],
  dropout: [0, 0.8],
  recurrentDropout: [0, 0.8],
  learningRate: [1e-4, 1],
  batchSize: [8, 256],
  epochs: [5, 100],
  momentum: [0, 0.99],
  weightDecay: [0, 0.1],
  clipNorm: [0, 5],
};

/** from, track, to: allowed range as a line, chosen range heavy, one tick a candidate value, two thumbs. */
export function rangeEditor(
  panel: Panel,
  name: HyperparameterName,
  from: { readonly range: Range; readonly drafts: Drafts },
): TemplateResult {
  const { range } = from;
  const low = draftOf(from.drafts, `${name} low`, range.low);
  const high = draftOf(from.drafts, `${name} high`, range.high);
  const usual = trackEnds[name] ?? [range.low, range.high];
  const isLog = range.log && Math.min(usual[0] || 1e-5, low) > 0;
  const ends: readonly [number, number] = [
    Math.min(isLog ? usual[0] || 1e-5 : usual[0], low),
    Math.max(usual[1], high),
  ];
  const shareOf = (v: number): number =>
    isLog ? Math.log(v / ends[0]) / Math.log(ends[1] / ends[0]) : (v - ends[0]) / (ends[1] - ends[0]);
  const x = (v: number): string => `${(Math.max(0, Math.min(1, shareOf(v))) * 100).toFixed(2)}%`;
  const candidates = valuesOf({ ...range, low, high });
  const ticks = candidates && candidates.length <= 60 ? candidates.slice(1).map(Number) : [];
  const thumb = (end: 'low' | 'high'): TemplateResult => {
    const value = end === 'low' ? low : high;
    const options = thumbOptions(panel, name, { ...from, end, ends, isLog });
    return html`<span
      class="thumb"
      role="slider"
      tabindex=${isReadOnly(panel) ? -1 : 0}
      aria-label="${words(name)}, ${end === 'low' ? 'from' : 'to'}"
      aria-valuemin=${options.low}
      aria-valuemax=${options.high}
      aria-valuenow=${value}
      aria-disabled=${isReadOnly(panel) ? 'true' : 'false'}
      @pointerdown=${(event: PointerEvent) => {
        if (!isReadOnly(panel)) sliderDown(options, event);
      }}
      @keydown=${(event: KeyboardEvent) => {
        if (!isReadOnly(panel)) sliderKey(options, event);
      }}
      @blur=${() => sliderLeft(options)}
      ${styles({ left: x(value) })}
    ></span>`;
  };
  return html`<div class="range">
    ${endField(panel, name, { range, end: 'low', shown: low })}
    <div class="track">
      <svg aria-hidden="true">
        <line x1="0" x2="100%" y1="12" y2="12" stroke="var(--vscode-charts-lines)" opacity=".5"></line>
        <line
          x1=${x(low)}
          x2=${x(high)}
          y1="12"
          y2="12"
          stroke="var(--vscode-foreground)"
          stroke-width="2"
        ></line>
        ${ticks.map((v) => svg`<line x1=${x(v)} x2=${x(v)} y1="8" y2="16" stroke="var(--vscode-foreground)"></line>`)}
      </svg>
      ${thumb('low')}${thumb('high')}
    </div>
    ${endField(panel, name, { range, end: 'high', shown: high })}
  </div>`;
}

function endField(
  panel: Panel,
  name: HyperparameterName,
  at: { readonly range: Range; readonly end: 'low' | 'high'; readonly shown: number },
): TemplateResult {
  const { range, end, shown } = at;
  const path = ['hyperparameters', name, range.kind, end === 'low' ? 0 : 1];
  return textField({
    value: String(shown),
    label: `${words(name)}, ${end === 'low' ? 'from' : 'to'}`,
    readonly: isReadOnly(panel),
    invalid: issuesAt(issuesOf(panel), path.slice(0, 3)).find((issue) => issue.severity === 'error')?.message,
    onCommit: (text) => {
      const read = readText(text, { kind: 'number' });
      if (read.ok && read.value !== undefined) editStudy(panel, path, read.value);
      else panel.redraw();
    },
  });
}

function thumbOptions(
  panel: Panel,
  name: HyperparameterName,
  at: {
    readonly range: Range;
    readonly drafts: Drafts;
    readonly end: 'low' | 'high';
    readonly ends: readonly [number, number];
    readonly isLog: boolean;
  },
): SliderOptions {
  const { range, drafts, end, ends, isLog } = at;
  const spec = hyperparameterSpecs[name];
  const bounds = spec.type === 'categorical' ? ends : ([spec.low, spec.high] as const);
  const snap = (v: number): number => {
    if (range.kind === 'int') return Math.round(v);
    if (isLog) return Number(v.toPrecision(2));
    const step = range.step ?? (ends[1] - ends[0]) / 100;
    return Number((Math.round(v / step) * step).toPrecision(6));
  };
  return {
    name: `${name} ${end}`,
    drafts,
    value: end === 'low' ? range.low : range.high,
    low: end === 'low' ? Math.max(bounds[0], Math.min(ends[0], range.low)) : range.low,
    high: end === 'low' ? range.high : Math.min(bounds[1], ends[1]),
    at: (share) =>
      snap(isLog ? ends[0] * (ends[1] / ends[0]) ** share : ends[0] + share * (ends[1] - ends[0])),
    step: (value, steps, size) => {
      const many = size === 'large' ? 5 : 1;
      if (isLog) return Number((value * 10 ** ((steps * many) / 10)).toPrecision(2));
      const step = range.kind === 'int' ? range.step : (range.step ?? (ends[1] - ends[0]) / 100);
      return snap(value + steps * many * step);
    },
    track: (element) => element.closest('.track'),
    redraw: panel.redraw,
    write: (value) => editStudy(panel, ['hyperparameters', name, range.kind, end === 'low' ? 0 : 1], value),
  };
}
