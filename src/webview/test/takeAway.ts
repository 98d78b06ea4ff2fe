import { html, nothing, type TemplateResult } from 'lit';
import type { TestResult } from '../../protocol/results.ts';
import { applyParams, copyText, exportAs, trialsAsJson } from '../actions.ts';
import { button, icon, link, select, type Template } from '../controls/controls.ts';
import { menu, under } from '../controls/menu.ts';
import { plural } from '../format.ts';
import type { Panel } from '../panel.ts';
import { testedNumbers } from './looks.ts';

/** Looks, and what can be taken away. */
export function takeAway(panel: Panel, result: TestResult): TemplateResult {
  const { overlay, experiment, document: shown } = panel.state;
  const test = experiment?.experiment.test;
  const number = result.trial;
  const tested = testedNumbers(panel.state);
  return html`<div class="side">
    <div>
      <div class="looks">
        ${icon('eye')}<span><b>${plural(result.looks, 'look')}</b> at this test range</span>
      </div>
      <span class="muted small"
        >${test ? `${test.firstDate} to ${test.lastDate}, ` : ''}counted over all experiments of this folder.
        Showing this page is not a look.</span
      >
      ${tested.length > 1 ? testedSelect(panel, number, tested) : nothing}
    </div>
    <div>
      <h2>Take away</h2>
      <div class="exports">
        ${button({
          label: 'Model',
          icon: 'package',
          kind: 'primary',
          onClick: (event) =>
            panel.dispatch({
              type: 'overlay',
              overlay: { kind: 'takeAway', ...under(event) },
            }),
        })}
        ${button({ label: 'Report', icon: 'file-text', onClick: () => exportAs(panel, { format: 'html', number }) })}
        ${button({ label: 'CSV', icon: 'table', onClick: () => exportAs(panel, { format: 'csv' }) })}
        ${button({ label: 'Parameters', icon: 'json', title: 'Copy as JSON', onClick: () => copyText(panel, trialsAsJson(panel, [number])) })}
      </div>
      ${
        shown?.readOnly === null
          ? link(`Put #${number}’s values into the study file`, () => applyParams(panel, number))
          : nothing
      }
    </div>
    ${overlay?.kind === 'takeAway' ? modelMenu(panel, number, overlay) : nothing}
  </div>`;
}

/** Looking at a stored result again is not a look. */
function testedSelect(panel: Panel, number: number, tested: readonly number[]): TemplateResult {
  return html`<label class="tested"
    ><span class="muted small">Result shown</span>${select({
      value: String(number),
      label: 'Tested trial whose result is shown',
      options: tested.map((n) => ({ value: String(n), label: `#${n}` })),
      onChange: (value) => panel.dispatch({ type: 'plots', plots: { trial: Number(value) } }),
    })}</label
  >`;
}

function modelMenu(panel: Panel, number: number, at: { readonly x: number; readonly y: number }): Template {
  const item = (label: string, run: () => void) => ({ kind: 'item' as const, label, run });
  return menu({
    label: 'Model',
    x: at.x,
    y: at.y,
    close: () => panel.dispatch({ type: 'overlay', overlay: null }),
    items: [
      item('TensorFlow.js LayersModel', () => exportAs(panel, { format: 'tfjs', number })),
      item('Keras (weights and a Python file)', () => exportAs(panel, { format: 'keras', number })),
      item('ONNX', () => exportAs(panel, { format: 'onnx', number })),
      item('A snippet that forecasts from new prices', () => exportAs(panel, { format: 'snippet', number })),
      item('Model sheet', () => exportAs(panel, { format: 'modelSheet', number })),
      item('Report as Markdown', () => exportAs(panel, { format: 'markdown', number })),
      item('Optuna journal of all trials', () => exportAs(panel, { format: 'optuna' })),
    ],
  });
}
