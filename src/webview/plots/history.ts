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
} from '../charts/options.ts';
import { manyPoints, pickPoint, pointOf, pointTip, type PlotGround } from './points.ts';

/** Value of each trial, the leader as a line, persistence dashed with the seed noise around it. */
export function historyChart(ground: PlotGround): Chart {
  const { points, label, panel, persistence, noise, axis } = ground;
  const steps = bestSoFar(points);
  const last = points.at(-1)?.number ?? 0;
  const isMany = points.length > manyPoints;
  return {
    id: 'history',
    title: 'History',
    reading: `${label} of each trial, lower is better. The line is the leader${noise > 0 ? '; shaded: seed noise around persistence' : ''}.`,
    label: `${label} of ${points.length} complete trials in order of their number`,
    span: 8,
    height: 268,
    onClick: ({ data }) => pickPoint(panel, data),
    data: () => [
      ['trial', label, 'leader so far'],
      ...points.map((p, i) => [p.number, p.value, steps[i].value]),
    ],
    deps: [ground],
    make: (theme) => ({
      grid: margins,
      tooltip: tooltip(theme, {
        trigger: 'item',
        formatter: (at: { data: unknown }) => pointTip(ground, at.data),
      }),
      xAxis: xAxis(theme, {
        type: 'value',
        min: -0.5,
        max: last + 0.5,
        name: 'trial',
        minInterval: 1,
        axisLabel: text(theme, { showMinLabel: false, showMaxLabel: false }),
      }),
      yAxis: yAxis(theme, { ...yTicks(axis), axisLabel: text(theme, { formatter: axis.text }) }),
      series: [
        {
          type: 'line',
          step: 'end',
          data: [
            ...steps.map((s) => [s.number, s.value]),
            ...(steps.length > 0 ? [[last, steps.at(-1)!.value]] : []),
          ],
          symbol: 'none',
          silent: true,
          lineStyle: { color: theme.blue, width: 2 },
          z: 4,
          ...(persistence === null ? {} : { markLine: persistenceLine(theme, persistence) }),
          ...(persistence === null || noise === 0
            ? {}
            : { markArea: noiseBand(theme, persistence - noise, persistence + noise) }),
        },
        isMany
          ? {
              type: 'scatter',
              large: true,
              largeThreshold: manyPoints,
              symbolSize: 2.5,
              itemStyle: { color: theme.tie, opacity: 0.4 },
              data: points.map((p) => [p.number, Math.min(p.value, axis.high)]),
            }
          : { type: 'scatter', data: [] },
        {
          type: 'scatter',
          data: (isMany
            ? points
                .filter((p) => p.number === ground.leader || ground.chosen?.has(p.number))
                .slice(0, manyPoints)
            : points
          ).map((p) => pointOf(ground, theme, p, p.number)),
        },
      ],
    }),
  };
}

function bestSoFar(
  points: PlotGround['points'],
): readonly { readonly number: number; readonly value: number }[] {
  let best = Infinity;
  return points.map(({ number, value }) => ({ number, value: (best = Math.min(best, value)) }));
}
