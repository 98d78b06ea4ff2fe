import type { TestResult } from '../../../protocol/results.ts';
import type { StepView } from '../../evaluation/forecasts.ts';
import { errorsByMove } from '../../evaluation/residuals.ts';
import { changesChart, pricesChart } from '../charts/timeCharts.ts';
import type { Block, Section } from '../document.ts';
import { fixed, percentText, significant } from '../numbers.ts';
import type { ReportSource } from '../source.ts';

const shownDays = 80;
const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** 8: changes first, prices second; then whether the model copies, and its residuals. */
export function forecastSection({ result }: ReportSource): Section | null {
  if (!result) return null;
  const { predictions, horizon } = result;
  const n = predictions.dates.length;
  const step = (values: ArrayLike<number>): number[] =>
    Array.from({ length: n }, (_, i) => values[i * horizon]);
  const last = Array.from(predictions.last);
  const actual = step(predictions.actual);
  const forecast = step(predictions.forecast);
  const change = (values: readonly number[]): number[] => values.map((v, i) => (v / last[i] - 1) * 100);
  const from = Math.max(0, n - shownDays);
  const tail = (values: readonly number[]): readonly number[] => values.slice(from);
  const changes = { actual: change(actual), forecast: change(forecast) };
  const days = n - from;
  return {
    id: 'forecasts',
    title: 'Forecasts',
    blocks: [
      {
        kind: 'figure',
        id: 'changes',
        title: 'Forecast and actual changes, one step ahead',
        reading: `Last ${days} test days. Grey bars: actual change; line: forecast of the first refit seed. Persistence forecasts no change.`,
        wide: 'wide',
        svg: changesChart(
          {
            dates: predictions.dates.slice(from),
            actual: tail(changes.actual),
            forecast: tail(changes.forecast),
          },
          `Mean size of the actual changes ${fixed(meanSize(changes.actual), 3)} %, of the forecast changes ${fixed(meanSize(changes.forecast), 3)} %`,
        ),
      },
      {
        kind: 'text',
        text: `Mean size of a change over the test range: actual ${fixed(meanSize(changes.actual), 3)} %, forecast ${fixed(meanSize(changes.forecast), 3)} %.`,
      },
      {
        kind: 'figure',
        id: 'prices',
        title: 'The same as prices',
        reading: `Last ${days} test days. Grey: actual; blue: forecast; dashed: persistence. On this scale any forecast near the last price looks right, persistence included: read the changes instead.`,
        wide: 'wide',
        svg: pricesChart(
          {
            dates: predictions.dates.slice(from),
            actual: tail(actual),
            forecast: tail(forecast),
            last: tail(last),
          },
          'Actual price, forecast and last known price',
        ),
      },
      ...lagBlocks(result),
      ...residualBlocks(result, {
        actual: Float64Array.from(changes.actual),
        forecast: Float64Array.from(changes.forecast),
        last: new Float64Array(n),
      }),
    ],
  };
}

function meanSize(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + Math.abs(v), 0) / Math.max(1, values.length);
}

function lagText({ shift, copies }: TestResult['lagTest']): string {
  if (copies)
    return 'Test for copying: the forecasts fit best when shifted by one day. The model repeats yesterday’s price.';
  if (shift === 1)
    return 'Test for copying: the forecasts fit the actual prices best one day late, as any forecast near the last price does, but they err less than the last price itself.';
  return `Test for copying: the forecasts fit the actual prices best at a shift of ${fixed(shift, 0)}, not one day late.`;
}

function lagBlocks({ lagTest }: TestResult): readonly Block[] {
  const half = (lagTest.correlation.length - 1) / 2;
  return [
    {
      kind: 'text',
      text: lagText(lagTest),
    },
    {
      kind: 'table',
      caption: 'Fit of forecasts and actual values by shift in days',
      head: ['Shift', ...lagTest.correlation.map((_, i) => fixed(i - half, 0))],
      rows: [['Correlation', ...lagTest.correlation.map((c) => fixed(c, 3))]],
    },
  ];
}

/** `changes` in percent, one step ahead. */
function residualBlocks({ byWeekday }: TestResult, changes: StepView): readonly Block[] {
  return [
    {
      kind: 'table',
      caption:
        'Errors by weekday of the day forecast, one step ahead, in units of the price (bias: forecast − actual)',
      head: ['Weekday', 'rows', 'bias', 'RMSE'],
      rows: byWeekday.map((d) => [
        weekdays[d.weekday - 1] ?? String(d.weekday),
        String(d.rows),
        significant(d.bias, 3),
        significant(d.rmse),
      ]),
    },
    {
      kind: 'table',
      caption: 'By size of the actual move: quarters of the days, smallest moves first',
      head: ['Size of move', 'rows', 'U2', 'direction'],
      rows: moveRows(changes),
    },
  ];
}

function moveRows(changes: StepView): string[][] {
  return errorsByMove(changes).map(({ from, to, rows, u2, direction }) => [
    `${fixed(from, 2)} to ${fixed(to, 2)} %`,
    String(rows),
    fixed(u2, 4),
    direction === null ? '–' : percentText(direction),
  ]);
}
