import { html, nothing, type TemplateResult } from 'lit';
import type { CompareResult } from '../../protocol/analysis.ts';
import type { Predictions } from '../../protocol/results.ts';
import { chartView } from '../charts/chart.ts';
import { curvesChart, meanCurve } from '../charts/curves.ts';
import { changesChart, pricesChart, type NamedSet } from '../charts/forecasts.ts';
import { compareTrials } from '../actions.ts';
import { button, icon, statePage, toggle, type Template } from '../controls/controls.ts';
import { persistenceOf, type Panel } from '../panel.ts';
import type { PlotGround } from '../plots/points.ts';
import { addTrial } from './addTrial.ts';
import { pairsView } from './pairs.ts';
import { parameterTable } from './parameterTable.ts';
import { pivot } from './pivot.ts';
import { seriesKey } from './seriesKey.ts';

const daysShown = 60;

/** Compare: any trials side by side, also of other experiments. */
export function compareTab(panel: Panel, groundOf: (panel: Panel) => PlotGround): TemplateResult {
  const { experiment, trials, memory } = panel.state;
  const ground = experiment && trials && panel.table.counts.complete > 0 ? groundOf(panel) : null;
  const { compare } = memory;
  if (compare.length < 2) return tooFew(panel, ground);
  const key = `compare ${compare.map((c) => `${c.store} ${c.id} ${c.number}`).join('; ')} ${panel.table.counts.complete}`;
  const loaded = panel.loads.get(key, () => panel.host.request('compare', { trials: [...compare] }));
  return html`<div class="toolbar">
      ${loaded.state === 'ready' && loaded.value.incomparable.length === 0 ? html`<span class="chip plain">same data, split and horizon ${icon('check')}</span>` : nothing}
      ${toggle({
        pressed: memory.onlyWhatDiffers,
        title: 'Show only hyperparameters that differ',
        content: 'Only what differs',
        onClick: () => panel.dispatch({ type: 'onlyWhatDiffers', on: !memory.onlyWhatDiffers }),
      })}
      <span class="grow"></span>${addTrial(panel, ground)}
    </div>
    ${
      loaded.state === 'loading'
        ? statePage({ title: 'Comparing', text: `${compare.length} trials are read.` })
        : loaded.state === 'failed'
          ? statePage({
              icon: 'error',
              title: 'These trials cannot be compared',
              text: loaded.message,
              actions: button({
                label: 'Choose others',
                onClick: () => panel.dispatch({ type: 'compare', trials: [] }),
              }),
            })
          : compared(panel, loaded.value, ground)
    }`;
}

function tooFew(panel: Panel, ground: PlotGround | null): TemplateResult {
  const { selection } = panel.state.memory;
  const winner = panel.state.experiment?.summary.winner?.number;
  const leader = panel.state.experiment?.summary.leader?.number;
  const best = [...(ground?.points ?? [])]
    .sort((a, b) => a.value - b.value)
    .slice(0, 3)
    .map((p) => p.number);
  const three = [
    ...new Set([
      ...(winner === undefined ? [] : [winner]),
      ...(leader === undefined ? [] : [leader]),
      ...best,
    ]),
  ].slice(0, 3);
  return statePage({
    icon: 'git-compare',
    title: 'Pick two trials to compare',
    text: 'Select rows in the table, with Space or the boxes, then press Compare.',
    actions:
      selection.length >= 2
        ? button({
            label: `Compare the ${selection.length} selected`,
            kind: 'primary',
            onClick: () => compareTrials(panel, selection),
          })
        : three.length >= 2
          ? button({
              label: `Compare the best ${three.length}`,
              kind: 'primary',
              onClick: () => compareTrials(panel, three),
            })
          : button({ label: 'Open Trials', onClick: () => panel.dispatch({ type: 'tab', tab: 'trials' }) }),
  });
}

function compared(panel: Panel, result: CompareResult, ground: PlotGround | null): TemplateResult {
  const isComparable = result.incomparable.length === 0;
  return html`<div class="pad charts">
    ${isComparable ? nothing : html`<div class="note warn w12">${icon('warning')}<span>These scores are not comparable: ${result.incomparable.join(' ')}</span></div>`}
    ${parameterTable(panel, result)} ${result.pairs.length > 0 ? pairsView(result) : nothing}
    ${chartView(panel, overlaidCurves(panel, result))} ${forecasts(panel, result)}
    ${ground ? pivot(panel, ground) : nothing}
  </div>`;
}

function overlaidCurves(panel: Panel, result: CompareResult) {
  const curves = result.trials.map((t) => ({ name: t.label, values: meanCurve(t.trial, 'validation') }));
  const chart = curvesChart({
    id: 'compareCurves',
    title: 'Validation by epoch',
    reading: 'Mean of the folds, lower is better.',
    curves,
    epochs: Math.max(...result.trials.map((t) => t.trial.params.epochs)),
    label: 'Objective',
    persistence: persistenceOf(panel.state),
    span: 6,
  });
  return { ...chart, deps: [result] };
}

/** Predictions of those trials of this experiment that kept them, over the last fold they share. */
function forecasts(panel: Panel, result: CompareResult): Template {
  const own = result.trials.filter((t) => t.ref.id === panel.state.experiment?.summary.id);
  const sets: NamedSet[] = [];
  let horizon = 1;
  let isWaiting = false;
  for (const { number, label } of own) {
    const loaded = panel.loads.get(
      `predictions ${panel.state.experiment!.summary.id} ${number} compare`,
      () => panel.host.request('predictions', { number }),
    );
    if (loaded.state === 'loading') isWaiting = true;
    const last = loaded.state === 'ready' ? lastFold(loaded.value) : null;
    if (!last) continue;
    horizon = last.horizon;
    sets.push({ name: label, set: last.set });
  }
  if (isWaiting || sets.length === 0)
    return html`<figure class="chart w6">
      <header><h2>Forecast and actual changes</h2></header>
      <p class="read">
        ${isWaiting ? 'Predictions are read …' : 'No predictions of these trials were kept.'}
      </p>
    </figure>`;
  const key = html`<div class="key">
    ${sets.map((s) => html`<span>${seriesKey(result.trials.findIndex((t) => t.label === s.name))}${s.name}</span>`)}
    <span><i class="swatch train"></i>actual</span>
  </div>`;
  const place = { span: 6, horizon, last: daysShown, key };
  return html`${chartView(
    panel,
    changesChart(sets, {
      ...place,
      id: 'compareChanges',
      title: 'Forecast and actual changes',
      reading: `Last ${daysShown} days of the last validation fold. Persistence forecasts no change.`,
    }),
  )}
  ${chartView(panel, pricesChart(sets, { ...place, span: 12, id: 'comparePrices', title: 'Prices', reading: 'The same days as prices.' }))}`;
}

function lastFold(
  predictions: Predictions | null,
): { readonly set: NamedSet['set']; readonly horizon: number } | null {
  const set = predictions?.folds.at(-1);
  return set && set.dates.length > 0 ? { set, horizon: predictions!.horizon } : null;
}
