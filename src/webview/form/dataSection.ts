import { html, type TemplateResult } from 'lit';
import { editStudy } from '../actions.ts';
import { count, plural } from '../format.ts';
import type { Panel } from '../panel.ts';
import { dataReport } from './dataReport.ts';
import { field } from './field.ts';
import { indicatorChips, inputChips } from './inputs.ts';
import { section } from './section.ts';
import { valueAt } from './studyValues.ts';

const forecastWords = { logReturn: 'log-return', price: 'price', windowRelative: 'window-relative' };

export function dataSection(panel: Panel): TemplateResult {
  const report = panel.state.check?.report;
  const columns = report?.columns ?? [];
  const numbers = columns.filter((c) => c.kind === 'number').map((c) => c.name);
  const files = panel.loads.get({ subject: 'dataFiles' }, () => panel.host.request('dataFiles', null));
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
