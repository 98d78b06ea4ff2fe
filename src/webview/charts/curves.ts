import type { Trial } from '../../model/trial.ts';
import type { Chart } from './chart.ts';
import {
  lineOf,
  margins,
  persistenceLine,
  quantile,
  text,
  ticksOver,
  axisTooltip,
  xAxis,
  yAxis,
  yTicks,
  type Part,
} from './options.ts';
import { seriesLook } from './theme.ts';

export interface Curve {
  readonly name: string;
  readonly values: readonly number[];
}

/** Validation of a trial by epoch, one curve a fold. */
export function foldCurves(trial: Trial): readonly Curve[] {
  return trial.folds.map((fold) => ({ name: `fold ${fold.fold + 1}`, values: fold.curve.validation }));
}

/** Mean of the folds at each epoch that all of them reached. */
export function meanCurve(trial: Trial, kind: 'train' | 'validation'): readonly number[] {
  const curves = trial.folds.map((fold) => fold.curve[kind]).filter((c) => c.length > 0);
  const shortest = Math.min(...curves.map((c) => c.length));
  if (!Number.isFinite(shortest)) return [];
  return Array.from({ length: shortest }, (_, e) => curves.reduce((sum, c) => sum + c[e], 0) / curves.length);
}

/** Curves over epochs against persistence. The first epochs may lie above the axis: the end is what is read. */
export function curvesChart(options: {
  readonly id: string;
  readonly title: string;
  readonly reading: unknown;
  readonly curves: readonly Curve[];
  readonly epochs: number;
  readonly label: string;
  readonly persistence: number | null;
  readonly span: number;
  readonly height?: number;
  readonly extra?: unknown;
}): Chart {
  const { curves, persistence, label, epochs } = options;
  const later = curves
    .flatMap((c) => c.values.slice(Math.min(2, Math.max(0, c.values.length - 1))))
    .sort((a, b) => a - b);
  const ticks = ticksOver(
    Math.min(later[0] ?? 0, persistence ?? Infinity),
    Math.max(quantile(later, 0.97) ?? 1, persistence ?? -Infinity),
  );
  const height = (options.height ?? 250) - margins.top - margins.bottom;
  const nudges = keptApart(
    curves.map((c) => ((ticks.high - (c.values.at(-1) ?? 0)) / (ticks.high - ticks.low)) * height),
    12,
  );
  const longest = Math.max(2, epochs, ...curves.map((c) => c.values.length));
  return {
    ...options,
    label: `${label} by epoch: ${curves.map((c) => c.name).join(', ')}`,
    height: options.height ?? 250,
    data: () => [
      ['epoch', ...curves.map((c) => c.name)],
      ...Array.from({ length: longest }, (_, e) => [e + 1, ...curves.map((c) => c.values[e] ?? '')]),
    ],
    deps: curves.flatMap((c) => [c.name, c.values]),
    make: (theme) => ({
      grid: margins,
      tooltip: axisTooltip(theme, (v) => v.toFixed(4)),
      xAxis: xAxis(theme, { type: 'value', min: 1, max: longest, minInterval: 1, name: 'epoch' }),
      yAxis: yAxis(theme, { ...yTicks(ticks), axisLabel: text(theme, { formatter: ticks.text }) }),
      series: [
        ...curves.map((curve, i): Part => {
          const look = seriesLook(theme, i);
          return lineOf(
            look,
            curve.values.map((v, e) => [e + 1, v] as const),
            {
              name: curve.name,
              clip: true,
              endLabel: {
                show: true,
                formatter: curve.name,
                ...text(theme, { color: theme.foreground }),
                offset: [2, nudges[i]],
              },
              ...(i === 0 && persistence !== null ? { markLine: persistenceLine(theme, persistence) } : {}),
            },
          );
        }),
      ],
    }),
  };
}

/** How far each label moves down so that neighbours keep a distance, in pixels. */
export function keptApart(places: readonly number[], distance: number): readonly number[] {
  const order = places.map((place, i) => ({ place, i })).sort((a, b) => a.place - b.place);
  const moved = new Array<number>(places.length).fill(0);
  let before = -Infinity;
  for (const { place, i } of order) {
    const at = Math.max(place, before + distance);
    moved[i] = at - place;
    before = at;
  }
  return moved;
}
