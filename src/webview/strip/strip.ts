import { html, nothing, svg, type TemplateResult } from 'lit';
import type { ExperimentSummary } from '../../protocol/experiments.ts';
import { guard } from 'lit/directives/guard.js';
import { keyed } from 'lit/directives/keyed.js';
import { resume, run, stop } from '../actions.ts';
import { button, icon, type ButtonOptions, type Template } from '../controls/controls.ts';
import { menu, under } from '../controls/menu.ts';
import { duration, percent, plural, price, ratio, signed } from '../format.ts';
import { objectiveOf, type Panel } from '../panel.ts';
import { foldSpread, liftAt, rowOf, stateAt } from '../state/trials.ts';
import { styles } from '../styling.ts';
import { diamond } from '../table/cells.ts';

/** Where the experiment stands; the same on every tab. Nothing before the first start: then Setup's foot has Run. */
export function strip(panel: Panel): Template {
  const { experiment, progress } = panel.state;
  if (!experiment) return nothing;
  const { summary } = experiment;
  const isRunning = summary.state === 'running';
  const share = progressShare(panel, summary);
  return html`<section class="strip" aria-label="Experiment">
    <div class="facts" role="status">${standing(panel, summary)}</div>
    <div class="facts lead-facts">${leading(panel, summary)}</div>
    ${guard([panel.state.trials, experiment, panel.table.noise.percent], () => ruler(panel))}
    <div class="actions">${actions(panel, summary)}</div>
    ${
      isRunning
        ? html`<div
            class="bar"
            role="progressbar"
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=${Math.round(share * 100)}
            aria-label=${progress?.phase === 'confirm' ? 'Confirmation runs' : 'Trials'}
            ${styles({ '--share': String(share) })}
          ></div>`
        : nothing
    }
  </section>`;
}

function fact(label: string, content: unknown, extra = ''): TemplateResult {
  return html`<div class="fact ${extra}"><span>${label}</span><span>${content}</span></div>`;
}

function progressShare(panel: Panel, summary: ExperimentSummary): number {
  const { progress } = panel.state;
  if (progress?.confirm && progress.phase === 'confirm')
    return progress.confirm.done / Math.max(1, progress.confirm.of);
  const { complete, pruned, failed } = summary.counts;
  return Math.min(1, (complete + pruned + failed) / Math.max(1, summary.budget));
}

const closedWords = { damaged: 'Damaged', newer: 'Newer version', unreadable: 'Not readable' } as const;

function standing(panel: Panel, summary: ExperimentSummary): TemplateResult {
  const { progress, stopping } = panel.state;
  const { complete, pruned, failed } = summary.counts;
  const done = complete + pruned + failed;
  const spinner = icon('loading', 'codicon-modifier-spin');
  switch (summary.state) {
    case 'running': {
      const isConfirming = progress?.phase === 'confirm' ? progress.confirm : null;
      const word =
        stopping || progress?.phase === 'stopping' ? 'Stopping' : isConfirming ? 'Confirming' : 'Running';
      const amount = isConfirming
        ? `${isConfirming.done} of ${isConfirming.of}`
        : `${done} of ${summary.budget}`;
      const eta = progress?.etaMs ?? null;
      return html`${fact(word, html`${spinner}<b>${amount}</b>`)}
      ${fact('Left', eta === null ? 'not known yet' : `about ${duration(eta)}`)}`;
    }
    case 'finished': {
      const took = elapsed(panel);
      return html`${fact('Finished', html`${icon('check')}<b>${plural(done, 'trial')}</b>`)}
      ${took === null ? nothing : fact('Took', duration(took))}`;
    }
    case 'interrupted':
      return fact('Interrupted', html`${icon('debug-pause')}<b>${done} of ${summary.budget}</b>`);
    case 'damaged':
    case 'newer':
    case 'unreadable':
      return fact(closedWords[summary.state], html`${icon('warning')}${summary.problem ?? 'cannot be read'}`);
    case 'ready':
      return fact('Ready', html`<b>${done} of ${summary.budget}</b>`);
  }
}

/** From the first start to the last end; pauses count. */
function elapsed(panel: Panel): number | null {
  const { trials, progress } = panel.state;
  if (progress) return progress.elapsedMs;
  let first = Infinity;
  let last = -Infinity;
  for (let row = 0; row < (trials?.count ?? 0); row++) {
    const start = trials!.startedAtMs[row];
    const end = start + trials!.durationMs[row];
    if (start < first) first = start;
    if (end > last) last = end;
  }
  return last > first ? last - first : null;
}

function leading(panel: Panel, summary: ExperimentSummary): Template {
  const { trials } = panel.state;
  const { winner, leader } = summary;
  const shown = winner ?? leader;
  if (!shown || !trials) return nothing;
  const objective = objectiveOf(panel.state);
  const text = objective === 'u2' || objective === 'relMae' ? ratio : price;
  const row = rowOf(trials, shown.number);
  const spread = winner ? winner.sd : row < 0 ? NaN : foldSpread(trials, row);
  const isNoise = Math.abs(shown.liftPercent) <= noiseOf(panel, winner?.seeds ?? 1);
  const rmse = row < 0 ? NaN : trials.metrics.rmse[row];
  const baseline = panel.state.experiment?.experiment.baselines.find((b) => b.id === 'persistence');
  const name = winner
    ? `Winner, ${winner.seeds} fresh seeds`
    : summary.state === 'running'
      ? 'Leader so far'
      : 'Leader';
  return html`${fact(
    name,
    html`${winner ? icon('verified', 'lead') : diamond()} <b>#${shown.number}</b> ${text(shown.value)}
      ${Number.isNaN(spread) ? nothing : html`<span class="muted small" title=${winner ? 'standard deviation over seeds' : 'spread over folds'}>± ${text(spread)}</span>`}`,
  )}
  ${fact(
    winner ? (isNoise ? 'Lift, within noise' : 'Lift, fresh seeds') : 'Lift, 1 seed',
    html`<b>${signed(shown.liftPercent)} %</b>`,
  )}
  ${
    Number.isNaN(rmse) || !baseline
      ? nothing
      : fact(
          winner ? 'RMSE, search seed' : 'RMSE, price units',
          html`${price(rmse)} <span class="muted">persistence ${price(baseline.mean.rmse)}</span>`,
          'wide',
        )
  }`;
}

/** Noise of a mean over some seeds against persistence, in percent of lift. */
function noiseOf(panel: Panel, seeds: number): number {
  return panel.table.noise.percent / Math.sqrt(seeds);
}

/** All complete trials on the lift axis: one tick each, leader a diamond, persistence dashed, seed noise shaded. */
function ruler(panel: Panel): Template {
  const { trials, experiment } = panel.state;
  const lifts: number[] = [];
  for (let row = 0; row < (trials?.count ?? 0); row++)
    if (stateAt(trials!, row) === 'complete') lifts.push(liftAt(trials!, row));
  const shown = experiment?.summary.winner ?? experiment?.summary.leader;
  if (lifts.length === 0 || !shown) return html`<span class="ruler"></span>`;
  const noise = panel.table.noise.percent;
  const limit = Math.max(noise * 2, Math.abs(shown.liftPercent) * 1.15);
  const x = (v: number): string => `${((Math.max(-limit, Math.min(limit, v)) + limit) / (2 * limit)) * 100}%`;
  const off = lifts.filter((v) => v < -limit).length;
  const ticks = lifts.filter((v) => v >= -limit && v <= limit);
  // Beyond a few hundred, ticks on one pixel are one tick.
  const places = new Set(ticks.map((v) => Math.round(((v + limit) / (2 * limit)) * 560)));
  const beyond = lifts.filter((v) => v > noise).length;
  return html`<svg
    class="ruler"
    role="img"
    aria-label="Lift of ${plural(lifts.length, 'complete trial')}; ${beyond} beyond seed noise (${percent(noise / 100, 2)})"
  >
    <rect x=${x(-noise)} y="0" width="${(noise / limit) * 100}%" height="18" fill="var(--noise)"></rect>
    <line x1="0" x2="100%" y1="18" y2="18" stroke="var(--vscode-charts-lines)" opacity=".5"></line>
    ${[...places].map((place) => {
      const at = `${(place / 560) * 100}%`;
      return svg`<line x1=${at} x2=${at} y1="6" y2="18" stroke="var(--vscode-charts-foreground)" opacity=".55"></line>`;
    })}
    <line x1=${x(0)} x2=${x(0)} y1="-2" y2="20" class="persistence"></line>
    <svg x=${x(shown.liftPercent)} y="9" overflow="visible">
      ${
        experiment?.summary.winner
          ? svg`<circle r="5.5" fill="var(--better)" stroke="var(--vscode-editor-background)"></circle>`
          : svg`<path d="M0 -6 L6 0 L0 6 L-6 0z" fill="var(--better)" stroke="var(--vscode-editor-background)"></path>`
      }
    </svg>
    <text x="0" y="31" class="axis-text">${off > 0 ? `← worse, ${off} off` : '← worse'}</text>
    <text x=${x(0)} y="31" class="axis-text strong" text-anchor="middle">persistence</text>
    <text x="100%" y="31" class="axis-text" text-anchor="end">better →</text>
  </svg>`;
}

/** An element of its own for what it does: a press that began on Stop is none on Resume. */
function stateButton(options: ButtonOptions): Template {
  const { icon: name = '' } = options;
  return html`${keyed(name, button(options))}`;
}

function actions(panel: Panel, summary: ExperimentSummary): Template {
  const { document: shown, stopping, asked, overlay } = panel.state;
  const isTrusted = shown?.trusted === true;
  if (!isTrusted) return nothing;
  switch (summary.state) {
    case 'running':
      return stateButton({
        label: stopping ? 'Stop now' : 'Stop',
        icon: 'debug-stop',
        title: stopping
          ? 'Stop at once; the folds in flight are repeated after a resume'
          : 'Stop after the folds in flight (press again: now)',
        onClick: (event) => stop(panel, event),
      });
    case 'interrupted':
    case 'ready':
      return stateButton({
        label: 'Resume',
        icon: summary.state === 'ready' ? 'play' : 'debug-continue',
        kind: 'primary',
        disabled: asked.run,
        onClick: () => resume(panel),
      });
    case 'damaged':
    case 'newer':
    case 'unreadable':
      return nothing;
    case 'finished':
      if (shown.kind !== 'file') return nothing;
      return html`${button({
        label: 'More trials',
        icon: 'add',
        disabled: asked.run,
        onClick: (event) =>
          panel.dispatch({
            type: 'overlay',
            overlay: { kind: 'moreTrials', ...under(event) },
          }),
      })}
      ${
        overlay?.kind === 'moreTrials'
          ? menu({
              label: 'Run again',
              x: overlay.x,
              y: overlay.y,
              close: () => panel.dispatch({ type: 'overlay', overlay: null }),
              items: [
                {
                  kind: 'item',
                  label: `${summary.budget} more trials of this search`,
                  run: () => run(panel, 'moreTrials'),
                },
                { kind: 'item', label: 'The same with another seed', run: () => run(panel, 'anotherSeed') },
                { kind: 'item', label: 'Again from the start', run: () => run(panel, 'again') },
              ],
            })
          : nothing
      }`;
  }
}
