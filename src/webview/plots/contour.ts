import { contours } from 'd3-contour';
import type { AnalysisResult } from '../../protocol/engine.ts';
import type { SpaceParameter } from '../../model/searchSpace.ts';
import type { Chart } from '../charts/chart.ts';
import { margins, text, tooltip, xAxis, yAxis } from '../charts/options.ts';
import { alpha } from '../charts/theme.ts';
import { parameterAxis, placeOn } from './axes.ts';
import { manyPoints, pickPoint, pointTip, type PlotGround } from './points.ts';
import { parameterAxisOption } from './slice.ts';

type Contour = Extract<AnalysisResult, { kind: 'contour' }>;
const levels = 8;

/** Expected value over two hyperparameters as lines of equal height; points are trials. */
export function contourChart(
  ground: PlotGround,
  pair: readonly [SpaceParameter, SpaceParameter],
  options: { readonly contour: Contour; readonly extra: unknown },
): Chart {
  const { trials, label, panel } = ground;
  const { contour } = options;
  const [x, y] = pair.map((p) => parameterAxis(p, trials.params[p.name]));
  const width = contour.x.length;
  const height = contour.y.length;
  const finite = contour.mean.filter((v) => Number.isFinite(v)).sort((a, b) => a - b);
  const low = finite[0] ?? 0;
  const top = Math.min(finite.at(-1) ?? 1, ground.axis.high + (ground.axis.high - ground.axis.low) * 0.5);
  const heights = Array.from({ length: levels }, (_, i) => low + ((i + 0.5) / levels) * (top - low));
  const placeX = placer(
    contour.x,
    (v) => (typeof v === 'number' ? placeOn(x, v) : x.placeLabels.indexOf(v)),
    x.isLog,
  );
  const placeY = placer(
    contour.y,
    (v) => (typeof v === 'number' ? placeOn(y, v) : y.placeLabels.indexOf(v)),
    y.isLog,
  );
  const shapes = contours().size([width, height]).smooth(true).thresholds(heights)([...contour.mean]);
  const lines = shapes.flatMap((shape, level) =>
    shape.coordinates.flatMap((polygon) =>
      polygon.flatMap((ring) =>
        openParts(ring, width, height).map((part) => ({
          level,
          part: part.map(([i, j]) => [placeX(i - 0.5), placeY(j - 0.5)] as const),
        })),
      ),
    ),
  );
  return {
    id: 'contour',
    title: 'Contour',
    reading: `Expected ${label}; heavier lines are lower, which is better. Points are trials.`,
    label: `Expected ${label} over ${x.label} and ${y.label}`,
    span: 6,
    height: 260,
    extra: options.extra,
    onClick: ({ data }) => pickPoint(panel, data),
    data: () => [
      [x.label, y.label, `expected ${label}`],
      ...contour.y.flatMap((v, j) => contour.x.map((u, i) => [u, v, contour.mean[j * width + i]])),
    ],
    deps: [ground, contour],
    make: (theme) => ({
      grid: { ...margins, right: 20 },
      tooltip: tooltip(theme, { formatter: (at: { data: unknown }) => pointTip(ground, at.data) }),
      xAxis: parameterAxisOption(x, xAxis(theme), text(theme)),
      yAxis: {
        ...parameterAxisOption(y, yAxis(theme), text(theme)),
        nameLocation: 'end',
        nameGap: 4,
        nameTextStyle: text(theme, { align: 'left' }),
        splitLine: { show: false },
      },
      series: [
        ...lines.map(({ level, part }) => ({
          type: 'line',
          data: part,
          symbol: 'none',
          silent: true,
          lineStyle: {
            color: level < levels / 2 ? theme.blue : theme.foreground,
            width: 2.4 - (level / levels) * 1.8,
            opacity: level < levels / 2 ? 0.9 : 0.5,
          },
          endLabel: {
            show: level % 2 === 0 && part.length > 12,
            formatter: ground.text(heights[level]),
            ...text(theme),
            backgroundColor: alpha(theme.ground, 0.8),
          },
        })),
        {
          type: 'scatter',
          data: ground.points.slice(-manyPoints).map((p) => ({
            value: [placeOn(x, trials.params[x.name][p.row]), placeOn(y, trials.params[y.name][p.row])],
            trial: p.number,
            symbol: p.number === ground.leader ? 'diamond' : 'circle',
            symbolSize: p.number === ground.leader ? 12 : 5,
            itemStyle:
              p.number === ground.leader
                ? { color: theme.blue }
                : { color: 'transparent', borderColor: theme.tie, borderWidth: 1 },
          })),
        },
      ],
    }),
  };
}

/** Turns a place on the lattice into one on the axis: between its two neighbours, by ratio on log axes. */
function placer<T>(
  values: readonly T[],
  at: (value: T) => number,
  isLog: boolean,
): (index: number) => number {
  const places = values.map(at);
  return (index) => {
    const inside = Math.max(0, Math.min(places.length - 1, index));
    const i = Math.min(places.length - 2, Math.floor(inside));
    if (i < 0) return places[0];
    const share = inside - i;
    return isLog
      ? places[i] * (places[i + 1] / places[i]) ** share
      : places[i] + (places[i + 1] - places[i]) * share;
  };
}

/** A ring without its way along the border of the lattice: that way is no line of equal height. */
function openParts(
  ring: readonly (readonly number[])[],
  width: number,
  height: number,
): readonly (readonly (readonly number[])[])[] {
  const isBorder = ([i, j]: readonly number[]): boolean =>
    i <= 0.5 || j <= 0.5 || i >= width - 0.5 || j >= height - 0.5;
  const parts: (readonly number[])[][] = [];
  let part: (readonly number[])[] = [];
  for (const point of ring) {
    if (isBorder(point)) {
      if (part.length > 1) parts.push(part);
      part = [];
    } else part.push(point);
  }
  if (part.length > 1) parts.push(part);
  return parts;
}
