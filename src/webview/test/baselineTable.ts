import { html, nothing, type TemplateResult } from 'lit';
import { wideTable } from '../controls/controls.ts';
import type { TestResult } from '../../protocol/results.ts';
import { count, metric, percent, signed } from '../format.ts';

const baselineNames: Readonly<Record<string, string>> = {
  persistence: 'Persistence',
  drift: 'Drift',
  mean: 'Train mean',
  ma5: 'Moving average, 5',
  ma20: 'Moving average, 20',
  seasonal5: 'Same weekday last week',
  ar1: 'AR(1) on log-returns',
  nlinear: 'Linear on the same window',
};

/** Model and baselines on the same rows. */
export function baselineTable(result: TestResult, isWinner: boolean): TemplateResult {
  const ids = ['rmse', 'mae', 'u2', 'relMae', 'direction'] as const;
  const cells = (metrics: Readonly<Record<string, number>>): TemplateResult[] =>
    ids.map((id) => html`<td>${metrics[id] === undefined ? '–' : metric(id, metrics[id])}</td>`);
  const order = Object.entries(result.baselines).sort(
    ([a, x], [b, y]) =>
      Number(b === 'persistence') - Number(a === 'persistence') || (x['u2'] ?? 9) - (y['u2'] ?? 9),
  );
  const { direction, dieboldMariano, clarkWest } = result;
  return html`<figure class="chart w7" aria-labelledby="title-baselines">
    <header>
      <h2 id="title-baselines">Beside the baselines</h2>
      <span class="muted small">same ${count(result.predictions.dates.length)} days, price units</span>
    </header>
    ${wideTable(
      'Model and baselines',
      html`<table class="btable">
        <thead>
          <tr>
            <th scope="col"><span class="unseen">Model</span></th>
            <th scope="col">RMSE</th>
            <th scope="col">MAE</th>
            <th scope="col">U2</th>
            <th scope="col">relMAE</th>
            <th scope="col" title="Share of days with the right sign">direction</th>
          </tr>
        </thead>
        <tbody>
          <tr class="me">
            <td>${isWinner ? 'Winner' : 'Trial'} #${result.trial}, ${result.seeds.length} refit seeds</td>
            ${cells({ ...result.metrics, u2: result.u2, relMae: result.relMae, direction: direction.share })}
          </tr>
          ${order.map(
            ([id, metrics]) =>
              html`<tr class=${id === 'persistence' ? 'base' : ''}>
                <td>
                  ${
                    id === 'persistence'
                      ? html`<svg width="22" height="8" aria-hidden="true">
                          <line x1="0" x2="22" y1="4" y2="4" class="persistence"></line>
                        </svg>`
                      : nothing
                  }${baselineNames[id] ?? id}
                </td>
                ${
                  id === 'persistence'
                    ? html`${cells(metrics).slice(0, 4)}
                        <td class="muted">none</td>`
                    : cells(metrics)
                }
              </tr>`,
          )}
        </tbody>
      </table>`,
    )}
    <p class="read gap-small">
      Always “up” is right on ${percent(direction.alwaysUp, 1)} of these days; the model on
      ${percent(direction.share, 1)} [${percent(direction.interval[0], 1)} to
      ${percent(direction.interval[1], 1)}].${dieboldMariano ? ` Diebold-Mariano ${signed(dieboldMariano.statistic)}, p ${dieboldMariano.p.toFixed(3)}.` : ''}${clarkWest ? ` Clark-West ${signed(clarkWest.statistic)}, p ${clarkWest.p.toFixed(3)}.` : ''}
    </p>
  </figure>`;
}
