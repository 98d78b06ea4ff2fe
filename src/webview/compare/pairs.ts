import { html, nothing, svg, type TemplateResult } from 'lit';
import type { CompareResult } from '../../protocol/analysis.ts';
import { icon, type Template } from '../controls/controls.ts';
import { signed } from '../format.ts';
import { seriesKey } from './seriesKey.ts';

type Pair = CompareResult['pairs'][number];

/** Paired differences in lift: one ring a fold, interval as a line, mean as a diamond; and the word for it. */
export function pairsView(result: CompareResult): TemplateResult {
  const isRatio = result.objective === 'u2' || result.objective === 'relMae';
  const shown = result.pairs.filter((pair) => pair.a === 0).map((pair) => turned(pair, isRatio ? 100 : 1));
  const others = result.pairs.filter((pair) => pair.a !== 0);
  const reach = Math.max(
    0.2,
    ...shown.flatMap((p) => [...p.byFold, ...(p.interval ?? []), p.mean].map((v) => Math.abs(v))),
  );
  const limit = reach * 1.15;
  return html`<figure class="chart w6" aria-labelledby="title-pairs">
    <header><h2 id="title-pairs">Fold by fold, paired</h2></header>
    ${conclusion(result)}
    <p class="read">
      ${isRatio ? 'Difference in lift' : `Difference in ${result.objective}`} on the same folds, to the
      reference; right is better; small numbers are folds, the diamond is their mean, the line its 95 %
      interval.
    </p>
    ${shown.map((pair) => pairRow(result, pair, limit))}
    ${scale(limit, isRatio ? 'points of lift' : `less ${result.objective}`)}
    ${
      others.length === 0
        ? nothing
        : html`<details class="quiet">
            <summary>${others.length} more pairs</summary>
            ${others.map((pair) => html`<p class="read">${pair.sentence}</p>`)}
          </details>`
    }
  </figure>`;
}

/** The engine's differences are of scores, lower is better; drawn are lifts, right is better. */
function turned(pair: Pair, factor: number): Pair {
  const turn = (difference: number): number => 0 - difference * factor;
  return {
    ...pair,
    byFold: pair.byFold.map(turn),
    bySeed: pair.bySeed.map(turn),
    mean: turn(pair.mean),
    interval: pair.interval && [turn(pair.interval[1]), turn(pair.interval[0])],
  };
}

/** The sentence first: all ties, or who stands apart. */
function conclusion(result: CompareResult): Template {
  const { pairs } = result;
  if (pairs.length === 0) return nothing;
  const isAllTies = pairs.every((pair) => pair.tie);
  const text = isAllTies
    ? pairs.length > 1
      ? 'All are ties: noise explains every difference.'
      : pairs[0].sentence
    : pairs
        .filter((pair) => !pair.tie)
        .slice(0, 3)
        .map((pair) => pair.sentence)
        .join(' ');
  return html`<div class="note quiet-note">${icon('info')}<span>${text}</span></div>`;
}

function pairRow(result: CompareResult, pair: Pair, limit: number): TemplateResult {
  const x = (v: number): string => `${((Math.max(-limit, Math.min(limit, v)) + limit) / (2 * limit)) * 100}%`;
  const color = `var(--c${(pair.b % 5) + 1})`;
  const word = pair.tie ? 'tie' : pair.mean > 0 ? 'better' : 'worse';
  const { interval } = pair;
  const bySeed = pair.bySeed.length;
  return html`<div class="pair">
    <div>
      ${seriesKey(pair.b)} <b>${result.trials[pair.b].label}</b>
      <span class="muted">against ${result.trials[pair.a].label}</span>
    </div>
    <svg role="img" aria-label="${result.trials[pair.b].label}: ${signed(pair.mean)}, ${word}">
      <line x1="0" x2="100%" y1="38" y2="38" stroke="var(--vscode-charts-lines)" opacity=".35"></line>
      <line x1=${x(0)} x2=${x(0)} y1="6" y2="70" stroke="var(--vscode-charts-foreground)" opacity=".7"></line>
      ${
        interval
          ? svg`<line x1=${x(interval[0])} x2=${x(interval[1])} y1="38" y2="38" stroke=${color} stroke-width="2"></line>
              ${interval.map((v) => svg`<line x1=${x(v)} x2=${x(v)} y1="33" y2="43" stroke=${color} stroke-width="2"></line>`)}`
          : nothing
      }
      ${pair.byFold.map(
        (
          v,
          i,
        ) => svg`<circle cx=${x(v)} cy="38" r="4" fill="var(--vscode-editor-background)" stroke=${color} stroke-width="1.5"></circle>
          <text x=${x(v)} y=${i % 2 ? 58 : 26} text-anchor="middle" class="axis-text">${i + 1}</text>`,
      )}
      <svg x=${x(pair.mean)} y="38" overflow="visible">
        <path d="M0 -6 L6 0 L0 6 L-6 0z" fill=${color}></path>
      </svg>
    </svg>
    <div>
      <span class="word">${word}</span><br />
      <span class="muted small"
        >${signed(pair.mean)}${interval ? ` [${signed(interval[0])}, ${signed(interval[1])}]` : ''}${bySeed > 0 ? html`<br />${bySeed} seeds: ${pair.bySeed.map((v) => signed(v)).join(', ')}` : nothing}</span
      >
    </div>
  </div>`;
}

function scale(limit: number, unit: string): TemplateResult {
  const half = Number((limit / 2).toPrecision(1));
  const x = (v: number): string => `${((v + limit) / (2 * limit)) * 100}%`;
  return html`<div class="pair">
    <div></div>
    <svg class="axis" aria-hidden="true">
      <text x="0" y="12" class="axis-text">← worse</text>
      ${[-half, 0, half].map((v) => svg`<text x=${x(v)} y="12" text-anchor="middle" class="axis-text">${v === 0 ? '0' : signed(v, half < 0.1 ? 2 : 1)}</text>`)}
      <text x="100%" y="12" text-anchor="end" class="axis-text">better →</text>
    </svg>
    <div class="muted small">${unit}, 95 %</div>
  </div>`;
}
