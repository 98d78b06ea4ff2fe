import { html, nothing, type TemplateResult } from 'lit';
import { searchSpaceOf } from '../../model/searchSpace.ts';
import { select, wideTable, type Template } from '../controls/controls.ts';
import { words } from '../format.ts';
import { parameterAxis, placeOn } from '../plots/axes.ts';
import type { Panel } from '../panel.ts';
import type { PlotGround } from '../plots/points.ts';

/** Mean score by two hyperparameters over all complete trials; the number of trials stands beside each mean. */
export function pivot(panel: Panel, ground: PlotGround): Template {
  const study = panel.state.experiment?.experiment.study;
  if (!study || ground.points.length < 2) return nothing;
  const axes = searchSpaceOf(study)
    .parameters.map((p) => parameterAxis(p, ground.trials.params[p.name]))
    .filter((axis) => axis.places !== null);
  if (axes.length < 2) return nothing;
  const chosen = panel.state.memory.plots.pivot;
  const down = axes.find((a) => a.name === chosen?.[0]) ?? axes[0];
  const across = axes.find((a) => a.name === chosen?.[1] && a !== down) ?? axes.find((a) => a !== down)!;
  const sums = down.placeLabels.map(() => across.placeLabels.map(() => ({ sum: 0, n: 0 })));
  for (const { row, value } of ground.points) {
    const cell =
      sums[placeOn(down, ground.trials.params[down.name][row])]?.[
        placeOn(across, ground.trials.params[across.name][row])
      ];
    if (!cell) continue;
    cell.sum += value;
    cell.n++;
  }
  const pick = (
    label: string,
    name: string,
    set: (name: string) => readonly [string, string],
  ): TemplateResult =>
    select({
      value: name,
      label,
      options: axes.map((a) => ({ value: a.name, label: a.label })),
      onChange: (next) => panel.dispatch({ type: 'plots', plots: { pivot: set(next) } }),
    });
  return html`<figure class="chart w12" aria-labelledby="title-pivot">
    <header>
      <h2 id="title-pivot">Pivot</h2>
      ${pick('Pivot, rows', down.name, (name) => [name, across.name === name ? down.name : across.name])}
      ${pick('Pivot, columns', across.name, (name) => [down.name === name ? across.name : down.name, name])}
    </header>
    <p class="read">
      Mean ${ground.label} of all complete trials in each cell, number of trials beside it; lower is better.
      The other values differ too.
    </p>
    ${wideTable(
      'Pivot',
      html`<table class="btable">
        <thead>
          <tr>
            <th scope="col">${words(down.name)} \\ ${words(across.name)}</th>
            ${across.placeLabels.map((label) => html`<th scope="col">${label}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${down.placeLabels.map(
            (label, i) =>
              html`<tr>
                <td>${label}</td>
                ${sums[i].map(({ sum, n }) => html`<td>${n === 0 ? html`<span class="muted">none</span>` : html`${ground.text(sum / n)} <span class="muted small">${n}</span>`}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>`,
    )}
  </figure>`;
}
