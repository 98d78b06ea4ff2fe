import { html, type TemplateResult } from 'lit';
import type { TestResult } from '../../protocol/results.ts';
import { count, price, signed } from '../format.ts';

export const weekdays = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

/** The lag test in one line: the shift at which forecast and actual changes fit best, and what that means. */
export function lagLine(lag: TestResult['lagTest']): TemplateResult {
  const half = Math.floor(lag.correlation.length / 2);
  return html`Correlation of forecast and actual, shifted by days:
  ${lag.correlation.map(
    (value, i) =>
      html`${i > 0 ? ', ' : ''}<span class=${i - half === lag.shift ? 'strong' : ''}
          >${i - half === 0 ? '0' : signed(i - half, 0)}: ${signed(value)}</span
        >`,
  )}.
  ${lag.copies ? 'Best one day late: a copy of the last price.' : 'Not best one day late.'}`;
}

/** Mean error by weekday, and the shift at which forecast and actual fit best. */
export function weekdayTable(result: TestResult): TemplateResult {
  return html`<figure class="chart w5" aria-labelledby="title-weekdays">
    <header><h2 id="title-weekdays">By weekday, and the lag test</h2></header>
    <table class="btable">
      <thead>
        <tr>
          <th scope="col">weekday</th>
          <th scope="col">mean error</th>
          <th scope="col">RMSE</th>
          <th scope="col">rows</th>
        </tr>
      </thead>
      <tbody>
        ${result.byWeekday.map(
          (day) =>
            html`<tr>
              <td>${weekdays[day.weekday % 7]}</td>
              <td>${signed(day.bias)}</td>
              <td>${price(day.rmse)}</td>
              <td>${count(day.rows)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <p class="read gap-small">${lagLine(result.lagTest)}</p>
  </figure>`;
}
