import { price, ratio } from '../format.ts';
import type { Chart } from './chart.ts';
import {
  dateAxis,
  axisTooltip,
  margins,
  persistenceLine,
  text,
  ticksOver,
  tooltip,
  xAxis,
  yAxis,
  yTicks,
} from './options.ts';

/** Charts of errors taken apart, of the test range and of validation alike; their numbers are the engine's. */

/** Squared error saved against persistence, row by row: one crash shows as one jump. */
export function cumulativeChart(options: {
  readonly id: string;
  readonly reading: string;
  readonly span: number;
  readonly dates: readonly string[];
  /** Squared error minus persistence's, summed up; below 0 = ahead. */
  readonly difference: readonly number[];
}): Chart {
  const { id, reading, span, dates, difference } = options;
  const saved = difference.map((v) => -v);
  const ticks = ticksOver(
    saved.reduce((a, b) => Math.min(a, b), 0),
    saved.reduce((a, b) => Math.max(a, b), 0),
  );
  return {
    id,
    title: 'Cumulative squared error saved against persistence',
    reading,
    label: `Squared error saved over ${dates.length} days`,
    span,
    height: 250,
    deps: [difference],
    data: () => [['date', 'saved'], ...dates.map((date, i) => [date, saved[i]])],
    make: (theme) => ({
      grid: { ...margins, left: 64, bottom: 28 },
      tooltip: axisTooltip(theme, price),
      xAxis: dateAxis(theme, dates),
      yAxis: yAxis(theme, {
        ...yTicks(ticks),
        axisLabel: text(theme, { formatter: (v: number) => compact(v) }),
      }),
      series: [
        {
          type: 'line',
          name: 'saved',
          data: saved,
          symbol: 'none',
          lineStyle: { color: theme.blue, width: 2 },
          itemStyle: { color: theme.blue },
          markLine: persistenceLine(theme, 0),
        },
      ],
    }),
  };
}

function compact(value: number): string {
  return Math.abs(value) >= 10_000 ? `${signedPlain(value / 1000)} k` : signedPlain(value);
}

function signedPlain(value: number): string {
  return value.toLocaleString('en-US').replace('-', '\u2212');
}

/** Above this a part lies beyond the axis: no forecast of prices is half as bad again and of interest. */
const most = 1.5;

/** U2 of parts: folds, quarters, horizon steps, weekdays, sizes of move. Points, no line: the parts are not a path. */
export function partsChart(options: {
  readonly id: string;
  readonly title: string;
  readonly reading: unknown;
  readonly span: number;
  readonly names: readonly string[];
  readonly values: readonly number[];
  readonly rows: readonly number[];
  /** What the values come from: drawn again only with another. */
  readonly source: unknown;
  readonly extra?: unknown;
  readonly height?: number;
}): Chart {
  const { names, values, rows } = options;
  // One part that went wrong must not flatten the others: it stands as a triangle at the edge.
  const top = Math.max(1.01, ...values.filter((v) => v <= most));
  const ticks = ticksOver(Math.min(0.99, ...values), top);
  const isOver = (v: number): boolean => v > ticks.high;
  return {
    id: options.id,
    title: options.title,
    reading: options.reading,
    label: `${options.title}: ${names.length} values`,
    span: options.span,
    height: options.height ?? 220,
    extra: options.extra,
    deps: [options.source, options.id],
    data: () => [['part', 'U2', 'rows'], ...names.map((name, i) => [name, values[i], rows[i] ?? ''])],
    make: (theme) => ({
      grid: { ...margins, bottom: 40 },
      tooltip: tooltip(theme, {
        formatter: (at: { dataIndex: number }) =>
          `${names[at.dataIndex]}\nU2 ${ratio(values[at.dataIndex])}${rows[at.dataIndex] ? `, ${rows[at.dataIndex]} rows` : ''}`,
      }),
      xAxis: xAxis(theme, {
        type: 'category',
        data: names.map((name, i) => quarterLabel(name, names[i - 1])),
        axisLabel: text(theme, { interval: 0, lineHeight: 14, hideOverlap: true }),
      }),
      yAxis: yAxis(theme, { ...yTicks(ticks), axisLabel: text(theme, { formatter: ticks.text }) }),
      series: [
        {
          type: 'scatter',
          data: values.map((v) => ({
            value: Math.min(v, ticks.high),
            symbol: isOver(v) ? 'triangle' : 'circle',
          })),
          symbolSize: 8,
          itemStyle: { color: theme.foreground },
          markLine: persistenceLine(theme, 1),
        },
      ],
    }),
  };
}

/** `2018 Q1` becomes two lines; the year only where it is a new one. */
function quarterLabel(name: string, before: string | undefined): string {
  const [year, quarter] = name.split(' ');
  if (!quarter?.startsWith('Q')) return name;
  return before?.startsWith(year) ? quarter : `${quarter}\n${year}`;
}
