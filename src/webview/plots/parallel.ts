import type { EChartsType } from 'echarts/core';
import { searchSpaceOf } from '../../model/searchSpace.ts';
import { alpha, type Theme } from '../charts/theme.ts';
import type { Chart } from '../charts/chart.ts';
import { quantile, text } from '../charts/options.ts';
import type { Panel } from '../panel.ts';
import { parameterAxis, placeOn, type ParameterAxis } from './axes.ts';
import { count } from '../format.ts';
import { pickPoint, type PlotGround, type TrialPoint } from './points.ts';

/** Lines above this number are thinned for the picture: the best are all drawn, of the rest every n-th. */
const mostLines = 600;

/** Parallel coordinates: drag along an axis to select; the selection is one filter for all plots and the table. */
export function parallelChart(ground: PlotGround): Chart {
  const { panel, trials, label, axis: values } = ground;
  const study = panel.state.experiment!.experiment.study;
  const axes = searchSpaceOf(study).parameters.map((p) => parameterAxis(p, trials.params[p.name]));
  const shown = thinned(ground);
  const rowFor = (point: TrialPoint): number[] => [
    ...axes.map((axis, i) =>
      jittered(axis, placeOn(axis, trials.params[axis.name][point.row]), point.number * 37 + i * 17),
    ),
    Math.min(point.value, values.high),
  ];
  const quarter = quantile(
    ground.points.map((p) => p.value).sort((a, b) => a - b),
    0.25,
  );
  return {
    id: 'parallel',
    title: 'Parallel coordinates',
    reading: `Drag along an axis to select (the filter above does the same by keys); click the bar to take it back. Blue: the lowest quarter by ${label}; thick: the leader.${
      shown.length < ground.points.length
        ? ` ${count(shown.length)} of ${count(ground.points.length)} trials drawn, all of the best.`
        : ''
    }`,
    label: `Hyperparameters and ${label} of ${shown.length} trials, one line each`,
    span: 12,
    height: 300,
    onClick: ({ data }) => pickPoint(panel, data),
    data: () => [
      ['trial', ...axes.map((axis) => axis.label), label],
      ...ground.points.map((p) => [
        p.number,
        ...axes.map((axis) => {
          const value = trials.params[axis.name][p.row];
          return axis.places ? (axis.placeLabels[placeOn(axis, value)] ?? '') : value;
        }),
        p.value,
      ]),
    ],
    deps: [ground],
    make: (theme, width) => ({
      parallel: { left: 46, right: 56, top: 30, bottom: 16 },
      parallelAxis: [
        ...axes.map((axis, i) => axisOption(axis, { dim: i, room: (width - 102) / axes.length - 6 }, theme)),
        {
          dim: axes.length,
          id: `axis-${axes.length}`,
          name: label,
          nameLocation: 'start',
          inverse: true,
          min: values.low,
          max: values.high,
          interval: values.step,
          type: 'value',
          ...axisLook(theme),
          axisLabel: axisText(theme, { formatter: values.text }),
        },
      ],
      series: [
        {
          type: 'parallel',
          smooth: 0.08,
          inactiveOpacity: theme.isHighContrast ? 0.15 : 0.07,
          activeOpacity: 0.9,
          progressive: 0,
          data: shown.map((p) => ({
            value: rowFor(p),
            trial: p.number,
            lineStyle: lineLook(ground, theme, { point: p, quarter }),
          })),
        },
      ],
    }),
    after: (chart, theme) => followBrushes(chart, theme, { panel, axes, label, values }),
  };
}

function thinned(ground: PlotGround): readonly TrialPoint[] {
  const sorted = [...ground.points].sort((a, b) => b.value - a.value);
  if (sorted.length <= mostLines) return sorted;
  const best = sorted.slice(-mostLines / 2);
  const rest = sorted.slice(0, -mostLines / 2);
  const every = Math.ceil(rest.length / (mostLines / 2));
  return [...rest.filter((_, i) => i % every === 0), ...best];
}

function lineLook(
  ground: PlotGround,
  theme: Theme,
  at: { readonly point: TrialPoint; readonly quarter: number },
): object {
  const { point } = at;
  const isOut = ground.chosen !== null && !ground.chosen.has(point.number);
  const dim = Math.max(0.2, Math.min(1, 80 / Math.min(mostLines, ground.points.length)));
  if (point.number === ground.leader) return { color: theme.blue, width: 2.5, opacity: isOut ? 0.3 : 1 };
  if (isOut && ground.panel.state.memory.filter.brushes.length === 0)
    return { color: theme.foreground, width: 1, opacity: theme.isHighContrast ? 0.15 : 0.07 };
  return point.value <= at.quarter
    ? { color: theme.blue, width: 1.3, opacity: 0.75 * dim }
    : { color: theme.foreground, width: 1.1, opacity: 0.4 * dim };
}

function axisLook(theme: Theme): object {
  return {
    z: 6,
    // A selection counts when the drag ends: what it changes must not be drawn again under the pointer.
    realtime: false,
    nameGap: 12,
    nameTextStyle: text(theme, { color: theme.foreground }),
    axisLine: { lineStyle: { color: theme.axis } },
    axisTick: { show: false },
    areaSelectStyle: {
      width: 18,
      borderWidth: 1,
      borderColor: theme.focus,
      color: theme.focus,
      opacity: 0.4,
    },
  };
}

/** Labels have a ground of their own and lie above the lines. */
function axisText(theme: Theme, more: object): object {
  return text(theme, { backgroundColor: alpha(theme.ground, 0.8), padding: [1, 3], margin: 4, ...more });
}

function axisOption(
  axis: ParameterAxis,
  { dim, room }: { readonly dim: number; readonly room: number },
  theme: Theme,
): object {
  const common = {
    dim,
    id: `axis-${dim}`,
    name: axis.label,
    nameLocation: 'end',
    ...axisLook(theme),
    // In a narrow panel names are cut, so that none lies over its neighbour.
    nameTruncate: { maxWidth: room, ellipsis: '…' },
  };
  if (axis.places)
    return {
      ...common,
      type: 'value',
      min: axis.low,
      max: axis.high,
      axisLabel: axisText(theme, {
        color: theme.foreground,
        customValues: axis.places.map((_, i) => i),
        formatter: (value: number) => axis.placeLabels[value] ?? '',
      }),
    };
  return {
    ...common,
    type: axis.isLog ? 'log' : 'value',
    min: axis.low,
    max: axis.high,
    axisLabel: axisText(theme, { formatter: (value: number) => String(Number(value.toPrecision(3))) }),
  };
}

/** Lines through one place stay apart by a small fixed jitter. */
function jittered(axis: ParameterAxis, place: number, seed: number): number {
  return axis.places ? place + ((seed % 23) / 22 - 0.5) * 0.3 : place;
}

interface BrushGround {
  readonly panel: Panel;
  readonly axes: readonly ParameterAxis[];
  readonly label: string;
  readonly values: PlotGround['axis'];
}

/** The chart's brushes and the filter's are the same: drawn ones become filters, filters are drawn. */
function followBrushes(chart: EChartsType, theme: Theme, ground: BrushGround): void {
  const { panel, axes } = ground;
  const { brushes } = panel.state.memory.filter;
  chart.off('axisareaselected');
  for (let dim = 0; dim <= axes.length; dim++) {
    const brush = brushes.find((b) => b.column === columnOf(ground, dim));
    if (!brush) continue;
    const axis = dim < axes.length ? axes[dim] : null;
    const interval = axis?.places
      ? placeInterval(axis, brush.low, brush.high)
      : [brush.low, Math.min(brush.high, dim < axes.length ? Infinity : ground.values.high)];
    chart.dispatchAction({ type: 'axisAreaSelect', parallelAxisId: `axis-${dim}`, intervals: [interval] });
  }
  paintBrushes(chart, theme);
  chart.on('axisareaselected', (event) => {
    const { parallelAxisId, intervals } = event as {
      parallelAxisId?: string;
      intervals?: number[][];
    }; // echarts' own event
    const dim = Number(/^axis-(\d+)$/.exec(parallelAxisId ?? '')?.[1] ?? NaN);
    if (Number.isNaN(dim) || !intervals) return;
    queueMicrotask(() => brushDrawn(ground, dim, intervals));
  });
}

function columnOf(ground: BrushGround, dim: number): string {
  return dim < ground.axes.length ? `param:${ground.axes[dim].name}` : 'value';
}

function brushDrawn(ground: BrushGround, dim: number, intervals: readonly (readonly number[])[]): void {
  const { panel } = ground;
  const column = columnOf(ground, dim);
  const [from, to] = intervals[0] ?? [];
  if (from === undefined || to === undefined) {
    panel.dispatch({ type: 'unbrush', column });
    return;
  }
  const axis = dim < ground.axes.length ? ground.axes[dim] : null;
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  if (axis?.places) {
    const inside = axis.places.flatMap((value, i) =>
      i >= low - 0.2 && i <= high + 0.2 ? [{ value, label: axis.placeLabels[i] }] : [],
    );
    if (inside.length === 0) {
      panel.dispatch({ type: 'unbrush', column });
      return;
    }
    const numbers = inside.map((p) => p.value);
    panel.dispatch({
      type: 'brush',
      brush: {
        column,
        low: Math.min(...numbers),
        high: Math.max(...numbers),
        label: `${axis.label} ${inside.map((p) => p.label).join(', ')}`,
      },
    });
    return;
  }
  const short = (v: number): number => Number(v.toPrecision(dim < ground.axes.length ? 3 : 5));
  const upper = axis === null && high >= ground.values.high ? Infinity : short(high);
  panel.dispatch({
    type: 'brush',
    brush: {
      column,
      low: short(low),
      high: Number.isFinite(upper) ? upper : Number.MAX_VALUE,
      label: Number.isFinite(upper)
        ? `${axis?.label ?? ground.label} ${short(low)} to ${upper}`
        : `${ground.label} from ${short(low)}`,
    },
  });
}

function placeInterval(axis: ParameterAxis, low: number, high: number): [number, number] {
  const inside = axis.places!.flatMap((value, i) => (value >= low && value <= high ? [i] : []));
  return [Math.min(...inside) - 0.3, Math.max(...inside) + 0.3];
}

/** echarts draws a brush that code has set in colours of its own, whatever areaSelectStyle says: it gets ours. */
function paintBrushes(chart: EChartsType, theme: Theme): void {
  const fill = alpha(theme.focus, 0.35);
  const paint = (): void =>
    chart.getZr().storage.traverse((element) => {
      const shape = element as unknown as {
        name?: string;
        style?: { fill?: string };
        setStyle?: (style: object) => void;
      }; // zrender's own elements
      if (element.type === 'rect' && shape.name === 'main' && shape.style?.fill !== fill)
        shape.setStyle?.({ fill, stroke: theme.focus, lineWidth: 1 });
    });
  chart.off('rendered');
  chart.on('rendered', paint);
  paint();
}
