import type { Chart } from '../charts/chart.ts';
import { text, tooltip, xAxis } from '../charts/options.ts';
import { pickPoint, type PlotGround } from './points.ts';
import { clock } from '../format.ts';
import { shownState, type ShownState } from '../../model/trial.ts';
import { stateAt } from '../state/trials.ts';
import type { TrialColumns } from '../../protocol/trialColumns.ts';

const mostBars = 3000;

/** When each trial ran: lanes are those in flight together, length is time, filled, outlined or coloured by state. */
export function timelineChart(ground: PlotGround): Chart {
  const { panel } = ground;
  const trials = panel.state.trials!; // there are no plots without
  const { complete, pruned, failed, running } = panel.table.counts;
  const isRunning = panel.state.experiment?.summary.state === 'running';
  const stateOf = (row: number): ShownState => shownState(stateAt(trials, row), isRunning);
  const bars = barsOf(trials, isRunning).slice(-mostBars);
  const first = bars.reduce((least, b) => Math.min(least, b.from), Infinity);
  const lanes = bars.reduce((most, b) => Math.max(most, b.lane + 1), 1);
  const minutes = (ms: number): number => (ms - first) / 60e3;
  return {
    id: 'timeline',
    title: 'Timeline',
    reading: `Each bar is a trial; bars above each other ran at once. Filled: complete; outlined: pruned; orange: failed; blue: the leader${isRunning ? ' and what runs' : ''}.`,
    label: `When ${bars.length} trials ran, in ${lanes} lanes`,
    span: 12,
    height: Math.max(96, Math.min(280, lanes * 22 + 52)),
    onClick: ({ data }) => pickPoint(panel, data),
    data: () => [
      ['trial', 'state', 'from, min', 'to, min', 'lane'],
      ...bars.map((b) => [trials.number[b.row], stateOf(b.row), minutes(b.from), minutes(b.to), b.lane + 1]),
    ],
    // A bar begins or ends with a state: epochs in between move none.
    deps: [ground, isRunning, complete, pruned, failed, running],
    make: (theme) => ({
      grid: { left: 16, right: 16, top: 8, bottom: 36 },
      tooltip: tooltip(theme, {
        formatter: (at: { dataIndex: number }) => {
          const bar = bars[at.dataIndex];
          return `trial ${trials.number[bar.row]}, ${stateOf(bar.row)}\n${clock(bar.to - bar.from)} min`;
        },
      }),
      xAxis: xAxis(theme, {
        type: 'value',
        name: 'minutes since the start',
        min: 0,
        axisLabel: text(theme, { hideOverlap: true }),
      }),
      yAxis: { type: 'value', show: false, min: 0, max: lanes, inverse: true },
      series: [
        {
          type: 'custom',
          encode: { x: [0, 1], y: 2 },
          data: bars.map((b) => ({
            value: [minutes(b.from), minutes(b.to), b.lane],
            trial: trials.number[b.row],
          })),
          renderItem: (
            at: { dataIndex: number },
            api: {
              value: (i: number) => number;
              coord: (v: number[]) => number[];
              size: (v: number[]) => number[];
            },
          ) => {
            const [left, top] = api.coord([api.value(0), api.value(2)]);
            const [right] = api.coord([api.value(1), api.value(2)]);
            const height = Math.max(3, Math.min(16, api.size([0, 1])[1] - 4));
            const row = bars[at.dataIndex].row;
            const state = stateOf(row);
            const isLeader = trials.number[row] === ground.leader;
            return {
              type: 'rect',
              shape: { x: left, y: top + 2, width: Math.max(1.5, right - left - 1), height },
              style: {
                fill:
                  state === 'pruned'
                    ? 'transparent'
                    : state === 'failed'
                      ? theme.orange
                      : isLeader || state === 'running'
                        ? theme.blue
                        : theme.tie,
                stroke: state === 'pruned' ? theme.tie : 'transparent',
                lineWidth: 1,
              },
            };
          },
        },
      ],
    }),
  };
}

interface Bar {
  readonly row: number;
  readonly from: number;
  readonly to: number;
  readonly lane: number;
}

/** Trials with times, each in the first lane that is free when it begins. */
function barsOf(trials: TrialColumns, isRunning: boolean): readonly Bar[] {
  const timed: { row: number; from: number; to: number }[] = [];
  let latest = -Infinity;
  for (let row = 0; row < trials.count; row++) {
    const from = trials.startedAtMs[row];
    if (Number.isNaN(from)) continue;
    const length = trials.durationMs[row];
    const to = Number.isNaN(length) ? from : from + length;
    latest = Math.max(latest, to, from);
    timed.push({ row, from, to });
  }
  timed.sort((a, b) => a.from - b.from);
  const free: number[] = [];
  return timed.map(({ row, from, to }) => {
    const end = shownState(stateAt(trials, row), isRunning) === 'running' ? Math.max(latest, to) : to;
    let lane = free.findIndex((until) => until <= from);
    if (lane < 0) lane = free.length;
    free[lane] = end;
    return { row, from, to: end, lane };
  });
}
