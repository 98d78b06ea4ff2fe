import type { Theme } from '../charts/theme.ts';
import type { Part } from '../charts/options.ts';
import { ticksOver, type Ticks } from '../charts/options.ts';
import { pickTrial } from '../actions.ts';
import { metricLabel, price, ratio } from '../format.ts';
import { objectiveOf, persistenceOf, remembered, type Panel } from '../panel.ts';
import { rowOf, stateAt } from '../state/trials.ts';
import type { TrialColumns } from '../../protocol/trialColumns.ts';

/** Complete trials as plots draw them: value, whether the selection holds them, and the axis they share. */
export interface TrialPoint {
  readonly number: number;
  readonly row: number;
  readonly value: number;
}

export interface PlotGround {
  readonly panel: Panel;
  readonly trials: TrialColumns;
  readonly points: readonly TrialPoint[];
  /** Numbers in the brush and filter; null when everything is. */
  readonly chosen: ReadonlySet<number> | null;
  readonly leader: number | null;
  readonly label: string;
  readonly text: (value: number) => string;
  readonly persistence: number | null;
  /** Half of the noise band, in units of the objective; 0 where it is not known. */
  readonly noise: number;
  /** Values above are triangles at the upper edge: one bad trial must not flatten the others. */
  readonly axis: Ticks;
}

function pointsOf(trials: TrialColumns): readonly TrialPoint[] {
  const points: TrialPoint[] = [];
  for (let row = 0; row < trials.count; row++)
    if (stateAt(trials, row) === 'complete')
      points.push({ number: trials.number[row], row, value: trials.value[row] });
  return points;
}

/** Made again only when trials, the selection or the filter change: charts are drawn again exactly then. */
export function createPlotGround(): (panel: Panel) => PlotGround {
  const points = remembered(pointsOf);
  let latest: Panel | null = null;
  const ground = remembered((trials: TrialColumns, ..._parts: readonly unknown[]) =>
    plotGround(latest!, points(trials)),
  );
  return (panel) => {
    latest = panel;
    const { trials, experiment, memory } = panel.state;
    return ground(trials!, experiment, memory.filter, memory.selection);
  };
}

function plotGround(panel: Panel, points: readonly TrialPoint[]): PlotGround {
  const trials = panel.state.trials!;
  const objective = objectiveOf(panel.state);
  const persistence = persistenceOf(panel.state);
  const noise = objective === 'u2' ? panel.table.noise.percent / 100 : 0;
  const { filter, selection } = panel.state.memory;
  const isNarrowed = filter.brushes.length > 0 || filter.text.trim() !== '' || filter.starred;
  const chosen = isNarrowed
    ? new Set(Array.from(panel.table.rows, (row) => trials.number[row]))
    : selection.length > 0
      ? new Set(selection)
      : null;
  return {
    panel,
    trials,
    points,
    chosen,
    leader: panel.state.experiment?.summary.leader?.number ?? null,
    label: metricLabel(objective),
    text: objective === 'u2' || objective === 'relMae' ? ratio : price,
    persistence,
    noise,
    axis: valueAxis(points, persistence, noise),
  };
}

/** From the lowest value to a little above the bulk, persistence and its noise included. */
function valueAxis(points: readonly TrialPoint[], persistence: number | null, noise: number): Ticks {
  if (points.length === 0) return ticksOver(0, 1);
  const sorted = points.map((p) => p.value).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
  const bulk = at(0.75) + 1.5 * (at(0.75) - at(0.25));
  const low = Math.min(sorted[0], persistence === null ? Infinity : persistence - noise);
  const high = Math.max(
    Math.min(sorted.at(-1)!, bulk),
    persistence === null ? -Infinity : persistence + noise,
  );
  return ticksOver(low, high);
}

/** A point: ring when it is not in the selection, filled when it is, triangle at the edge beyond the axis, diamond for the leader. */
export function pointOf(ground: PlotGround, theme: Theme, point: TrialPoint, x: number | string): Part {
  const { axis, chosen, leader } = ground;
  const isOver = point.value > axis.high;
  const isLeader = point.number === leader;
  const isChosen = chosen?.has(point.number) ?? false;
  return {
    value: [x, isOver ? axis.high : point.value],
    trial: point.number,
    actual: point.value,
    symbol: isLeader ? 'diamond' : isOver ? 'triangle' : 'circle',
    symbolSize: isLeader ? 13 : 7,
    itemStyle: isLeader
      ? { color: theme.blue, borderColor: theme.ground, borderWidth: 1 }
      : isChosen
        ? { color: theme.foreground, opacity: 0.9 }
        : { color: 'transparent', borderColor: theme.tie, borderWidth: 1.2 },
    z: isLeader ? 5 : isChosen ? 4 : 3,
  };
}

/** Above this many points each is a plain dot drawn in one go. */
export const manyPoints = 2000;

/** The trial a clicked thing stands for. */
export function trialOfData(data: unknown): number | null {
  if (typeof data !== 'object' || data === null) return null;
  const trial: unknown = Reflect.get(data, 'trial');
  return typeof trial === 'number' ? trial : null;
}

export function pickPoint(panel: Panel, data: unknown): void {
  const trial = trialOfData(data);
  if (trial !== null) pickTrial(panel, trial);
}

export function pointTip(ground: PlotGround, data: unknown): string {
  const trial = trialOfData(data);
  if (trial === null) return '';
  const row = rowOf(ground.trials, trial);
  return row < 0 ? '' : `trial ${trial}\n${ground.label} ${ground.text(ground.trials.value[row])}`;
}
