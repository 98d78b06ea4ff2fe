import { html, nothing, svg, type TemplateResult } from 'lit';
import type { TrialState } from '../../model/trial.ts';
import { sparkPoints, type TrialColumns } from '../../protocol/trialColumns.ts';
import { icon } from '../controls/controls.ts';
import { signed } from '../format.ts';
import { liftAt, stateAt } from '../state/trials.ts';

/** Small pictures in table cells and the strip. Persistence is dashed 4-4 everywhere; inside the noise a bar is grey. */

export const stateIcons: Readonly<Record<TrialState, readonly [string, string]>> = {
  waiting: ['circle-outline', 'muted'],
  running: ['loading', 'codicon-modifier-spin lead'],
  complete: ['check', 'muted'],
  pruned: ['circle-slash', 'muted'],
  failed: ['error', 'err'],
};

export function stateIcon(state: TrialState): TemplateResult {
  const [name, extra] = stateIcons[state];
  return icon(name, extra);
}

export function diamond(): TemplateResult {
  return html`<svg class="inline" width="11" height="11" viewBox="0 0 11 11" role="img" aria-label="leader">
    <path d="M5.5 .5 L10.5 5.5 L5.5 10.5 L.5 5.5z" fill="var(--better)"></path>
  </svg>`;
}

const bar = { width: 84, height: 24, edge: 5 } as const;

/** Lift as a diverging bar: right is better, dashed zero is persistence, an arrow where it is cut. */
export function liftBar(lift: number, noise: number): TemplateResult {
  const { width, height, edge } = bar;
  const limit = noise * 1.5;
  const half = width / 2;
  const x = (v: number): number => half + (Math.max(-limit, Math.min(limit, v)) / limit) * (half - edge);
  const end = x(lift);
  const fill = Math.abs(lift) <= noise ? 'var(--tie)' : lift > 0 ? 'var(--better)' : 'var(--worse)';
  const tip = lift < 0 ? -edge : edge;
  return html`<svg width=${width} height=${height} aria-hidden="true">
    <rect x=${x(-noise)} y="0" width=${x(noise) - x(-noise)} height=${height} fill="var(--noise)"></rect>
    <rect
      x=${Math.min(half, end)}
      y=${height / 2 - 4}
      width=${Math.max(1, Math.abs(end - half))}
      height="8"
      fill=${fill}
    ></rect>
    ${
      Math.abs(lift) > limit
        ? svg`<path d="M${end} ${height / 2 - 4} l${tip} 4 l${-tip} 4z" fill=${fill}></path>`
        : nothing
    }
    <line x1=${half} x2=${half} y1="0" y2=${height} class="persistence"></line>
  </svg>`;
}

/** One segment a fold, the current one filled by epoch. */
export function foldSegments(trials: TrialColumns, row: number, epochs: number): TemplateResult {
  const width = 136;
  const gap = 3;
  const folds = Math.max(1, trials.folds);
  const size = (width - (folds - 1) * gap) / folds;
  const fold = trials.progressFold[row];
  const share = Math.min(1, trials.progressEpoch[row] / Math.max(1, epochs));
  return html`<svg
    width=${width}
    height="24"
    role="img"
    aria-label="fold ${fold + 1} of ${folds}, epoch ${trials.progressEpoch[row]} of ${epochs}"
  >
    ${Array.from({ length: folds }, (_, i) => {
      const done = i < fold ? 1 : i === fold ? share : 0;
      return svg`<rect x=${i * (size + gap)} y="10" width=${size} height="4" fill="var(--vscode-charts-foreground)" opacity=".18"></rect>
        <rect x=${i * (size + gap)} y="10" width=${size * done} height="4" fill="var(--vscode-progressBar-background)"></rect>`;
    })}
  </svg>`;
}

export function liftCell(trials: TrialColumns, row: number, noise: number): TemplateResult {
  const lift = liftAt(trials, row);
  const text = Number.isNaN(lift) ? '' : signed(lift);
  return html`<span class="lift"><b>${text}</b>${Number.isNaN(lift) ? nothing : liftBar(lift, noise)}</span>`;
}

/** Range that all sparklines share, so that they can be compared. */
export interface SparkScale {
  readonly low: number;
  readonly high: number;
  readonly persistence: number | null;
  /** Epochs the width stands for. */
  readonly epochs: number;
}

/** Ends and the bulk of all curves; one diverged trial must not flatten the others. */
export function sparkScale(trials: TrialColumns, persistence: number | null): SparkScale {
  const ends: number[] = [];
  const all: number[] = [];
  const every = Math.max(1, Math.floor(trials.count / 500));
  for (let row = 0; row < trials.count; row += every) {
    const values = sparkOf(trials, row);
    if (values.length === 0) continue;
    ends.push(values.at(-1)!);
    for (const v of values) all.push(v);
  }
  ends.sort((a, b) => a - b);
  all.sort((a, b) => a - b);
  const at = (sorted: number[], q: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  if (all.length === 0) return { low: 0, high: 1, persistence, epochs: sparkPoints };
  const low = Math.min(at(ends, 0.01), persistence ?? Infinity);
  const high = Math.max(at(all, 0.9), persistence ?? -Infinity);
  return { low, high: high > low ? high : low + 1e-9, persistence, epochs: sparkPoints };
}

function sparkOf(trials: TrialColumns, row: number): Float32Array {
  const all = trials.spark.subarray(row * sparkPoints, (row + 1) * sparkPoints);
  const end = all.findIndex((v) => Number.isNaN(v));
  return end < 0 ? all : all.subarray(0, end);
}

export function sparkline(trials: TrialColumns, row: number, scale: SparkScale): TemplateResult {
  const width = 60;
  const height = 18;
  const values = sparkOf(trials, row);
  const state = stateAt(trials, row);
  const longest = Math.max(2, Math.min(sparkPoints, trials.params.epochs[row] || sparkPoints));
  const x = (i: number): number => 1 + (i / (longest - 1)) * (width - 5);
  const y = (v: number): number => {
    const inside = Math.max(scale.low, Math.min(scale.high, v));
    return height - 2 - ((inside - scale.low) / (scale.high - scale.low)) * (height - 4);
  };
  const points = Array.from(values, (v, i) => `${x(i).toFixed(1)},${y(v).toFixed(1)}`).join(' ');
  const stroke =
    state === 'running'
      ? 'var(--better)'
      : state === 'failed'
        ? 'var(--vscode-errorForeground)'
        : 'currentColor';
  return html`<svg class="spark" width=${width} height=${height} aria-hidden="true">
    ${
      scale.persistence === null
        ? nothing
        : svg`<line x1="0" x2=${width} y1=${y(scale.persistence)} y2=${y(scale.persistence)} class="persistence faint"></line>`
    }
    <polyline
      points=${points}
      fill="none"
      stroke=${stroke}
      stroke-width="1.2"
      opacity=${state === 'pruned' ? 0.5 : 0.85}
    ></polyline>
    ${
      state === 'running' && values.length > 0
        ? svg`<circle cx=${x(values.length - 1)} cy=${y(values.at(-1)!)} r="2" fill="var(--better)"></circle>`
        : nothing
    }
  </svg>`;
}
