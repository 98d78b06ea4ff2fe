import { html, nothing } from 'lit';
import { wideTable, type Template } from '../controls/controls.ts';
import { count, percent, plural } from '../format.ts';
import type { Panel } from '../panel.ts';
import { issueLine } from './field.ts';

/** What the file holds and what looks wrong in it. */
export function dataReport(panel: Panel): Template {
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
    ${wideTable(
      'Columns of the file',
      html`<table class="btable">
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
      </table>`,
    )}
    ${report.warnings.map((issue) => issueLine(panel, issue))}
  </details>`;
}

function largestGap(
  gaps: readonly { readonly from: string; readonly to: string; readonly days: number }[],
): string {
  const largest = gaps.reduce((a, b) => (b.days > a.days ? b : a));
  return `${Math.round(largest.days)} days, ${largest.from} to ${largest.to}`;
}
