import { html, nothing, type TemplateResult } from 'lit';
import { hyperparameterNames } from '../../model/hyperparameters.ts';
import type { CompareResult, ComparedTrial } from '../../protocol/analysis.ts';
import { iconButton, wideTable, type Template } from '../controls/controls.ts';
import { clock, decimalsFor, metric, metricLabel, param, signed, words } from '../format.ts';
import type { Panel } from '../panel.ts';
import { meanMetrics } from '../../model/trial.ts';
import { styles } from '../styling.ts';
import { seriesKey } from './seriesKey.ts';

/** Width below which the names of so many trials would lie over each other, px: wider than the panel, it scrolls. */
const narrowest = (trials: number): number => (trials > 4 ? 160 + 84 * trials : 0);

/** Parameters side by side, what differs is marked; below what came out, in one column only where it is comparable. */
export function parameterTable(panel: Panel, result: CompareResult): TemplateResult {
  const { trials } = result;
  const isOnlyDiffering = panel.state.memory.onlyWhatDiffers;
  const names = hyperparameterNames.filter(
    (name) => !isOnlyDiffering || trials.some((t) => t.differs.includes(name)),
  );
  return html`<figure class="chart ${trials.length > 4 ? 'w12' : 'w6'}" aria-labelledby="title-parameters">
    <header>
      <h2 id="title-parameters">Parameters</h2>
      <span class="muted small">a dot marks what differs, bold what differs from the reference</span>
    </header>
    ${wideTable(
      'Parameters',
      html`<table class="cmp" ${styles({ 'min-width': `${narrowest(trials.length)}px` })}>
        <thead>
          <tr>
            <th scope="col"><span class="unseen">Hyperparameter</span></th>
            ${trials.map((t, i) => head(panel, t, i))}
          </tr>
        </thead>
        <tbody>
          ${names.map((name) => {
            const values = trials.map((t) => t.trial.params[name]);
            const isDifferent = new Set(values).size > 1;
            const numbers = values.filter((v): v is number => typeof v === 'number');
            const decimals = decimalsFor(numbers);
            return html`<tr class=${isDifferent ? 'd' : ''}>
              <th scope="row" class=${isDifferent ? '' : 'same'}><span class="mark"></span>${words(name)}</th>
              ${values.map(
                (value) =>
                  html`<td class=${!isDifferent ? 'same' : value === values[0] ? '' : 'diff'}>
                    ${param(value, decimals)}
                  </td>`,
              )}
            </tr>`;
          })}
          <tr class="grp">
            <th scope="colgroup" colspan=${trials.length + 1}>Result</th>
          </tr>
          ${result.incomparable.length > 0 ? notInOneColumn(result) : results(result)}
        </tbody>
      </table>`,
    )}
  </figure>`;
}

function head(panel: Panel, compared: ComparedTrial, index: number): TemplateResult {
  const { compare } = panel.state.memory;
  const isHere = compared.ref.id === panel.state.experiment?.summary.id;
  return html`<th scope="col">
    ${seriesKey(index)} <b>${compared.label}</b>
    ${
      compare.length > 2
        ? iconButton('close', `Take ${compared.label} out`, () =>
            panel.dispatch({ type: 'compare', trials: compare.filter((_, i) => i !== index) }),
          )
        : nothing
    }
    ${index === 0 ? html`<br /><span class="muted small">reference</span>` : isHere ? nothing : html`<br /><span class="muted small">other experiment</span>`}
  </th>`;
}

function results({ trials, objective }: CompareResult): Template {
  const label = metricLabel(objective);
  const fresh = trials.map((t) => freshOf(t));
  const metrics = trials.map((t) => meanMetrics(t.trial.folds));
  const line = (name: string, cell: (t: ComparedTrial, i: number) => unknown): TemplateResult =>
    html`<tr>
      <th scope="row"><span class="mark"></span>${name}</th>
      ${trials.map((t, i) => html`<td>${cell(t, i)}</td>`)}
    </tr>`;
  const seeds = Math.max(0, ...fresh.map((f) => f?.n ?? 0));
  return html`${line(`${label}, search`, ({ trial }) => (trial.value === null ? trial.state : metric(objective, trial.value)))}
  ${
    seeds === 0
      ? nothing
      : html`${line(`${label}, ${seeds} fresh seeds`, (_, i) => html`<b>${fresh[i] ? metric(objective, fresh[i].mean) : '–'}</b>`)}
        ${line('standard deviation, ±', (_, i) => (fresh[i] ? metric(objective, fresh[i].sd) : '–'))}
        ${objective === 'u2' ? line('Lift, fresh seeds, %', (_, i) => (fresh[i] ? signed((1 - fresh[i].mean) * 100) : '–')) : nothing}`
  }
  ${line('RMSE', (_, i) => (metrics[i] ? metric('rmse', metrics[i].rmse) : '–'))}
  ${line('direction', (_, i) => (metrics[i] ? metric('direction', metrics[i].direction) : '–'))}
  ${line('Duration', ({ trial }) => {
    const ms = Date.parse(trial.endedAt ?? '') - Date.parse(trial.startedAt ?? '');
    return Number.isNaN(ms) ? '–' : clock(ms);
  })}`;
}

function notInOneColumn(result: CompareResult): TemplateResult {
  return html`<tr>
    <td colspan=${result.trials.length + 1}>Not put side by side: ${result.incomparable.join(' ')}</td>
  </tr>`;
}

function freshOf({
  confirmation,
}: ComparedTrial): { readonly mean: number; readonly sd: number; readonly n: number } | null {
  const values = (confirmation?.runs ?? []).map((r) => r.value).filter((v) => v !== null);
  if (values.length < 2) return null;
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
  return { mean, sd, n: values.length };
}
