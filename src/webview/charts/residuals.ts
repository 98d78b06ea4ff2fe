import { html, type TemplateResult } from 'lit';
import type { TestResult } from '../../protocol/results.ts';
import { count, price, signed } from '../format.ts';
import type { Chart } from './chart.ts';
import { margins, text, ticksOver, tooltip, xAxis, yAxis, yTicks } from './options.ts';

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

/** The lag test as bars: the tallest is the shift at which forecast and actual changes fit best. */
export function lagChart(
  lag: TestResult['lagTest'],
  place: { readonly id: string; readonly span: number },
): Chart {
  const half = Math.floor(lag.correlation.length / 2);
  const shifts = lag.correlation.map((_, i) => (i === half ? '0' : signed(i - half, 0)));
  return barsChart({
    ...place,
    title: 'Lag test',
    reading: lagLine(lag),
    names: shifts,
    values: lag.correlation,
    tip: (i) => `shift ${shifts[i]}\ncorrelation ${signed(lag.correlation[i])}`,
    data: [['shift in days', 'correlation'], ...lag.correlation.map((c, i) => [i - half, c])],
    source: lag,
  });
}

interface WeekdayErrors {
  readonly weekday: number;
  readonly bias: number;
  readonly rmse: number;
  readonly rows: number;
}

/** Mean error by weekday of the day forecast; RMSE and rows in the tip and in the numbers. `unit`: of the errors. */
export function weekdayChart(
  days: readonly WeekdayErrors[],
  place: { readonly id: string; readonly span: number; readonly unit: string },
): Chart {
  const names = days.map((d) => weekdays[d.weekday % 7]);
  return barsChart({
    id: place.id,
    span: place.span,
    title: 'Mean error by weekday',
    reading: `Forecast minus actual, ${place.unit}, one step ahead. Above 0: forecasts too high.`,
    names: names.map((name) => name.slice(0, 3)),
    values: days.map((d) => d.bias),
    tip: (i) =>
      `${names[i]}\nmean error ${signed(days[i].bias)}, RMSE ${price(days[i].rmse)}, ${count(days[i].rows)} rows`,
    data: [
      ['weekday', 'mean error', 'RMSE', 'rows'],
      ...days.map((d, i) => [names[i], d.bias, d.rmse, d.rows]),
    ],
    source: days,
  });
}

function barsChart(options: {
  readonly id: string;
  readonly span: number;
  readonly title: string;
  readonly reading: unknown;
  readonly names: readonly string[];
  readonly values: readonly number[];
  readonly tip: (index: number) => string;
  readonly data: readonly (readonly (string | number)[])[];
  /** Drawn again only with another. */
  readonly source: unknown;
}): Chart {
  const { names, values } = options;
  const ticks = ticksOver(Math.min(0, ...values), Math.max(0, ...values));
  return {
    id: options.id,
    title: options.title,
    reading: options.reading,
    label: `${options.title}: ${names.length} values`,
    span: options.span,
    height: 220,
    deps: [options.source],
    data: () => options.data,
    make: (theme) => ({
      grid: { ...margins, right: 20 },
      tooltip: tooltip(theme, { formatter: (at: { dataIndex: number }) => options.tip(at.dataIndex) }),
      xAxis: xAxis(theme, { type: 'category', data: names, axisLabel: text(theme, { interval: 0 }) }),
      yAxis: yAxis(theme, { ...yTicks(ticks), axisLabel: text(theme, { formatter: ticks.text }) }),
      series: [{ type: 'bar', data: values, barWidth: '50%', itemStyle: { color: theme.tie } }],
    }),
  };
}
