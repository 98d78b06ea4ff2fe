import { html, nothing, type TemplateResult } from 'lit';
import type { ViewTab } from '../protocol/view.ts';
import { showLog } from './actions.ts';
import { compareTab } from './compare/compareTab.ts';
import { button, icon, statePage, type Template } from './controls/controls.ts';
import { tabs } from './controls/tabs.ts';
import { setupTab } from './form/setupTab.ts';
import { createDrafts, type Drafts } from './form/slider.ts';
import type { Panel } from './panel.ts';
import { createPlotGround, type PlotGround } from './plots/points.ts';
import { plotsTab } from './plots/plotsTab.ts';
import { strip } from './strip/strip.ts';
import { createGridView, type GridView } from './table/gridView.ts';
import { trialsTab } from './table/trialsTab.ts';
import { testTab } from './test/testTab.ts';

/** What views keep between two drawings and nobody else needs: elements, drags. */
export interface Ground {
  readonly grid: GridView;
  readonly drafts: Drafts;
  readonly plots: (panel: Panel) => PlotGround;
}

export function createGround(): Ground {
  return { grid: createGridView(), drafts: createDrafts(), plots: createPlotGround() };
}

/** The whole panel: strip, tabs, and the open tab. */
export function panelView(panel: Panel, ground: Ground): TemplateResult {
  const { load, memory } = panel.state;
  if (load.state === 'loading')
    return html`<main class="panel">
      ${statePage({ title: 'Opening the study', text: 'The study file and its experiment are read.' })}
    </main>`;
  if (load.state === 'failed')
    return html`<main class="panel">
      ${statePage({
        icon: 'debug-disconnect',
        title: 'The panel could not be opened',
        text: load.message,
        actions: html`${button({ label: 'Try again', kind: 'primary', onClick: () => panel.open() })}
        ${button({ label: 'Show log', onClick: () => showLog(panel) })}`,
      })}
    </main>`;
  const { counts } = panel.table;
  const trials = counts.complete + counts.pruned + counts.failed + counts.running;
  const choose = (tab: ViewTab): void => panel.dispatch({ type: 'tab', tab });
  return html`<main class="panel">
    <h1 class="unseen">
      ${panel.state.experiment?.summary.name ?? panel.state.document?.name ?? 'LSTM Study'}
    </h1>
    ${strip(panel)}
    ${tabs<ViewTab>({
      label: 'Views',
      chosen: memory.tab,
      onChoose: choose,
      tabs: [
        { id: 'setup', label: 'Setup' },
        { id: 'trials', label: 'Trials', ...(trials > 0 ? { count: trials } : {}) },
        { id: 'plots', label: 'Plots' },
        { id: 'compare', label: 'Compare' },
        { id: 'test', label: 'Test' },
      ],
    })}
    ${faultNote(panel)}
    <div
      class="body"
      id="tabpanel"
      role="tabpanel"
      aria-labelledby="tab-${memory.tab}"
      data-tab=${memory.tab}
    >
      ${openTab(panel, ground)}
    </div>
  </main>`;
}

function openTab(panel: Panel, ground: Ground): TemplateResult {
  switch (panel.state.memory.tab) {
    case 'setup':
      return setupTab(panel, ground.drafts);
    case 'trials':
      return trialsTab(panel, ground.grid);
    case 'plots':
      return plotsTab(panel, ground.plots);
    case 'compare':
      return compareTab(panel, ground.plots);
    case 'test':
      return testTab(panel, ground.plots);
  }
}

/** What went wrong last; stays until it is taken away or the next thing goes well. */
function faultNote(panel: Panel): Template {
  const { fault } = panel.state;
  if (!fault) return nothing;
  return html`<div class="note bad fault" role="alert">
    ${icon('error')}<span>${fault.message}</span>
    ${fault.code === 'internal' ? button({ label: 'Show log', onClick: () => showLog(panel) }) : nothing}
    <button
      type="button"
      class="plain"
      aria-label="Dismiss"
      @click=${() => panel.dispatch({ type: 'fault', fault: null })}
    >
      ${icon('close')}
    </button>
  </div>`;
}
