import type { TestedTrial } from '../../protocol/analysis.ts';
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

/** The top trials from search to fresh seeds, and on to the test for each that was tested: what luck had added is gone. */
export function freshSeedsChart(
  ground: PlotGround,
  options: {
    /** Trials that were tested, with U2 on the sealed range. */
    readonly tests: readonly TestedTrial[];
    readonly note: string;
    readonly span: number;
  },
): Chart | null {
  const { trials, panel, persistence, label } = ground;
  const { tests } = options;
  const testOf = new Map(tests.map((t) => [t.number, t.test]));
  const rows = Array.from({ length: trials.count }, (_, row) => row).filter(
    (row) =>
      (trials.confirmSeeds[row] > 0 || testOf.has(trials.number[row])) && stateAt(trials, row) === 'complete',
  );
  if (rows.length === 0) return null;
  const winner = panel.state.experiment?.summary.winner?.number ?? null;
  const seeds = Math.max(...rows.map((row) => trials.confirmSeeds[row]));
  const stages = [
    'search\n1 seed',
    `confirmed\n${seeds} fresh seeds`,
    ...(tests.length > 0 ? ['test\nsealed range'] : []),
  ];
  const linesOf = rows.map((row) => {
    const number = trials.number[row];
    const values = [
      trials.value[row],
      Number.isNaN(trials.confirmMean[row]) ? null : trials.confirmMean[row],
      ...(testOf.has(number) ? [testOf.get(number)!] : []),
    ];
    return { number, values };
  });
  const all = linesOf.flatMap((l) => l.values.filter((v) => v !== null));
  const ticks = ticksOver(
    Math.min(...all, persistence ?? Infinity),
    Math.max(...all, persistence ?? -Infinity),
  );
  return {
    id: 'freshSeeds',
    title: tests.length > 0 ? 'From search to fresh seeds to test' : 'From search to fresh seeds',
    reading: `${label}, ${tests.length > 0 ? `${rows.length} trials, ${tests.length} of them tested` : `top ${rows.length}`}; lower is better. What luck had added is gone.${options.note ? ` ${options.note}` : ''}`,
    label: `${label} of the top ${rows.length} trials in the search and on fresh seeds`,
    span: options.span,
    height: 254,
    onClick: ({ seriesIndex }) => pickPoint(panel, { trial: linesOf[seriesIndex]?.number }),
    data: () => [
      ['trial', ...stages.map((s) => s.replace('\n', ', '))],
      ...linesOf.map((l) => [l.number, ...l.values.map((v) => v ?? '')]),
    ],
    deps: [ground, tests, options.note],
    make: (theme, width) => ({
      grid: { ...margins, right: 92, bottom: 54 },
      xAxis: xAxis(theme, {
        type: 'category',
        data: stages,
        axisLabel: text(theme, {
          lineHeight: 14,
          interval: 0,
          width: (width - margins.left - 92) / stages.length - 4,
          overflow: 'break',
        }),
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
          connectNulls: true,
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
