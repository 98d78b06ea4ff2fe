import type { AnalysisResult } from '../../protocol/analysis.ts';
import type { SpaceParameter } from '../../model/searchSpace.ts';
import type { Chart } from '../charts/chart.ts';
import {
  margins,
  noiseBand,
  persistenceLine,
  text,
  tooltip,
  xAxis,
  yAxis,
  yTicks,
  type Part,
} from '../charts/options.ts';
import { alpha } from '../charts/theme.ts';
import { parameterAxis, placeOn, type ParameterAxis } from './axes.ts';
import { manyPoints, pickPoint, pointOf, pointTip, type PlotGround } from './points.ts';

type Slice = Extract<AnalysisResult, { kind: 'slice' }>;

/** Value against one hyperparameter; with the engine's mean where it offers one. */
export function sliceChart(
  ground: PlotGround,
  parameter: SpaceParameter,
  options: {
    readonly slice: Slice | null;
    readonly span: number;
    readonly extra?: unknown;
    readonly isMain: boolean;
  },
): Chart {
  const { panel, trials, label, persistence, noise, axis: values } = ground;
  const axis = parameterAxis(parameter, trials.params[parameter.name]);
  const { slice } = options;
  const xOf = (row: number): number => placeOn(axis, trials.params[axis.name][row]);
  /** Many trials on one place become a cloud, not a line. */
  const jittered = (number: number, x: number): number =>
    axis.places ? x + (((number * 37) % 97) / 96 - 0.5) * 0.5 : x;
  return {
    id: `slice-${axis.name}`,
    title: options.isMain ? `Slice: ${axis.label}` : axis.label.charAt(0).toUpperCase() + axis.label.slice(1),
    reading: slice
      ? `${label} of each trial; the line is the mean the engine expects, shaded ± its standard deviation.`
      : `${label} of each trial, lower is better.`,
    label: `${label} against ${axis.label}`,
    span: options.span,
    height: 220,
    extra: options.extra,
    onClick: ({ data }) => pickPoint(panel, data),
    data: () => [
      ['trial', axis.label, label],
      ...ground.points.map((p) => [
        p.number,
        axis.places ? (axis.placeLabels[xOf(p.row)] ?? '') : trials.params[axis.name][p.row],
        p.value,
      ]),
    ],
    deps: [ground, axis.name, slice],
    make: (theme) => ({
      grid: { ...margins, ...(options.isMain ? {} : { left: 44, right: 12 }) },
      tooltip: tooltip(theme, { formatter: (at: { data: unknown }) => pointTip(ground, at.data) }),
      xAxis: parameterAxisOption(axis, xAxis(theme), text(theme)),
      yAxis: yAxis(theme, { ...yTicks(values), axisLabel: text(theme, { formatter: values.text }) }),
      series: [
        {
          type: 'line',
          data: [],
          ...(persistence === null
            ? {}
            : { markLine: persistenceLine(theme, persistence, options.isMain ? {} : { word: '' }) }),
          ...(persistence === null || noise === 0
            ? {}
            : { markArea: noiseBand(theme, persistence - noise, persistence + noise) }),
        },
        ...(slice
          ? meanSeries(slice, axis, { color: theme.blue, band: alpha(theme.blue, 0.14), high: values.high })
          : []),
        ground.points.length > manyPoints
          ? {
              type: 'scatter',
              large: true,
              symbolSize: 2.5,
              itemStyle: { color: theme.tie, opacity: 0.4 },
              data: ground.points.map((p) => [
                jittered(p.number, xOf(p.row)),
                Math.min(p.value, values.high),
              ]),
            }
          : { type: 'scatter', data: ground.points.map((p) => pointOf(ground, theme, p, xOf(p.row))) },
      ],
    }),
  };
}

function meanSeries(
  slice: Slice,
  axis: ParameterAxis,
  look: { readonly color: string; readonly band: string; readonly high: number },
): readonly Part[] {
  const at = slice.x.map((x) => (typeof x === 'number' ? placeOn(axis, x) : axis.placeLabels.indexOf(x)));
  const clip = (v: number): number => Math.min(v, look.high);
  const inside = at.map((_, i) => i).filter((i) => slice.mean[i] - slice.sd[i] <= look.high);
  const line = { type: 'line', symbol: 'none', silent: true } as const;
  return [
    {
      ...line,
      stack: 'band',
      lineStyle: { opacity: 0 },
      data: inside.map((i) => [at[i], slice.mean[i] - slice.sd[i]]),
    },
    {
      ...line,
      stack: 'band',
      lineStyle: { opacity: 0 },
      areaStyle: { color: look.band },
      data: inside.map((i) => [at[i], clip(slice.mean[i] + slice.sd[i]) - (slice.mean[i] - slice.sd[i])]),
    },
    {
      ...line,
      lineStyle: { color: look.color, width: 1.6 },
      data: inside.filter((i) => slice.mean[i] <= look.high).map((i) => [at[i], slice.mean[i]]),
    },
  ];
}

/** An axis with named places or a number line; log where the space is. */
export function parameterAxisOption(axis: ParameterAxis, base: Part, label: Part): Part {
  const name = axis.isLog ? `${axis.label}, log` : axis.label;
  if (axis.places)
    return {
      ...base,
      type: 'value',
      name,
      min: axis.low,
      max: axis.high,
      interval: 1,
      axisLabel: {
        ...label,
        customValues: axis.places.map((_, i) => i),
        formatter: (value: number) => axis.placeLabels[value] ?? '',
      },
    };
  return {
    ...base,
    type: axis.isLog ? 'log' : 'value',
    name,
    min: axis.low,
    max: axis.high,
    axisLabel: {
      ...label,
      hideOverlap: true,
      formatter: (value: number) => String(Number(value.toPrecision(3))),
    },
  };
}
