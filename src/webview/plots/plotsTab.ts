import { html, nothing, svg, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { searchSpaceOf, type SpaceParameter } from '../../model/searchSpace.ts';
import { chartOf, chartView } from '../charts/chart.ts';
import { button, iconButton, link, select, statePage, type Template } from '../controls/controls.ts';
import { menu, under } from '../controls/menu.ts';
import { count, words } from '../format.ts';
import type { Panel } from '../panel.ts';
import { brushChips, filterField } from '../table/trialsTab.ts';
import { diamond } from '../table/cells.ts';
import { analysis, testedTrials } from './analysis.ts';
import { contourChart } from './contour.ts';
import { freshSeedsChart } from './freshSeeds.ts';
import { historyChart } from './history.ts';
import { importanceChart } from './importance.ts';
import { parallelChart } from './parallel.ts';
import type { PlotGround } from './points.ts';
import { runningNow } from './runningNow.ts';
import { sliceChart } from './slice.ts';
import { timelineChart } from './timeline.ts';
import { trialPlots } from './trialPlots.ts';

const chartNames = {
  running: 'Running now',
  history: 'History',
  importance: 'Importance',
  parallel: 'Parallel coordinates',
  slice: 'Slices',
  contour: 'Contour',
  freshSeeds: 'From search to fresh seeds',
  trial: 'One trial: curves, forecasts, residuals',
  timeline: 'Timeline',
} as const;
type ChartName = keyof typeof chartNames;

/** Analyses need some trials, and are asked again when a twentieth more has come. */
const fewestTrials = 6;

export function plotsTab(panel: Panel, groundOf: (panel: Panel) => PlotGround): TemplateResult {
  const { experiment, trials } = panel.state;
  const isRunning = (panel.state.progress?.running.length ?? 0) > 0;
  if (!experiment || !trials || (panel.table.counts.complete === 0 && !isRunning))
    return statePage({
      icon: 'graph-line',
      title: 'Nothing to plot yet',
      text: 'Plots come with the first complete trial.',
      actions: button({ label: 'Open Setup', onClick: () => panel.dispatch({ type: 'tab', tab: 'setup' }) }),
    });
  const ground = groundOf(panel);
  const space = searchSpaceOf(experiment.experiment.study).parameters;
  const isShown = (name: ChartName): boolean => !panel.state.memory.plots.hidden.includes(name);
  const hasPoints = ground.points.length > 0;
  // A description of ten thousand trials is not made again for an epoch of one that runs.
  const { overlay } = panel.state;
  const { complete, pruned, failed, running } = panel.table.counts;
  return html`${toolbar(panel, ground)}
    <div class="pad charts">
      ${isShown('running') ? runningNow(panel) : nothing}
      ${hasPoints && isShown('history') ? guard([ground, overlay], () => chartView(panel, historyChart(ground))) : nothing}
      ${hasPoints && isShown('importance') ? importance(panel, ground) : nothing}
      ${hasPoints && isShown('parallel') && space.length > 0 ? guard([ground, overlay], () => chartView(panel, parallelChart(ground))) : nothing}
      ${hasPoints && isShown('slice') && space.length > 0 ? slices(panel, ground, space) : nothing}
      ${hasPoints && isShown('contour') && space.length > 1 ? contour(panel, ground, space) : nothing}
      ${hasPoints && isShown('freshSeeds') ? freshSeeds(panel, ground) : nothing}
      ${isShown('timeline') ? guard([ground, overlay, isRunning, complete, pruned, failed, running], () => chartView(panel, timelineChart(ground))) : nothing}
      ${hasPoints && isShown('trial') ? trialPlots(panel, ground) : nothing}
    </div>`;
}

function toolbar(panel: Panel, ground: PlotGround): TemplateResult {
  const { overlay, memory } = panel.state;
  const chosen =
    ground.chosen === null ? null : ground.points.filter((p) => ground.chosen!.has(p.number)).length;
  return html`<div class="toolbar">
    ${filterField(panel)} ${brushChips(panel)}
    <span class="muted nowrap" role="status"
      >${chosen === null ? `${count(ground.points.length)} complete trials` : `${count(chosen)} of ${count(ground.points.length)} complete trials`}</span
    >
    ${chosen === null ? nothing : link('Show in table', () => panel.dispatch({ type: 'tab', tab: 'trials' }))}
    <span class="grow"></span>
    <span class="key wide">
      <span>${dot('filled')}in selection</span><span>${dot('ring')}other</span
      ><span
        ><svg width="11" height="10" aria-hidden="true">
          <path d="M5.5 1 L10 9 H1z" fill="none" stroke="var(--tie)" stroke-width="1.2"></path></svg
        >above the axis</span
      ><span>${diamond()} leader</span>
    </span>
    ${iconButton('layout', 'Choose charts', (event) =>
      panel.dispatch({
        type: 'overlay',
        overlay: { kind: 'chooseCharts', ...under(event) },
      }),
    )}
    ${
      overlay?.kind === 'chooseCharts'
        ? menu({
            label: 'Charts',
            x: overlay.x,
            y: overlay.y,
            stays: true,
            close: () => panel.dispatch({ type: 'overlay', overlay: null }),
            items: Object.entries(chartNames).map(([name, label]) => {
              const isHidden = memory.plots.hidden.includes(name);
              const hidden = isHidden
                ? memory.plots.hidden.filter((h) => h !== name)
                : [...memory.plots.hidden, name];
              return {
                kind: 'item' as const,
                label,
                checked: !isHidden,
                run: () => panel.dispatch({ type: 'plots', plots: { hidden } }),
              };
            }),
          })
        : nothing
    }
  </div>`;
}

function dot(kind: 'filled' | 'ring'): TemplateResult {
  return html`<svg width="10" height="10" aria-hidden="true">
    ${
      kind === 'filled'
        ? svg`<circle cx="5" cy="5" r="3.5" fill="var(--vscode-charts-foreground)"></circle>`
        : svg`<circle cx="5" cy="5" r="3.2" fill="none" stroke="var(--tie)" stroke-width="1.2"></circle>`
    }
  </svg>`;
}

function importance(panel: Panel, ground: PlotGround): Template {
  const place = { id: 'importance', title: 'Importance', span: 4 } as const;
  if (ground.points.length < fewestTrials)
    return html`<figure class="chart w4" id="chart-importance">
      <header><h2>Importance</h2></header>
      <p class="read">Comes with ${fewestTrials} complete trials; there are ${ground.points.length}.</p>
    </figure>`;
  return chartOf(analysis(panel, { kind: 'importance' }), place, (result) =>
    chartView(panel, importanceChart(result)),
  );
}

/** One large slice of a chosen hyperparameter, two small ones of those with few values. */
function slices(panel: Panel, ground: PlotGround, space: readonly SpaceParameter[]): TemplateResult {
  const wanted = panel.state.memory.plots.slice;
  const main =
    space.find((p) => p.name === wanted) ?? space.find((p) => p.name === 'learningRate') ?? space[0];
  const small = space.filter((p) => p !== main && p.distribution.kind !== 'float').slice(-2);
  const loaded =
    ground.points.length >= fewestTrials ? analysis(panel, { kind: 'slice', parameter: main.name }) : null;
  const extra = select({
    value: main.name,
    label: 'Hyperparameter of the slice',
    options: space.map((p) => ({ value: p.name, label: words(p.name) })),
    onChange: (slice) => panel.dispatch({ type: 'plots', plots: { slice } }),
  });
  return html`${chartView(
    panel,
    sliceChart(ground, main, {
      slice: loaded?.state === 'ready' ? loaded.value : null,
      span: small.length === 2 ? 6 : 12,
      extra,
      isMain: true,
    }),
  )}
  ${
    small.length === 2
      ? small.map((p) => chartView(panel, sliceChart(ground, p, { slice: null, span: 3, isMain: false })))
      : nothing
  }`;
}

function contour(panel: Panel, ground: PlotGround, space: readonly SpaceParameter[]): Template {
  if (ground.points.length < fewestTrials) return nothing;
  const named = panel.state.memory.plots.contour;
  const find = (name: string | undefined): SpaceParameter | undefined => space.find((p) => p.name === name);
  const x = find(named?.[0]) ?? find('learningRate') ?? space[0];
  const y = find(named?.[1]) ?? space.find((p) => p !== x);
  if (!x || !y) return nothing;
  const pick = (
    label: string,
    chosen: SpaceParameter,
    set: (name: string) => readonly [string, string],
  ): TemplateResult =>
    select({
      value: chosen.name,
      label,
      options: space.map((p) => ({ value: p.name, label: words(p.name) })),
      onChange: (name) => panel.dispatch({ type: 'plots', plots: { contour: set(name) } }),
    });
  const extra = html`${pick('Contour, across', x, (name) => [name, y.name === name ? x.name : y.name])}
  ${pick('Contour, upwards', y, (name) => [x.name === name ? y.name : x.name, name])}`;
  const loaded = analysis(panel, { kind: 'contour', parameters: [x.name, y.name] });
  return chartOf(loaded, { id: 'contour', title: 'Contour', span: 6 }, (result) =>
    chartView(panel, contourChart(ground, [x, y], { contour: result, extra })),
  );
}

function freshSeeds(panel: Panel, ground: PlotGround): Template {
  if (!panel.state.experiment?.summary.winner) return nothing;
  const bias = analysis(panel, { kind: 'selectionBias' });
  const note = bias.state === 'ready' ? bias.value.note : '';
  const chart = freshSeedsChart(ground, {
    tests: testedTrials(panel),
    note,
    span: 6,
  });
  return chart ? chartView(panel, chart) : nothing;
}
