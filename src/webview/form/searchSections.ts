import { html, nothing, type TemplateResult } from 'lit';
import { combinationsOf } from '../../model/combinations.ts';
import { searchSpaceOf } from '../../model/searchSpace.ts';
import { editStudy } from '../actions.ts';
import { select } from '../controls/controls.ts';
import { count, percent } from '../format.ts';
import type { Panel } from '../panel.ts';
import { control, field, isReadOnly, kindOptions, within } from './field.ts';
import { hyperparameterRows, hyperparameterTable } from './hyperparameters.ts';
import { constraintChips } from './inputs.ts';
import { section } from './section.ts';
import type { Drafts } from './slider.ts';
import { effectiveAt } from './studyValues.ts';

/** What is searched and how: hyperparameters, search, confirmation, training. */

export function spaceSection(panel: Panel, drafts: Drafts): TemplateResult {
  const rows = hyperparameterRows(panel);
  const searched = rows.filter((row) => row.distribution !== null).length;
  const { study } = panel.state;
  const space = study ? searchSpaceOf(study) : null;
  const combinations = space ? (combinationsOf(space)?.count ?? null) : null;
  const { feasibleShare, isCounted } = panel.state.check?.space ?? { feasibleShare: 1, isCounted: true };
  const allowed = `${isCounted ? '' : 'about '}${percent(feasibleShare)} of them allowed`;
  const size =
    combinations === null
      ? 'endless combinations (a range without a step)'
      : `${count(combinations)} combinations${feasibleShare < 1 ? `, ${allowed}` : ''}`;
  return section(panel, {
    name: 'Hyperparameters',
    own: [['hyperparameters'], ['search', 'constraints']],
    note: html`${searched} searched, ${rows.length - searched} fixed: <span role="status">${size}</span>`,
    body: hyperparameterTable(panel, drafts),
  });
}

export function searchSection(panel: Panel): TemplateResult {
  const sampler = panel.state.check?.space?.sampler;
  return section(panel, {
    name: 'Search',
    own: [['search']],
    note: sampler?.reason ?? '',
    body: html`<div class="fields">
      ${field(panel, { path: ['search', 'sampler'], label: 'Sampler', words: samplerWords })}
      ${field(panel, { path: ['search', 'trials'], label: 'Trials' })}
      ${field(panel, { path: ['search', 'timeLimit'], label: 'Time limit', placeholder: 'none, or 30m, 2h' })}
      ${kindOptions(panel, ['search', 'sampler'])}
      ${field(panel, { path: ['search', 'pruner'], label: 'Pruner' })}
      ${field(panel, { path: ['search', 'seed'], label: 'Seed' })}
      ${field(panel, { path: ['objective'], label: 'Objective', words: { u2: 'U2', relMae: 'relMAE', rmse: 'RMSE', mse: 'MSE', mae: 'MAE', mape: 'MAPE' } })}
      ${kindOptions(panel, ['search', 'pruner'])}
      ${field(panel, { path: ['search', 'patience'], label: 'Stop after trials without gain', placeholder: 'never' })}
      ${field(panel, { path: ['search', 'lag'], label: 'Lag, trials' })}
      ${field(panel, { path: ['search', 'keepPredictions'], label: 'Predictions kept' })}
      <div class="field full"><span class="label">Constraints</span>${constraintChips(panel)}</div>
      ${field(panel, { path: ['search', 'when'], label: 'Searched only when', placeholder: '{ "momentum": { "optimizer": "sgd" } }' })}
      ${field(panel, { path: ['search', 'points'], label: 'Your own configurations, first', placeholder: '[{ "units": 50 }]' })}
    </div>`,
  });
}

const samplerWords = {
  auto: 'auto',
  grid: 'grid',
  random: 'random',
  tpe: 'TPE (Bayesian)',
  gp: 'Gaussian process (Bayesian)',
  qmc: 'quasi-random',
  cmaes: 'CMA-ES',
};

export function confirmationSection(panel: Panel): TemplateResult {
  const confirm = (key: string) => within(panel, ['search', 'confirm'], { key });
  return section(panel, {
    name: 'Confirmation',
    note: 'the best trials run again on fresh seeds; the winner has the lowest mean there',
    body: html`<div class="fields">
      ${field(panel, { ...confirm('top'), label: 'Trials' })}
      ${field(panel, { ...confirm('seeds'), label: 'Seeds each' })}
    </div>`,
  });
}

export function trainingSection(panel: Panel): TemplateResult {
  const early = effectiveAt(panel.state.written, ['earlyStopping']);
  const isOn = typeof early === 'object' && early !== null;
  return section(panel, {
    name: 'Training',
    note: isOn
      ? 'early stopping watches the tail of the train range, never validation'
      : 'epochs is searched; no early stopping',
    body: html`<div class="fields">
      ${field(panel, { path: ['trainer'], label: 'Trainer', words: { auto: 'auto', wasm: 'embedded (WebAssembly)', tensorflow: 'TensorFlow' } })}
      <div class="field">
        <span class="label">Early stopping</span>${select({
          value: isOn ? 'on' : 'off',
          label: 'Early stopping',
          disabled: isReadOnly(panel),
          options: [
            { value: 'off', label: 'off' },
            { value: 'on', label: 'on' },
          ],
          onChange: (value) =>
            editStudy(panel, ['earlyStopping'], value === 'on' ? { patience: 5 } : undefined),
        })}
      </div>
      ${isOn ? field(panel, { path: ['earlyStopping', 'patience'], label: 'Patience, epochs' }) : nothing}
      <div class="field">
        <span class="label">Name</span>${control(panel, { path: ['name'], label: 'Name' })}
      </div>
      <div class="field full">
        <span class="label">Notes</span>${control(panel, { path: ['notes'], label: 'Notes' })}
      </div>
    </div>`,
  });
}
