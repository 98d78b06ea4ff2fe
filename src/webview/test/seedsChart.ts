import type { TestResult } from '../../protocol/results.ts';
import type { Chart } from '../charts/chart.ts';
import { persistenceLine, text, ticksOver, xAxis, yTicks } from '../charts/options.ts';
import { signed } from '../format.ts';

/** Refit seeds as rings, their mean and interval above. */
export function seedsChart(result: TestResult): Chart {
  const lifts = result.seeds.map((s) => (1 - s.u2) * 100);
  const mean = lifts.reduce((sum, v) => sum + v, 0) / lifts.length;
  const interval = result.seedInterval?.map((u2) => (1 - u2) * 100) ?? null;
  const all = [...lifts, ...(interval ?? []), 0];
  const span = Math.max(...all) - Math.min(...all);
  const ticks = ticksOver(Math.min(...all) - span * 0.2, Math.max(...all) + span * 0.1);
  return {
    id: 'seeds',
    title: 'Refit seeds',
    reading: 'Lift of each seed as a ring; dot and bar: their mean, 95 %. Right is better.',
    label: `Lift of ${lifts.length} refit seeds`,
    span: 5,
    height: 190,
    deps: [result],
    data: () => [['seed', 'U2', 'lift, %'], ...result.seeds.map((s, i) => [s.seed, s.u2, lifts[i]])],
    make: (theme) => ({
      grid: { left: 16, right: 16, top: 26, bottom: 38 },
      xAxis: xAxis(theme, {
        ...yTicks(ticks),
        name: 'lift, %',
        axisLabel: text(theme, {
          hideOverlap: true,
          formatter: (v: number) => signed(v, ticks.step < 0.1 ? 2 : 1),
        }),
      }),
      yAxis: { type: 'value', show: false, min: 0, max: 1 },
      series: [
        {
          type: 'scatter',
          data: lifts.map((v) => [v, 0.34]),
          symbolSize: 9,
          itemStyle: { color: 'transparent', borderColor: theme.foreground, borderWidth: 1.5 },
          markLine: persistenceLine(theme, 0, { axis: 'xAxis' }),
        },
        { type: 'scatter', data: [[mean, 0.74]], symbolSize: 11, itemStyle: { color: theme.foreground } },
        {
          type: 'line',
          data: interval ? interval.map((v) => [v, 0.74]) : [],
          symbol: 'none',
          lineStyle: { color: theme.foreground, width: 2 },
        },
      ],
    }),
  };
}
