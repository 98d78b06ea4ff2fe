import { html, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { chartOf, chartView } from '../charts/chart.ts';
import { curvesChart, foldCurves, meanCurve } from '../charts/curves.ts';
import { changesChart, pricesChart, residualsChart } from '../charts/forecasts.ts';
import { select } from '../controls/controls.ts';
import type { Loadable } from '../loads.ts';
import type { Trial } from '../../model/trial.ts';
import { rowOf, trialVersion } from '../state/trials.ts';
import { mainTrial, persistenceOf, type Panel } from '../panel.ts';
import { errorPlots } from './errorPlots.ts';
import type { PlotGround } from './points.ts';
import type { PredictionSet, Predictions } from '../../protocol/results.ts';

const daysShown = 80;

/** One trial seen closely: curves by fold, forecast changes first, prices second, residuals. */
export function trialPlots(panel: Panel, ground: PlotGround): TemplateResult {
  const number = mainTrial(panel.state) ?? ground.points[0]?.number;
  if (number === undefined) return html``;
  const { id } = panel.state.experiment!.summary;
  const trials = panel.state.trials!; // there are no plots without
  const predictions = panel.loads.get(
    { subject: `predictions ${id} ${number}`, version: trialVersion(trials, number) },
    () => panel.host.request('predictions', { number }),
  );
  const name = `#${number}`;
  return html`<div class="section-head">
      <h2>Trial</h2>
      ${guard([ground, number], () => trialSelect(panel, ground, number))}
      <span class="muted">a click on a point in any plot brings its trial here</span>
    </div>
    ${chartOf(curvesOf(panel, number), { id: 'learningCurves', title: 'Learning curves', span: 6 }, (known) =>
      chartView(
        panel,
        curvesChart({
          id: 'learningCurves',
          title: `Learning curves, ${name}`,
          reading: `${ground.label} on validation by epoch, one line a fold; lower is better.${trainingGap(known)}`,
          curves: foldCurves(known),
          epochs: known.params.epochs,
          label: ground.label,
          persistence: persistenceOf(panel.state),
          span: 6,
        }),
      ),
    )}
    ${chartOf(predictions, { id: 'changes', title: 'Forecast and actual changes', span: 6 }, (known) =>
      known === null || known.folds.length === 0
        ? nothingKept(name)
        : html`${forecastPlots(panel, known, name)} ${errorPlots(panel, number)}`,
    )}`;
}

/** A trial that runs in this window is told with its curves; any other is asked for. */
function curvesOf(panel: Panel, number: number): Loadable<Trial> {
  const running = panel.state.progress?.running.find(({ trial }) => trial.number === number);
  if (running) return { state: 'ready', value: running.trial };
  const trials = panel.state.trials!; // as above
  const row = rowOf(trials, number);
  const epoch = row < 0 ? '' : trials.progressEpoch[row];
  return panel.loads.get(
    {
      subject: `trial ${panel.state.experiment!.summary.id} ${number}`,
      version: `${trialVersion(trials, number)} ${epoch}`,
    },
    async () => (await panel.host.request('trial', { number })).trial,
  );
}

/** What the last epoch's training loss says beside validation; words only, the scales differ. */
function trainingGap(trial: Parameters<typeof meanCurve>[0]): string {
  const train = meanCurve(trial, 'train');
  if (train.length < 4) return '';
  const half = train[Math.floor(train.length / 2)];
  const last = train.at(-1)!;
  return last < half
    ? ' The training loss still falls at the end.'
    : ' The training loss has stopped falling.';
}

function trialSelect(panel: Panel, ground: PlotGround, number: number): TemplateResult {
  const best = [...ground.points].sort((a, b) => a.value - b.value).slice(0, 30);
  const shown = best.some((p) => p.number === number) ? best : [...best, { number, value: NaN }];
  return select({
    value: String(number),
    label: 'Trial',
    options: shown.map((p) => ({
      value: String(p.number),
      label: `#${p.number}${Number.isNaN(p.value) ? '' : `  ${ground.text(p.value)}`}`,
    })),
    onChange: (value) => panel.dispatch({ type: 'plots', plots: { trial: Number(value) } }),
  });
}

function nothingKept(name: string): TemplateResult {
  return html`<figure class="chart w6" id="chart-changes">
    <header><h2>Forecast and actual changes</h2></header>
    <p class="read">
      Predictions of ${name} were not kept. Set “Predictions kept” in Setup to all to keep them.
    </p>
  </figure>`;
}

function forecastPlots(panel: Panel, predictions: Predictions, name: string): TemplateResult {
  const { horizon } = predictions;
  const last = predictions.folds.at(-1)!;
  const fold = predictions.folds.length;
  const one = [{ name, set: last }];
  return html`${chartView(
    panel,
    changesChart(one, {
      id: 'changes',
      title: 'Forecast and actual changes',
      reading: `Last ${Math.min(daysShown, last.dates.length)} days of validation fold ${fold}. Grey: actual; blue: ${name}. Persistence forecasts no change.`,
      span: 6,
      horizon,
      last: daysShown,
    }),
  )}
  ${chartView(
    panel,
    pricesChart(one, {
      id: 'prices',
      title: 'Prices',
      reading: 'The same days as prices. That the lines lie on each other is the last price, not skill.',
      span: 6,
      horizon,
      last: daysShown,
    }),
  )}
  ${chartView(panel, {
    ...residualsChart(joined(predictions.folds), {
      id: 'residuals',
      title: 'Residuals',
      reading: `Actual minus forecast in percent of the last price, all ${predictions.folds.length} validation folds.`,
      span: 6,
      horizon,
      last: Infinity,
    }),
    deps: [predictions],
  })}`;
}

function joined(sets: readonly PredictionSet[]): PredictionSet {
  const join = (of: (set: PredictionSet) => Float64Array): Float64Array =>
    Float64Array.from(sets.flatMap((set) => [...of(set)]));
  return {
    dates: sets.flatMap((set) => [...set.dates]),
    last: join((set) => set.last),
    actual: join((set) => set.actual),
    forecast: join((set) => set.forecast),
  };
}
