import { html, nothing, type TemplateResult } from 'lit';
import { combinationsOf } from '../../model/combinations.ts';
import { searchSpaceOf } from '../../model/searchSpace.ts';
import { editStudy, manageTrust, run } from '../actions.ts';
import { button, icon, link, select, type Template } from '../controls/controls.ts';
import { count, duration, percent, plural } from '../format.ts';
import type { Panel } from '../panel.ts';
import { control, field, isReadOnly, issueLine, issuesOf, kindOptions } from './field.ts';
import { hyperparameterRows, hyperparameterTable } from './hyperparameters.ts';
import { constraintChips, indicatorChips, inputChips } from './inputs.ts';
import type { Drafts } from './slider.ts';
import { splitView } from './splitView.ts';
import { effectiveAt, issuesAt, valueAt, type Path } from './studyValues.ts';

const sections = ['Data', 'Split', 'Hyperparameters', 'Search', 'Confirmation', 'Training'] as const;

/** Setup: the whole study file as a form. The text is the truth: what is changed here is one edit of it. */
export function setupTab(panel: Panel, drafts: Drafts): TemplateResult {
  return html`<div class="setupbody">
    ${readOnlyNote(panel)}
    <div class="setup">
      <nav class="toc" aria-label="Sections">
        ${sections.map(
          (name) =>
            html`<a
              href="#section-${name}"
              @click=${(event: Event) => {
                event.preventDefault();
                document.getElementById(`section-${name}`)?.scrollIntoView();
              }}
              >${name}</a
            >`,
        )}
      </nav>
      <div>
        ${rootIssues(panel)} ${dataSection(panel)} ${splitSection(panel, drafts)}
        ${spaceSection(panel, drafts)} ${searchSection(panel)} ${confirmationSection(panel)}
        ${trainingSection(panel)}
      </div>
    </div>
    ${foot(panel)}
  </div>`;
}

function section(
  panel: Panel,
  options: {
    readonly name: string;
    readonly note: unknown;
    readonly body: unknown;
    readonly own?: readonly Path[];
  },
): TemplateResult {
  const { name, note, body, own = [] } = options;
  const problems = own.flatMap((path) =>
    issuesOf(panel).filter((issue) => JSON.stringify(issue.path) === JSON.stringify(path)),
  );
  return html`<section id="section-${name}" aria-labelledby="title-${name}">
    <header>
      <h2 id="title-${name}">${name}</h2>
      <span class="muted">${note}</span>
    </header>
    ${problems.map((issue) => issueLine(panel, issue))} ${body}
  </section>`;
}

function readOnlyNote(panel: Panel): Template {
  const reason = panel.state.document?.readOnly;
  if (!reason) return nothing;
  const isUntrusted = !panel.state.document?.trusted;
  return html`<div class="note" role="status">
    ${icon('lock')}<span>${reason}</span>
    ${isUntrusted ? link('Manage trust', () => manageTrust(panel)) : nothing}
  </div>`;
}

/** Problems of the file as a whole, or in places that no field stands for. */
function rootIssues(panel: Panel): Template {
  const known = [
    'data',
    'horizon',
    'split',
    'hyperparameters',
    'search',
    'objective',
    'earlyStopping',
    'trainer',
    'name',
    'notes',
  ];
  const hidden: readonly Path[] = [
    ['search', 'when'],
    ['search', 'points'],
  ];
  const problems = issuesOf(panel).filter(
    (issue) =>
      !known.includes(String(issue.path[0])) || hidden.some((path) => issuesAt([issue], path).length > 0),
  );
  return problems.length === 0
    ? nothing
    : html`<div class="issues">${problems.slice(0, 20).map((issue) => issueLine(panel, issue))}</div>`;
}

const forecastWords = { logReturn: 'log-return', price: 'price', windowRelative: 'window-relative' };

function dataSection(panel: Panel): TemplateResult {
  const report = panel.state.check?.report;
  const columns = report?.columns ?? [];
  const numbers = columns.filter((c) => c.kind === 'number').map((c) => c.name);
  const files = panel.loads.get('dataFiles', () => panel.host.request('dataFiles', null));
  const dates = columns
    .filter((c) => c.kind !== 'number' || c.name === report?.dates.column)
    .map((c) => c.name);
  return section(panel, {
    name: 'Data',
    own: [['data']],
    note: report
      ? `${count(report.rows)} rows, ${report.dates.first} to ${report.dates.last}${report.missingRows > 0 ? `, ${plural(report.missingRows, 'row')} without a value left out` : ', no missing prices'}${report.gapCount > 0 ? `, ${plural(report.gapCount, 'gap')} over 7 days` : ''}`
      : 'the file is read when it can be found',
    body: html`<div class="fields">
        ${field(panel, {
          path: ['data', 'file'],
          label: 'File',
          ...(files.state === 'ready' && files.value.length > 0 ? { options: files.value } : {}),
        })}
        ${field(panel, {
          path: ['data', 'date'],
          label: 'Date',
          placeholder: report ? `${report.dates.column} (found)` : 'found by itself',
          ...(dates.length > 0 && valueAt(panel.state.written, ['data', 'date']) !== undefined
            ? { options: dates }
            : {}),
        })}
        ${field(panel, {
          path: ['data', 'price'],
          label: 'Price',
          placeholder: report?.price ? `${report.price.column} (found)` : 'found by itself',
          ...(numbers.length > 0 && valueAt(panel.state.written, ['data', 'price']) !== undefined
            ? { options: numbers }
            : {}),
        })}
        ${field(panel, { path: ['data', 'forecast'], label: 'Forecast', words: forecastWords })}
        ${field(panel, { path: ['horizon'], label: 'Horizon, steps' })}
        ${field(panel, { path: ['data', 'scaler'], label: 'Scaler, fitted per fold' })}
        <div class="field full"><span class="label">Features</span>${inputChips(panel)}</div>
        <div class="field full"><span class="label">Indicators</span>${indicatorChips(panel)}</div>
        ${field(panel, { path: ['data', 'where'], label: 'Only rows where', placeholder: '{ "ticker": "AAPL" }' })}
        ${field(panel, { path: ['data', 'adjust'], label: 'Adjusted close', placeholder: 'none' })}
        ${field(panel, { path: ['data', 'dateFormat'], label: 'Date format', options: ['', 'iso', 'us', 'european', 'compact', 'epochSeconds', 'epochMilliseconds'], words: { '': 'found by itself' }, write: (v) => editStudy(panel, ['data', 'dateFormat'], v === '' ? undefined : v) })}
      </div>
      ${dataReport(panel)}`,
  });
}

/** What the file holds and what looks wrong in it. */
function dataReport(panel: Panel): Template {
  const report = panel.state.check?.report;
  if (!report) return nothing;
  const dialect = report.dialect;
  const facts: readonly (readonly [string, string])[] = [
    [
      'File',
      `${(report.bytes / 1024).toFixed(0)} KiB${dialect ? `, ${dialect.encoding}, delimiter “${dialect.delimiter === '\t' ? 'tab' : dialect.delimiter}”, decimal “${dialect.decimal}”` : ''}`,
    ],
    ['Dates', `${report.dates.column}, ${report.dates.format}${report.sorted ? ', sorted' : ''}`],
    ['Price', report.price ? `${report.price.column}: ${report.price.reason}` : 'none found'],
    ['Largest gap', report.gaps.length > 0 ? largestGap(report.gaps) : 'none over 7 days'],
    ['Same price as the day before', percent(report.zeroChangeShare, 1)],
    ...(report.duplicateCount > 0 ? [['Repeated dates', count(report.duplicateCount)] as const] : []),
    ...(report.suspectedSplits.length > 0
      ? [
          [
            'Looks like splits',
            report.suspectedSplits
              .slice(0, 3)
              .map((s) => `${s.date} ${s.looksLike}`)
              .join(', '),
          ] as const,
        ]
      : []),
    ...(report.ohlcViolationCount > 0
      ? [
          [
            'Highs and lows that do not fit',
            `${count(report.ohlcViolationCount)}: ${report.ohlcViolations[0]?.date} ${report.ohlcViolations[0]?.what}`,
          ] as const,
        ]
      : []),
  ];
  return html`<details class="quiet">
    <summary>
      Data report: ${plural(report.columns.length, 'column')}, ${plural(report.warnings.length, 'warning')}
    </summary>
    <dl class="info">
      ${facts.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    <table class="btable">
      <thead>
        <tr>
          <th scope="col">column</th>
          <th scope="col">kind</th>
          <th scope="col">missing</th>
          <th scope="col">least</th>
          <th scope="col">most</th>
          <th scope="col">first</th>
          <th scope="col">last</th>
        </tr>
      </thead>
      <tbody>
        ${report.columns.map(
          (column) =>
            html`<tr>
              <td>${column.name}</td>
              <td>${column.kind}</td>
              <td>${count(column.missing + column.unreadable)}</td>
              <td>${column.min ?? ''}</td>
              <td>${column.max ?? ''}</td>
              <td>${column.first}</td>
              <td>${column.last}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${report.warnings.map((issue) => issueLine(panel, issue))}
  </details>`;
}

function largestGap(
  gaps: readonly { readonly from: string; readonly to: string; readonly days: number }[],
): string {
  const largest = gaps.reduce((a, b) => (b.days > a.days ? b : a));
  return `${Math.round(largest.days)} days, ${largest.from} to ${largest.to}`;
}

function splitSection(panel: Panel, drafts: Drafts): TemplateResult {
  const { written } = panel.state;
  const isHoldout = effectiveAt(written, ['split', 'validation', 'kind']) === 'holdout';
  const isDate = valueAt(written, ['split', 'test', 'from']) !== undefined;
  const split = panel.state.check?.split;
  const share = split
    ? (split.rows - split.test.from) / split.rows
    : Number(effectiveAt(written, ['split', 'test', 'share']));
  const validation = (key: string) => ({
    path: ['split', 'validation', key],
    write: (value: unknown) => {
      if (valueAt(written, ['split', 'validation']) === undefined)
        editStudy(panel, ['split', 'validation'], { kind: 'walkForward', [key]: value });
      else editStudy(panel, ['split', 'validation', key], value);
    },
  });
  return section(panel, {
    name: 'Split',
    own: [['split'], ['split', 'test'], ['split', 'validation']],
    note: `${isHoldout ? 'one holdout block' : `${String(effectiveAt(written, ['split', 'validation', 'folds']))} walk-forward folds, ${String(effectiveAt(written, ['split', 'validation', 'window']))}`}; the last ${percent(share, share < 0.1 ? 1 : 0)} stay sealed until you test`,
    body: html`${splitView(panel, drafts)}
      <div class="fields">
        <div class="field">
          <span class="label">Test range begins</span>${select({
            value: isDate ? 'from' : 'share',
            label: 'Test range begins',
            disabled: isReadOnly(panel),
            options: [
              { value: 'share', label: 'by share of rows' },
              { value: 'from', label: 'at a date' },
            ],
            onChange: (kind) =>
              editStudy(
                panel,
                ['split', 'test'],
                kind === 'from'
                  ? { from: split?.test.firstDate.slice(0, 10) ?? '2020-01-01' }
                  : { share: Number(share.toFixed(3)) || 0.15 },
              ),
          })}
        </div>
        ${
          isDate
            ? field(panel, { path: ['split', 'test', 'from'], label: 'First test date' })
            : field(panel, {
                path: ['split', 'test', 'share'],
                label: 'Test, share of rows',
                write: (value) =>
                  editStudy(panel, ['split', 'test'], value === undefined ? undefined : { share: value }),
              })
        }
        <div class="field">
          <span class="label">Validation</span>${select({
            value: isHoldout ? 'holdout' : 'walkForward',
            label: 'Validation',
            disabled: isReadOnly(panel),
            options: [
              { value: 'walkForward', label: 'walk-forward' },
              { value: 'holdout', label: 'holdout' },
            ],
            onChange: (kind) => editStudy(panel, ['split', 'validation'], { kind }),
          })}
        </div>
        ${
          isHoldout
            ? field(panel, { ...validation('share'), label: 'Validation, share of rows' })
            : html`${field(panel, { ...validation('folds'), label: 'Folds' })}
              ${field(panel, { ...validation('size'), label: 'Block, share of rows' })}
              ${field(panel, { ...validation('window'), label: 'Train window' })}`
        }
        ${field(panel, { ...validation('gap'), label: 'Gap, rows' })}
      </div>`,
  });
}

function spaceSection(panel: Panel, drafts: Drafts): TemplateResult {
  const rows = hyperparameterRows(panel);
  const searched = rows.filter((row) => row.distribution !== null).length;
  const { study } = panel.state;
  const space = study ? searchSpaceOf(study) : null;
  const combinations = space ? (combinationsOf(space)?.count ?? null) : null;
  const feasible = panel.state.check?.space?.feasibleShare ?? 1;
  const size =
    combinations === null
      ? 'endless combinations (a range without a step)'
      : `${count(combinations)} combinations${feasible < 1 ? `, ${percent(feasible)} of them allowed` : ''}`;
  return section(panel, {
    name: 'Hyperparameters',
    own: [['hyperparameters'], ['search', 'constraints']],
    note: html`${searched} searched, ${rows.length - searched} fixed: <span role="status">${size}</span>`,
    body: hyperparameterTable(panel, drafts),
  });
}

function searchSection(panel: Panel): TemplateResult {
  const sampler = panel.state.check?.space?.sampler;
  return section(panel, {
    name: 'Search',
    own: [['search']],
    note: sampler ? `${sampler.kind}: ${sampler.reason}` : '',
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

function confirmationSection(panel: Panel): TemplateResult {
  const confirm = (key: string) => ({
    path: ['search', 'confirm', key],
    write: (value: unknown) => {
      if (valueAt(panel.state.written, ['search', 'confirm']) === undefined)
        editStudy(panel, ['search', 'confirm'], { [key]: value });
      else editStudy(panel, ['search', 'confirm', key], value);
    },
  });
  return section(panel, {
    name: 'Confirmation',
    note: 'the best trials run again on fresh seeds; the winner has the lowest mean there',
    body: html`<div class="fields">
      ${field(panel, { ...confirm('top'), label: 'Trials' })}
      ${field(panel, { ...confirm('seeds'), label: 'Seeds each' })}
    </div>`,
  });
}

function trainingSection(panel: Panel): TemplateResult {
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

/** Estimate and Run. The estimate says what it rests on. */
function foot(panel: Panel): Template {
  const { document: shown, check, experiment, study } = panel.state;
  if (!shown || shown.kind === 'experiment') return nothing;
  const errors = issuesOf(panel).filter((issue) => issue.severity === 'error').length;
  const estimate = check?.estimate;
  const folds = check?.split?.folds.length;
  const isRunning = experiment?.summary.state === 'running';
  const trials = check?.space?.trials ?? study?.search.trials;
  const { top, seeds } = study?.search.confirm ?? { top: 0, seeds: 0 };
  const basis = estimate
    ? html`<b>${estimate.ms < 1000 ? 'Under a second' : `About ${duration(estimate.ms)}`}</b>
        <span class="muted"
          >${trials}
          trials${folds ? ` × ${plural(folds, 'fold')}` : ''}${top > 0 ? `, then ${top} × ${seeds} confirmations` : ''},
          ${plural(estimate.workers, 'worker')},
          ${estimate.from === 'measured' ? 'from measured trials' : 'from this machine’s speed'}</span
        >`
    : html`<span class="muted"
        >${check ? 'No estimate while there are errors.' : 'The study is being checked …'}</span
      >`;
  return html`<div class="estimate">
    ${icon(errors > 0 ? 'error' : 'watch', errors > 0 ? 'err' : 'muted')}
    <span
      >${errors > 0 ? html`<b>${plural(errors, 'error')}</b> <span class="muted">to fix first</span>` : basis}</span
    >
    <span class="grow"></span>
    ${
      !shown.trusted
        ? html`<span class="muted">Browse only: this folder is not trusted.</span
            >${button({ label: 'Manage trust', onClick: () => manageTrust(panel) })}`
        : button({
            label: isRunning ? 'Running' : 'Run',
            icon: 'play',
            kind: 'primary',
            disabled: isRunning || errors > 0 || !check,
            onClick: () => run(panel, 'ask'),
          })
    }
  </div>`;
}
