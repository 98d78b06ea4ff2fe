import type { TestResult } from '../../../protocol/results.ts';
import type { StepView } from '../../evaluation/forecasts.ts';
import { errorsByMove } from '../../evaluation/residuals.ts';
import { changesChart, pricesChart } from '../charts/timeCharts.ts';
import { barChart, ratioChart } from '../charts/pointCharts.ts';
import type { Block, Section } from '../document.ts';
import { counted, fixed, percentText, significant } from '../numbers.ts';
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

function lagText({ shift, copies, withLastChange }: TestResult['lagTest']): string {
  const last =
    withLastChange === undefined
      ? ''
      : ` Correlation of the forecast change with the last known change: ${fixed(withLastChange, 3)}.`;
  return `Test for copying: ${lagFinding(shift, copies)}${last}`;
}

function lagFinding(shift: number, copies: boolean): string {
  if (copies)
    return 'the forecasts move most like the prices of the day before: see the warning under Verdict.';
  if (shift === 1)
    return 'the forecasts move most like the prices of the day before, as any forecast near the last price does, but they err less than the last price itself.';
  return `the forecasts move most like the actual prices at a shift of ${counted(shift, 'day')}; a copy of the last price would at 1.`;
}

function lagBlocks({ lagTest }: TestResult): readonly Block[] {
  const half = (lagTest.correlation.length - 1) / 2;
  const shifts = lagTest.correlation.map((_, i) => fixed(i - half, 0));
  return [
    { kind: 'text', text: lagText(lagTest) },
    {
      kind: 'figure',
      id: 'lag',
      title: 'Changes of the forecasts and of the actual prices, shifted',
      reading: 'Correlation by shift in days. Tallest at 1: the forecasts follow the prices a day late.',
      wide: 'half',
      svg: barChart(
        lagTest.correlation.map((value, i) => ({ label: shifts[i], value })),
        `Correlation by shift: ${lagTest.correlation.map((c, i) => `${shifts[i]} ${fixed(c, 3)}`).join(', ')}`,
      ),
    },
    {
      kind: 'table',
      caption: 'Correlation by shift in days',
      head: ['Shift', 'correlation'],
      rows: lagTest.correlation.map((c, i) => [shifts[i], fixed(c, 3)]),
      strong: lagTest.shift + half,
    },
  ];
}

/** `changes` in percent, one step ahead. */
function residualBlocks({ byWeekday }: TestResult, changes: StepView): readonly Block[] {
  const names = byWeekday.map((d) => weekdays[d.weekday - 1] ?? String(d.weekday));
  const moves = errorsByMove(changes);
  return [
    {
      kind: 'figure',
      id: 'weekdays',
      title: 'Mean error by weekday',
      reading: 'Forecast − actual, in units of the price, one step ahead. Above 0: forecasts too high.',
      wide: 'half',
      svg: barChart(
        byWeekday.map((d, i) => ({ label: names[i].slice(0, 3), value: d.bias })),
        `Mean error by weekday: ${byWeekday.map((d, i) => `${names[i]} ${significant(d.bias, 3)}`).join(', ')}`,
      ),
    },
    {
      kind: 'table',
      caption: 'Errors by weekday of the day forecast (bias: the mean error)',
      head: ['Weekday', 'rows', 'bias', 'RMSE'],
      rows: byWeekday.map((d, i) => [names[i], String(d.rows), significant(d.bias, 3), significant(d.rmse)]),
    },
    {
      kind: 'figure',
      id: 'moves',
      title: 'U2 by size of the actual move',
      reading:
        'Quarters of the days, smallest moves first. Below the dashed line is better than persistence.',
      wide: 'half',
      svg: ratioChart(
        moves.map((m) => ({ label: `to ${fixed(m.to, 2)} %`, value: m.u2 })),
        `U2 by size of move: ${moves.map((m) => fixed(m.u2, 4)).join(', ')}`,
      ),
    },
    {
      kind: 'table',
      caption: 'By size of the actual move, in changes of the price',
      head: ['Size of move', 'rows', 'U2', 'direction'],
      rows: moveRows(moves),
    },
  ];
}

function moveRows(moves: ReturnType<typeof errorsByMove>): string[][] {
  return moves.map(({ from, to, rows, u2, direction }) => [
    `${fixed(from, 2)} to ${fixed(to, 2)} %`,
    String(rows),
    fixed(u2, 4),
    direction === null ? '–' : percentText(direction),
  ]);
}
