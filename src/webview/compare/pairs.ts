import { html, nothing, svg, type TemplateResult } from 'lit';
import type { CompareResult } from '../../protocol/analysis.ts';
import { icon, type Template } from '../controls/controls.ts';
import { plural, signed } from '../format.ts';
import { seriesKey } from './seriesKey.ts';

type Pair = CompareResult['pairs'][number];

/**
 * Paired differences in lift: one ring a fold, one dot a fresh seed, interval as a line, mean as a diamond; and the word for it.
 * Where both were confirmed mean and interval are over the seeds, else over the folds.
 */
export function pairsView(result: CompareResult): TemplateResult {
  const isRatio = result.objective === 'u2' || result.objective === 'relMae';
  const shown = result.pairs.filter((pair) => pair.a === 0).map((pair) => turned(pair, isRatio ? 100 : 1));
  const others = result.pairs.filter((pair) => pair.a !== 0);
  const reach = Math.max(
    0.2,
    ...shown.flatMap((p) => [...p.byFold, ...p.bySeed, ...(p.interval ?? []), p.mean].map(Math.abs)),
  );
  const limit = reach * 1.15;
  return html`<figure class="chart w6" aria-labelledby="title-pairs">
    <header><h2 id="title-pairs">Fold by fold, paired</h2></header>
    ${conclusion(result)}
    <p class="read">
      ${isRatio ? 'Difference in lift' : `Difference in ${result.objective}`} to the reference; right is
      better. Rings are folds of the search${shown.some(isBySeeds) ? ', dots fresh seeds' : ''}; the diamond
      is the mean ${means(shown)}, the line its 95 % interval.
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

/** The engine takes mean and interval over the seeds where there are two and more of both. */
function isBySeeds({ bySeed, byFold }: Pair): boolean {
  return bySeed.length >= 2 || byFold.length === 0;
}

function means(pairs: readonly Pair[]): string {
  if (pairs.every(isBySeeds)) return 'of the seeds';
  return pairs.some(isBySeeds) ? 'of the seeds where there are some, else of the folds' : 'of the folds';
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
  const { interval, byFold, bySeed, mean } = pair;
  const bySeeds = isBySeeds(pair);
  // Folds and seeds on a line each; folds alone have the middle.
  const [folds, seeds] = bySeeds ? [28, 56] : [38, 38];
  const ground = (y: number): TemplateResult =>
    svg`<line x1="0" x2="100%" y1=${y} y2=${y} stroke="var(--vscode-charts-lines)" opacity=".35"></line>`;
  const over = bySeeds ? plural(bySeed.length, 'fresh seed') : plural(byFold.length, 'fold');
  return html`<div class="pair">
    <div>
      ${seriesKey(pair.b)} <b>${result.trials[pair.b].label}</b>
      <span class="muted">against ${result.trials[pair.a].label}</span>
    </div>
    <svg
      role="img"
      aria-label="${result.trials[pair.b].label}: ${signed(mean)} over ${over}, ${word}. Folds: ${byFold.map((v) => signed(v)).join(', ')}${bySeed.length > 0 ? `; seeds: ${bySeed.map((v) => signed(v)).join(', ')}` : ''}"
    >
      ${ground(folds)}${bySeeds ? ground(seeds) : nothing}
      <line x1=${x(0)} x2=${x(0)} y1="6" y2="70" stroke="var(--vscode-charts-foreground)" opacity=".7"></line>
      ${
        interval
          ? svg`<line x1=${x(interval[0])} x2=${x(interval[1])} y1=${seeds} y2=${seeds} stroke=${color} stroke-width="2"></line>
              ${interval.map((v) => svg`<line x1=${x(v)} x2=${x(v)} y1=${seeds - 5} y2=${seeds + 5} stroke=${color} stroke-width="2"></line>`)}`
          : nothing
      }
      ${byFold.map(
        (v, i) =>
          svg`<circle cx=${x(v)} cy=${folds} r="4" fill="var(--vscode-editor-background)" stroke=${color} stroke-width="1.5"></circle>
          <text x=${x(v)} y=${!bySeeds && i % 2 ? folds + 20 : folds - 12} text-anchor="middle" class="axis-text">${i + 1}</text>`,
      )}
      ${bySeeds ? bySeed.map((v) => svg`<circle cx=${x(v)} cy=${seeds} r="2.5" fill=${color}></circle>`) : nothing}
      <svg x=${x(mean)} y=${seeds} overflow="visible">
        <path d="M0 -6 L6 0 L0 6 L-6 0z" fill=${color} stroke="var(--vscode-editor-background)"></path>
      </svg>
    </svg>
    <div>
      <span class="word">${word}</span><br />
      <span class="muted small"
        >${signed(mean)}${interval ? ` [${signed(interval[0])}, ${signed(interval[1])}]` : ''}<br />${over}</span
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
