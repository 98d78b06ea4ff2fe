import { html, nothing, type TemplateResult } from 'lit';
import { mostCompared, type CompareResult } from '../../protocol/analysis.ts';
import type { Predictions } from '../../protocol/results.ts';
import { chartView } from '../charts/chart.ts';
import { curvesChart, meanCurve } from '../charts/curves.ts';
import { changesChart, pricesChart, type NamedSet } from '../charts/forecasts.ts';
import { compareTrials } from '../actions.ts';
import { button, icon, statePage, toggle, type Template } from '../controls/controls.ts';
import { metricLabel } from '../format.ts';
import { persistenceOf, type Panel } from '../panel.ts';
import type { PlotGround } from '../plots/points.ts';
import { addTrial } from './addTrial.ts';
import { pairsView } from './pairs.ts';
import { parameterTable } from './parameterTable.ts';
import { pivot } from './pivot.ts';
import { seriesKey } from './seriesKey.ts';
import { trialVersion } from '../state/trials.ts';

const daysShown = 60;

/** Compare: any trials side by side, also of other experiments. */
export function compareTab(panel: Panel, groundOf: (panel: Panel) => PlotGround): TemplateResult {
  const { experiment, trials, memory } = panel.state;
  const ground = experiment && trials && panel.table.counts.complete > 0 ? groundOf(panel) : null;
  const { compare } = memory;
  if (compare.length < 2) return tooFew(panel, ground);
  const subject = `compare ${compare.map((c) => `${c.store} ${c.id} ${c.number}`).join('; ')}`;
  const loaded = panel.loads.get({ subject, version: versionOf(panel) }, () =>
    panel.host.request('compare', { trials: [...compare] }),
  );
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
              actions: html`${button({
                label: 'Choose others',
                onClick: () => panel.dispatch({ type: 'compare', trials: [] }),
              })}
              ${button({ label: 'Try again', onClick: loaded.again })}`,
            })
          : compared(panel, loaded.value, ground)
    }`;
}

/**
 * What a comparison rests on, as far as it is known here: the trials themselves, and all fresh seeds, whose noise decides
 * what is a tie. A further trial of the search changes nothing in it.
 */
function versionOf({ state }: Panel): string {
  const { trials } = state;
  if (!trials) return '';
  const id = state.experiment?.summary.id;
  const own = state.memory.compare.filter((trial) => trial.id === id);
  const seeds = trials.confirmSeeds.reduce((sum, n) => sum + n, 0);
  return `${own.map(({ number }) => trialVersion(trials, number)).join('; ')} ${seeds}`;
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
      selection.length >= 2 && selection.length <= mostCompared
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
    reading:
      result.incomparable.length === 0
        ? 'Mean of the folds, lower is better.'
        : 'Mean of the folds. Read the shape of each: heights of different experiments do not compare.',
    curves,
    epochs: Math.max(...result.trials.map((t) => t.trial.params.epochs)),
    label: metricLabel(result.objective),
    persistence: persistenceHere(panel, result),
    span: 6,
  });
  return { ...chart, deps: [result] };
}

/** Persistence in the unit of the first trial; a score in price units has it only where it is this experiment's. */
function persistenceHere(panel: Panel, { objective, trials }: CompareResult): number | null {
  if (objective === 'u2' || objective === 'relMae') return 1;
  const isHere = trials[0]?.ref.id === panel.state.experiment?.summary.id;
  return isHere ? persistenceOf(panel.state) : null;
}

interface Drawable {
  /** Forecasts over the same rows as those of the first trial that kept any. */
  readonly sets: readonly (NamedSet & { readonly series: number })[];
  readonly horizon: number;
  readonly isWaiting: boolean;
  /** Labels of trials that are left out, by why. */
  readonly notKept: readonly string[];
  readonly otherRows: readonly string[];
}

/** The last validation fold of each trial that kept its predictions; of other experiments too, where the rows are the same. */
function drawable(panel: Panel, result: CompareResult): Drawable {
  const loaded = result.trials.map(({ ref, number, label, trial }, series) => ({
    label,
    series,
    answer: panel.loads.get(
      { subject: `predictions ${ref.store} ${ref.id} ${number} compare`, version: trial.state },
      () => panel.host.request('predictions', { number, of: ref }),
    ),
  }));
  const known = loaded.flatMap(({ label, series, answer }) => {
    const last = answer.state === 'ready' ? lastFold(answer.value) : null;
    return last ? [{ name: label, series, ...last }] : [];
  });
  const [first] = known;
  const alike = known.filter((k) => isSameRows(k, first));
  return {
    sets: alike,
    horizon: first?.horizon ?? 1,
    isWaiting: loaded.some(({ answer }) => answer.state === 'loading'),
    notKept: loaded.map(({ label }) => label).filter((label) => !known.some((k) => k.name === label)),
    otherRows: known.filter((k) => !alike.includes(k)).map(({ name }) => name),
  };
}

/** The same days, horizon and prices: only then one set of grey bars is the actual change of both. */
function isSameRows(a: LastFold, b: LastFold): boolean {
  return (
    a.horizon === b.horizon &&
    a.set.dates.length === b.set.dates.length &&
    a.set.dates.every((date, i) => date === b.set.dates[i]) &&
    a.set.last.every((price, i) => price === b.set.last[i])
  );
}

function forecasts(panel: Panel, result: CompareResult): Template {
  const { sets, horizon, isWaiting, notKept, otherRows } = drawable(panel, result);
  if (isWaiting || sets.length === 0)
    return html`<figure class="chart w6">
      <header><h2>Forecast and actual changes</h2></header>
      <p class="read">
        ${isWaiting ? 'Predictions are read …' : 'No predictions of these trials were kept.'}
      </p>
    </figure>`;
  const key = html`<div class="key">
    ${sets.map(({ name, series }) => html`<span>${seriesKey(series)}${name}</span>`)}
    <span><i class="swatch train"></i>actual</span>
  </div>`;
  const place = { span: 6, horizon, last: daysShown, key };
  const missing = [
    notKept.length > 0 ? `Not kept: ${notKept.join(', ')}.` : '',
    otherRows.length > 0 ? `Other rows or prices, so not drawn: ${otherRows.join(', ')}.` : '',
  ].join(' ');
  return html`${chartView(
    panel,
    changesChart(sets, {
      ...place,
      id: 'compareChanges',
      title: 'Forecast and actual changes',
      reading: `Last ${daysShown} days of the last validation fold. Persistence forecasts no change. ${missing}`,
    }),
  )}
  ${chartView(panel, pricesChart(sets, { ...place, span: 12, id: 'comparePrices', title: 'Prices', reading: 'The same days as prices.' }))}`;
}

interface LastFold {
  readonly set: NamedSet['set'];
  readonly horizon: number;
}

function lastFold(predictions: Predictions | null): LastFold | null {
  const set = predictions?.folds.at(-1);
  return set && set.dates.length > 0 ? { set, horizon: predictions!.horizon } : null;
}
