import { contours } from 'd3-contour';
import type { AnalysisResult } from '../../protocol/analysis.ts';
import type { SpaceParameter } from '../../model/searchSpace.ts';
import type { Chart } from '../charts/chart.ts';
import { margins, quantile, text, tooltip, xAxis, yAxis } from '../charts/options.ts';
import { paramAsNumber } from '../../protocol/trialColumns.ts';
import { words } from '../format.ts';
import { alpha } from '../charts/theme.ts';
import { parameterAxis, placeOn } from './axes.ts';
import { manyPoints, pickPoint, pointTip, type PlotGround } from './points.ts';
import { parameterAxisOption } from './slice.ts';

type Contour = Extract<AnalysisResult, { kind: 'contour' }>;
const levels = 8;

/**
 * Expected value over two hyperparameters; points are trials. Lines of equal height where both are numbers. Where one is a
 * choice there is nothing between its values, so cells take the place of lines.
 */
export function contourChart(
  ground: PlotGround,
  pair: readonly [SpaceParameter, SpaceParameter],
  options: { readonly contour: Contour; readonly extra: unknown },
): Chart {
  const isChoice = ({ distribution }: SpaceParameter): boolean =>
    distribution.kind === 'categorical' && typeof distribution.choices[0] !== 'number';
  return pair.some(isChoice) ? cellsChart(ground, pair, options) : linesChart(ground, pair, options);
}

function linesChart(
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

/** One cell for each pair of values, darker where a lower value is expected, with the number in it where there is room. */
function cellsChart(
  ground: PlotGround,
  pair: readonly [SpaceParameter, SpaceParameter],
  options: { readonly contour: Contour; readonly extra: unknown },
): Chart {
  const { trials, label, panel } = ground;
  const { contour } = options;
  const names = [contour.x, contour.y].map((values) =>
    values.map((v) => (typeof v === 'number' ? String(Number(v.toPrecision(3))) : v)),
  );
  const [x, y] = pair.map((p) => words(p.name));
  const width = contour.x.length;
  const finite = contour.mean.filter((v) => Number.isFinite(v)).sort((a, b) => a - b);
  const [low, high] = [finite[0] ?? 0, quantile(finite, 0.9) ?? 1];
  const shade = (v: number): number => Math.max(0, Math.min(1, (high - v) / (high - low || 1)));
  const rows = contour.y.flatMap((_, j) =>
    contour.x.map((_u, i) => [i, j, contour.mean[j * width + i]] as const),
  );
  const place = (values: Contour['x'], name: SpaceParameter['name'], row: number): number => {
    const own = trials.params[name][row];
    const numbers = values.map((v) => paramAsNumber(name, v));
    const nearest = numbers.reduce(
      (best, v, i) => (Math.abs(v - own) < Math.abs(numbers[best] - own) ? i : best),
      0,
    );
    return nearest;
  };
  const isRoomy = width <= 6 && contour.y.length <= 12;
  return {
    id: 'contour',
    title: 'Contour',
    reading: `Expected ${label} of each pair of values; darker is lower, which is better. Points are trials.`,
    label: `Expected ${label} over ${x} and ${y}`,
    span: 6,
    height: 260,
    extra: options.extra,
    onClick: ({ data }) => pickPoint(panel, data),
    data: () => [[x, y, `expected ${label}`], ...rows.map(([i, j, v]) => [names[0][i], names[1][j], v])],
    deps: [ground, contour],
    make: (theme) => ({
      grid: { ...margins, left: 84, right: 20 },
      tooltip: tooltip(theme, {
        formatter: (at: { data: unknown }) => pointTip(ground, at.data) || cellTip(at.data),
      }),
      xAxis: xAxis(theme, {
        type: 'category',
        data: names[0],
        name: x,
        axisLabel: text(theme, { hideOverlap: true }),
      }),
      yAxis: yAxis(theme, {
        type: 'category',
        data: names[1],
        name: y,
        nameLocation: 'end',
        nameGap: 4,
        nameTextStyle: text(theme, { align: 'left' }),
        axisLabel: text(theme, { hideOverlap: true }),
        splitLine: { show: false },
      }),
      series: [
        {
          type: 'custom',
          data: rows.map(([i, j, v]) => ({
            value: [i, j, v],
            cell: `${names[0][i]}, ${names[1][j]}\n${label} ${ground.text(v)}`,
          })),
          renderItem: (_: unknown, api: CellApi) => {
            const [across, down] = api.size([1, 1]);
            const [cx, cy] = api.coord([api.value(0), api.value(1)]);
            const v = api.value(2);
            return {
              type: 'rect',
              shape: { x: cx - across / 2, y: cy - down / 2, width: across - 1, height: down - 1 },
              style: { fill: alpha(theme.blue, 0.06 + 0.5 * shade(v)) },
              ...(isRoomy && down >= 18
                ? {
                    textContent: {
                      style: {
                        text: ground.text(v),
                        fill: theme.foreground,
                        fontSize: 11,
                        fontFamily: theme.font,
                      },
                    },
                    textConfig: { position: 'insideTop' },
                  }
                : {}),
            };
          },
        },
        {
          type: 'scatter',
          data: ground.points.slice(-manyPoints).map((p) => ({
            value: [place(contour.x, pair[0].name, p.row), place(contour.y, pair[1].name, p.row)],
            trial: p.number,
            symbol: p.number === ground.leader ? 'diamond' : 'circle',
            symbolSize: p.number === ground.leader ? 12 : 5,
            // Trials of one cell stand beside each other, always in the same way.
            symbolOffset: [((p.number * 37) % 40) - 20, isRoomy ? 4 : 0],
            itemStyle:
              p.number === ground.leader
                ? { color: theme.blue }
                : { color: 'transparent', borderColor: theme.foreground, borderWidth: 1 },
          })),
        },
      ],
    }),
  };
}

/** What echarts hands to renderItem, as far as it is used. */
interface CellApi {
  readonly value: (dimension: number) => number;
  readonly coord: (place: readonly [number, number]) => readonly [number, number];
  readonly size: (of: readonly [number, number]) => readonly [number, number];
}

function cellTip(data: unknown): string {
  return typeof data === 'object' && data !== null && 'cell' in data ? String(data.cell) : '';
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
