import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { compareTrials, manageTrust, resume, run, saveTable, showLog } from '../actions.ts';
import {
  button,
  icon,
  iconButton,
  statePage,
  textField,
  toggle,
  type Template,
} from '../controls/controls.ts';
import { under } from '../controls/menu.ts';
import { capital, count, duration, plural, ratio } from '../format.ts';
import { mostCompared } from '../../protocol/analysis.ts';
import { shownState } from '../../model/trial.ts';
import type { Panel } from '../panel.ts';
import { stateAt } from '../state/trials.ts';
import { stateIcons } from './cells.ts';
import { hasFilter } from './filterRows.ts';
import { trialGrid } from './grid.ts';
import type { GridView } from './gridView.ts';
import { tableMenus } from './tableMenus.ts';

export function trialsTab(panel: Panel, view: GridView): TemplateResult {
  const { trials, experiment } = panel.state;
  if (!experiment) return notStarted(panel);
  const { counts } = panel.table;
  const started = counts.complete + counts.pruned + counts.failed + counts.running;
  if (!trials || started === 0) return nothingYet(panel);
  return html`<div class="trials">
    ${toolbar(panel)}
    <div class="tablewrap">
      ${panel.table.rows.length === 0 ? nothingMatches(panel) : trialGrid(panel, view)}
    </div>
    ${foot(panel)} ${tableMenus(panel)}
  </div>`;
}

function toolbar(panel: Panel): TemplateResult {
  const { filter, selection, onlyWhatDiffers } = panel.state.memory;
  const { counts } = panel.table;
  const states = (['complete', 'running', 'pruned', 'failed'] as const).filter(
    (state) => counts[state] > 0 || filter.states.includes(state),
  );
  const setFilter = (change: Partial<typeof filter>): void =>
    panel.dispatch({ type: 'filter', filter: change });
  return html`<div class="toolbar" role="toolbar" aria-label="Table">
    ${filterField(panel)}
    <div class="toggles" role="group" aria-label="States">
      ${repeat(states, String, (state) => {
        const isOn = filter.states.includes(state);
        const shown = shownState(state, panel.state.experiment?.summary.state === 'running');
        return toggle({
          pressed: isOn,
          title: `Only ${shown} trials: ${count(counts[state])}`,
          content: html`${icon(stateIcons[shown][0])}${count(counts[state])}`,
          onClick: () =>
            setFilter({
              states: isOn ? filter.states.filter((s) => s !== state) : [...filter.states, state],
            }),
        });
      })}
      ${toggle({
        pressed: filter.starred,
        title: 'Only starred trials',
        content: icon('star-empty'),
        onClick: () => setFilter({ starred: !filter.starred }),
      })}
    </div>
    ${brushChips(panel)}
    <span class="sep wide"></span>
    ${toggle({
      pressed: onlyWhatDiffers,
      title:
        'Only what differs: hides columns of hyperparameters whose values are equal in all selected rows',
      content: 'Only what differs',
      extra: 'wide',
      onClick: () => panel.dispatch({ type: 'onlyWhatDiffers', on: !onlyWhatDiffers }),
    })}
    <span class="grow"></span>
    ${
      selection.length >= 2
        ? html`<span class="muted small nowrap wide">${count(selection.length)} selected</span> ${button({
              label: `Compare ${count(selection.length)}`,
              icon: 'git-compare',
              kind: 'primary',
              disabled: selection.length > mostCompared,
              ...(selection.length > mostCompared
                ? { title: `At most ${mostCompared} trials stand side by side` }
                : {}),
              onClick: () => compareTrials(panel, selection),
            })}`
        : nothing
    }
    ${iconButton('list-selection', 'Columns', (event) =>
      panel.dispatch({
        type: 'overlay',
        overlay: { kind: 'chooseColumns', ...under(event) },
      }),
    )}
    ${iconButton('export', 'Table as CSV, exactly as shown', () => saveTable(panel))}
  </div>`;
}

/** The text of the filter, in the table and above the plots: what a drag along an axis does, by keys. */
export function filterField(panel: Panel): TemplateResult {
  return textField({
    id: 'filter',
    value: panel.state.memory.filter.text,
    label: 'Filter trials',
    placeholder: 'Filter: u2 < 1, units:50, note text',
    icon: 'filter',
    onInput: (text) => panel.dispatch({ type: 'filter', filter: { text } }),
  });
}

/** Ranges chosen in plots: each can be taken back alone. */
export function brushChips(panel: Panel): Template {
  const { brushes } = panel.state.memory.filter;
  if (brushes.length === 0) return nothing;
  return html`<span class="chips">
    ${brushes.map(
      (brush) =>
        html`<span class="chip"
          >${brush.label}<button
            type="button"
            aria-label="Take back ${brush.label}"
            @click=${() => panel.dispatch({ type: 'unbrush', column: brush.column })}
          >
            ${icon('close')}
          </button></span
        >`,
    )}
  </span>`;
}

function foot(panel: Panel): TemplateResult {
  const { counts, rows, noise } = panel.table;
  const { experiment, memory } = panel.state;
  const all = counts.complete + counts.pruned + counts.failed + counts.running;
  const left = Math.max(0, (experiment?.summary.budget ?? all) - all);
  const isRunning = experiment?.summary.state === 'running';
  return html`<div class="foot">
    <span role="status"
      >${count(rows.length)} of ${count(all)}
      shown${
        isRunning && left > 0 ? ` · ${count(left)} waiting` : ''
      }${memory.selection.length > 0 ? ` · ${count(memory.selection.length)} selected` : ''}</span
    >
    <span class="grow"></span>
    <span class="legend"
      ><svg width="84" height="12" aria-hidden="true">
        <rect x="14" width="56" height="12" fill="var(--noise)"></rect>
        <line x1="42" x2="42" y1="0" y2="12" class="persistence"></line>
      </svg>
      dashed: persistence · shaded: seed noise, ± ${noise.percent.toFixed(2)}
      %${noise.measured ? '' : ' (usual)'} · right is better</span
    >
  </div>`;
}

function notStarted(panel: Panel): TemplateResult {
  const { document: shown, check } = panel.state;
  const errors = check?.issues.filter((issue) => issue.severity === 'error').length ?? 0;
  const setup = button({
    label: 'Open Setup',
    onClick: () => panel.dispatch({ type: 'tab', tab: 'setup' }),
  });
  if (shown?.trusted === false)
    return statePage({
      icon: 'workspace-untrusted',
      title: 'Browse only',
      text: 'In a folder you have not trusted, experiments can be read but nothing is trained.',
      actions: html`${button({ label: 'Manage trust', kind: 'primary', onClick: () => manageTrust(panel) })}
      ${setup}`,
    });
  if (errors > 0)
    return statePage({
      icon: 'json',
      title: `${shown?.name ?? 'The study'} cannot run yet`,
      text: `${capital(plural(errors, 'error'))} to fix in Setup or in the text.`,
      actions: setup,
    });
  const estimate = check?.estimate;
  return statePage({
    icon: 'table',
    title: 'No trial yet',
    text: `Each trial becomes a row here, live.${estimate ? ` This study takes about ${duration(estimate.ms)}.` : ''}`,
    actions: button({
      label: 'Run',
      icon: 'play',
      kind: 'primary',
      disabled: panel.state.asked.run,
      onClick: () => run(panel, 'ask'),
    }),
  });
}

function nothingYet(panel: Panel): TemplateResult {
  const { progress, experiment } = panel.state;
  const running = progress?.running[0];
  if (experiment?.summary.state !== 'running')
    return statePage({
      icon: 'table',
      title: 'No trial was finished',
      text: 'The run ended before its first trial. The log says why; a resume goes on from there.',
      actions: html`${
        panel.state.document?.trusted
          ? button({
              label: 'Resume',
              icon: 'debug-continue',
              kind: 'primary',
              disabled: panel.state.asked.run,
              onClick: () => resume(panel),
            })
          : nothing
      }
      ${button({ label: 'Show log', onClick: () => showLog(panel) })}`,
    });
  const folds = experiment.experiment.folds.length;
  const last = running?.trial.folds.at(-1);
  return statePage({
    title: 'First trial is training',
    text: running
      ? `Fold ${(last?.fold ?? 0) + 1} of ${folds}, epoch ${last?.curve.validation.length ?? 0} of ${running.epochsPerFold}.`
      : 'The data is read and the first windows are cut.',
  });
}

function nothingMatches(panel: Panel): TemplateResult {
  const { trials, memory } = panel.state;
  let lowest = Infinity;
  for (let row = 0; row < trials!.count; row++)
    if (stateAt(trials!, row) === 'complete') lowest = Math.min(lowest, trials!.value[row]);
  const what = memory.filter.text.trim();
  return statePage({
    icon: 'filter',
    title: what === '' ? 'No trial matches the filter' : `No trial matches “${what}”`,
    text: Number.isFinite(lowest)
      ? `The lowest of ${plural(panel.table.counts.complete, 'value')} is ${ratio(lowest)}.`
      : 'No trial is complete yet.',
    actions: hasFilter(memory.filter)
      ? button({ label: 'Clear filter', onClick: () => panel.dispatch({ type: 'clearFilter' }) })
      : nothing,
  });
}
