import type { PredictionSet } from '../../protocol/results.ts';
import { price, signed } from '../format.ts';
import type { Chart } from './chart.ts';
import {
  dateAxis,
  axisTooltip,
  margins,
  persistenceLine,
  text,
  ticksOver,
  tooltip,
  yAxis,
  yTicks,
  type Part,
} from './options.ts';
import { seriesLook } from './theme.ts';

export interface NamedSet {
  readonly name: string;
  readonly set: PredictionSet;
  /** Which series' look it has, where that is not its place in the list. */
  readonly series?: number;
}

/** The last step of each origin that is drawn: step 1, the next row. */
function firstStep(values: Float64Array, horizon: number, origin: number): number {
  return values[origin * horizon];
}

interface Place {
  readonly id: string;
  readonly title: string;
  readonly reading: unknown;
  readonly span: number;
  readonly horizon: number;
  /** Origins drawn, counted from the end. */
  readonly last: number;
  readonly extra?: unknown;
  readonly key?: Chart['key'];
}

/** Forecast and actual changes in percent. Actual as grey bars, persistence forecasts no change: the dashed zero. */
export function changesChart(sets: readonly NamedSet[], place: Place): Chart {
  const { set } = sets[0];
  const n = set.dates.length;
  const from = Math.max(0, n - place.last);
  const dates = set.dates.slice(from);
  const change = (value: number, origin: number): number => (value / set.last[origin] - 1) * 100;
  const actual = dates.map((_, i) => change(firstStep(set.actual, place.horizon, from + i), from + i));
  const forecasts = sets.map(({ set: own }) =>
    dates.map((_, i) => (firstStep(own.forecast, place.horizon, from + i) / own.last[from + i] - 1) * 100),
  );
  const largest = actual.reduce((most, v) => Math.max(most, Math.abs(v)), 0.1);
  const ticks = ticksOver(-largest, largest);
  return {
    ...place,
    height: 250,
    label: `Forecast and actual changes of ${dates.length} days`,
    data: () => [
      ['date', 'actual change, %', ...sets.map((s) => `${s.name}, %`)],
      ...dates.map((date, i) => [date, actual[i], ...forecasts.map((f) => f[i])]),
    ],
    deps: sets.map((s) => s.set),
    make: (theme) => ({
      grid: { ...margins, bottom: 28 },
      tooltip: axisTooltip(theme, (v) => `${signed(v)} %`),
      xAxis: dateAxis(theme, dates, { boundaryGap: true }),
      yAxis: yAxis(theme, {
        ...yTicks(ticks),
        axisLabel: text(theme, { formatter: (v: number) => `${signed(v, ticks.step < 1 ? 1 : 0)} %` }),
      }),
      series: [
        {
          type: 'bar',
          name: 'actual',
          data: actual,
          barWidth: '58%',
          itemStyle: { color: theme.faint },
          markLine: persistenceLine(theme, 0),
        },
        ...forecasts.map((data, i): Part => {
          const look = seriesLook(theme, sets[i].series ?? i);
          return {
            type: 'line',
            name: sets[i].name,
            data,
            symbol: 'none',
            lineStyle: { color: look.color, type: look.dash, width: 1.7 },
            itemStyle: { color: look.color },
          };
        }),
      ],
    }),
  };
}

/** Prices: actual, forecast and persistence, which is the last price carried on. */
export function pricesChart(sets: readonly NamedSet[], place: Place): Chart {
  const { set } = sets[0];
  const n = set.dates.length;
  const from = Math.max(0, n - place.last);
  const dates = set.dates.slice(from);
  const at = (values: Float64Array): readonly number[] =>
    dates.map((_, i) => firstStep(values, place.horizon, from + i));
  const actual = at(set.actual);
  const last = dates.map((_, i) => set.last[from + i]);
  const ticks = ticksOver(Math.min(...actual, ...last), Math.max(...actual, ...last));
  return {
    ...place,
    height: 250,
    label: `Prices of ${dates.length} days: actual, forecast and persistence`,
    data: () => [
      ['date', 'actual', 'persistence', ...sets.map((s) => s.name)],
      ...dates.map((date, i) => [
        date,
        actual[i],
        last[i],
        ...sets.map((s) => firstStep(s.set.forecast, place.horizon, from + i)),
      ]),
    ],
    deps: sets.map((s) => s.set),
    make: (theme) => ({
      grid: { ...margins, bottom: 28 },
      tooltip: axisTooltip(theme, price),
      xAxis: dateAxis(theme, dates),
      yAxis: yAxis(theme, {
        ...yTicks(ticks),
        axisLabel: text(theme, { formatter: (v: number) => v.toLocaleString('en-US') }),
      }),
      series: [
        {
          type: 'line',
          name: 'actual',
          data: actual,
          symbol: 'none',
          lineStyle: { color: theme.foreground, width: 2, opacity: 0.5 },
          itemStyle: { color: theme.foreground },
        },
        {
          type: 'line',
          name: 'persistence',
          data: last,
          symbol: 'none',
          lineStyle: { color: theme.foreground, width: 1, type: [4, 4], opacity: 0.9 },
          itemStyle: { color: theme.foreground },
          endLabel: { show: true, formatter: 'persistence', ...text(theme, { color: theme.foreground }) },
        },
        ...sets.map(({ name, set: own, series }, i): Part => {
          const look = seriesLook(theme, series ?? i);
          return {
            type: 'line',
            name,
            data: at(own.forecast),
            symbol: 'none',
            lineStyle: { color: look.color, type: look.dash, width: 1.5 },
            itemStyle: { color: look.color },
          };
        }),
      ],
    }),
  };
}

/** Errors in percent of the last price by date; the size of the move decides what is drawn heavier. */
export function residualsChart(set: PredictionSet, place: Place): Chart {
  const errors = set.dates.map(
    (_, i) =>
      ((firstStep(set.actual, place.horizon, i) - firstStep(set.forecast, place.horizon, i)) / set.last[i]) *
      100,
  );
  const largest = errors.reduce((most, v) => Math.max(most, Math.abs(v)), 0.1);
  const ticks = ticksOver(-largest, largest);
  return {
    ...place,
    height: 220,
    label: `Forecast errors of ${errors.length} days`,
    data: () => [['date', 'error, % of the last price'], ...set.dates.map((date, i) => [date, errors[i]])],
    deps: [set],
    make: (theme) => ({
      grid: { ...margins, bottom: 28 },
      tooltip: tooltip(theme, {
        trigger: 'item',
        formatter: (at: { dataIndex: number }) =>
          `${set.dates[at.dataIndex]}\n${signed(errors[at.dataIndex])} %`,
      }),
      xAxis: dateAxis(theme, set.dates),
      yAxis: yAxis(theme, {
        ...yTicks(ticks),
        axisLabel: text(theme, { formatter: (v: number) => `${signed(v, ticks.step < 1 ? 1 : 0)} %` }),
      }),
      series: [
        {
          type: 'scatter',
          data: errors,
          large: errors.length > 3000,
          symbolSize: 3,
          itemStyle: { color: theme.tie },
          markLine: persistenceLine(theme, 0, { word: 'no error' }),
        },
      ],
    }),
  };
}

/** Mean squared error by the size of the actual move, model over persistence: where any gain comes from. */
export function moveSizeChart(set: PredictionSet, place: Omit<Place, 'last'>): Chart {
  const n = set.dates.length;
  const moves = Array.from({ length: n }, (_, i) => ({
    size: Math.abs(firstStep(set.actual, place.horizon, i) / set.last[i] - 1) * 100,
    model: (firstStep(set.actual, place.horizon, i) - firstStep(set.forecast, place.horizon, i)) ** 2,
    persistence: (firstStep(set.actual, place.horizon, i) - set.last[i]) ** 2,
  })).sort((a, b) => a.size - b.size);
  const groups = Array.from({ length: 4 }, (_, g) =>
    moves.slice(Math.floor((g * n) / 4), Math.floor(((g + 1) * n) / 4)),
  );
  const sum = (list: typeof moves, of: 'model' | 'persistence'): number =>
    list.reduce((s, m) => s + m[of], 0);
  const ratios = groups.map((g) => Math.sqrt(sum(g, 'model') / Math.max(1e-12, sum(g, 'persistence'))));
  const names = groups.map((g) => `${(g[0]?.size ?? 0).toFixed(1)} to ${(g.at(-1)?.size ?? 0).toFixed(1)} %`);
  const shown = ratios.map((r) => Math.min(r, 2));
  const ticks = ticksOver(Math.min(0.9, ...shown), Math.max(1.1, ...shown));
  return {
    ...place,
    height: 220,
    label: 'U2 by size of the actual move, in quarters of the days',
    data: () => [
      ['size of the move', 'U2', 'days'],
      ...groups.map((g, i) => [names[i], ratios[i], g.length]),
    ],
    deps: [set],
    make: (theme) => ({
      grid: { ...margins, bottom: 28 },
      tooltip: tooltip(theme, {
        trigger: 'item',
        formatter: (at: { dataIndex: number }) =>
          `${names[at.dataIndex]}\nU2 ${ratios[at.dataIndex].toFixed(4)}`,
      }),
      xAxis: {
        type: 'category',
        data: names,
        axisLine: { lineStyle: { color: theme.axis } },
        axisTick: { show: false },
        axisLabel: text(theme, { interval: 0, hideOverlap: true }),
      },
      yAxis: yAxis(theme, { ...yTicks(ticks), axisLabel: text(theme, { formatter: ticks.text }) }),
      series: [
        {
          type: 'scatter',
          symbolSize: 8,
          data: shown.map((v, i) => ({ value: v, symbol: ratios[i] > 2 ? 'triangle' : 'circle' })),
          itemStyle: { color: theme.foreground },
          markLine: persistenceLine(theme, 1),
        },
      ],
    }),
  };
}
