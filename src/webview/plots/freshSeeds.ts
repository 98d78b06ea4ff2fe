import type { Chart } from '../charts/chart.ts';
import {
  margins,
  persistenceLine,
  text,
  ticksOver,
  xAxis,
  yAxis,
  yTicks,
  type Part,
} from '../charts/options.ts';
import { pickPoint, type PlotGround } from './points.ts';
import { stateAt } from '../state/trials.ts';

/** The top trials from search to fresh seeds, and on to the test where one was tested: what luck had added is gone. */
export function freshSeedsChart(
  ground: PlotGround,
  options: {
    readonly test: { readonly trial: number; readonly u2: number } | null;
    readonly note: string;
    readonly span: number;
  },
): Chart | null {
  const { trials, panel, persistence, label } = ground;
  const rows = Array.from({ length: trials.count }, (_, row) => row).filter(
    (row) => trials.confirmSeeds[row] > 0 && stateAt(trials, row) === 'complete',
  );
  if (rows.length === 0) return null;
  const winner = panel.state.experiment?.summary.winner?.number ?? null;
  const { test } = options;
  const seeds = Math.max(...rows.map((row) => trials.confirmSeeds[row]));
  const stages = [
    'search\n1 seed',
    `confirmed\n${seeds} fresh seeds`,
    ...(test ? ['test\nsealed range'] : []),
  ];
  const linesOf = rows.map((row) => {
    const number = trials.number[row];
    const values = [
      trials.value[row],
      trials.confirmMean[row],
      ...(test && test.trial === number ? [test.u2] : []),
    ];
    return { number, values };
  });
  const all = linesOf.flatMap((l) => l.values);
  const ticks = ticksOver(
    Math.min(...all, persistence ?? Infinity),
    Math.max(...all, persistence ?? -Infinity),
  );
  return {
    id: 'freshSeeds',
    title: test ? 'From search to fresh seeds to test' : 'From search to fresh seeds',
    reading: `${label}, top ${rows.length}; lower is better. What luck had added is gone.${options.note ? ` ${options.note}` : ''}`,
    label: `${label} of the top ${rows.length} trials in the search and on fresh seeds`,
    span: options.span,
    height: 240,
    onClick: ({ seriesIndex }) => pickPoint(panel, { trial: linesOf[seriesIndex]?.number }),
    data: () => [
      ['trial', ...stages.map((s) => s.replace('\n', ', '))],
      ...linesOf.map((l) => [l.number, ...l.values]),
    ],
    deps: [ground, test?.u2, options.note],
    make: (theme) => ({
      grid: { ...margins, right: 92, bottom: 40 },
      xAxis: xAxis(theme, {
        type: 'category',
        data: stages,
        axisLabel: text(theme, { lineHeight: 14, interval: 0 }),
      }),
      yAxis: yAxis(theme, { ...yTicks(ticks), axisLabel: text(theme, { formatter: ticks.text }) }),
      series: linesOf.map(({ number, values }, i): Part => {
        const isWinner = number === winner;
        const isLeader = number === ground.leader;
        const color = isWinner ? theme.blue : theme.tie;
        return {
          type: 'line',
          data: values,
          symbol: isLeader ? 'diamond' : 'circle',
          symbolSize: isWinner || isLeader ? 9 : 6,
          z: isWinner ? 5 : 2,
          triggerLineEvent: true,
          lineStyle: { color, width: isWinner ? 2.5 : 1.3 },
          itemStyle: { color },
          tooltip: { show: false },
          endLabel: {
            show: isWinner || isLeader,
            formatter: `${isWinner ? 'winner' : 'leader'} #${number}`,
            offset: [0, isLeader && !isWinner ? -7 : 5],
            ...text(theme, { color: theme.foreground }),
          },
          ...(i === 0 && persistence !== null
            ? { markLine: persistenceLine(theme, persistence, { word: '' }) }
            : {}),
        };
      }),
    }),
  };
}
