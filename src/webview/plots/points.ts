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
  /** Mean over fresh seeds; NaN without. */
  readonly confirmed: number;
}

export interface PlotGround {
  readonly panel: Panel;
  /** As they were when the points were made: what they say of complete trials holds, of running ones it may be late. */
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
      points.push({
        number: trials.number[row],
        row,
        value: trials.value[row],
        confirmed: trials.confirmMean[row],
      });
  return points;
}

function isSamePoint(a: TrialPoint, b: TrialPoint): boolean {
  return (
    a.number === b.number && a.row === b.row && a.value === b.value && Object.is(a.confirmed, b.confirmed)
  );
}

/** Complete trials that the filter or else the selection holds; null where nothing is narrowed down. */
function chosenOf(panel: Panel, points: readonly TrialPoint[]): readonly number[] | null {
  const { filter, selection } = panel.state.memory;
  const isNarrowed = filter.brushes.length > 0 || filter.text.trim() !== '' || filter.starred;
  if (!isNarrowed && selection.length === 0) return null;
  const { number } = panel.state.trials!;
  const held = new Set(isNarrowed ? Array.from(panel.table.rows, (row) => number[row]) : selection);
  return points.map((point) => point.number).filter((n) => held.has(n));
}

/**
 * What plots draw, the same object until something they draw is another: a trial that moves on an epoch changes the columns
 * and the header twenty times a second, and no chart of complete trials may be drawn again under the pointer for it.
 */
export function createPlotGround(): (panel: Panel) => PlotGround {
  const pointsNow = remembered(pointsOf);
  const points = steady(isSamePoint);
  const chosen = steady<number>(Object.is);
  let latest: Panel | null = null;
  const ground = remembered((drawn: readonly TrialPoint[], held: readonly number[] | null) =>
    remembered((..._header: readonly unknown[]) => plotGround(latest!, drawn, held)),
  );
  return (panel) => {
    latest = panel;
    const { trials, experiment } = panel.state;
    const drawn = points(pointsNow(trials!))!;
    const { summary } = experiment!;
    return ground(drawn, chosen(chosenOf(panel, drawn)))(
      summary.id,
      summary.leader?.number,
      summary.winner?.number,
      experiment!.experiment.amendments.length,
      persistenceOf(panel.state),
      panel.table.noise.percent,
    );
  };
}

/** The list of before as long as the new one holds the same. */
function steady<T>(isSame: (a: T, b: T) => boolean): (list: readonly T[] | null) => readonly T[] | null {
  let last: readonly T[] | null = null;
  return (list) => {
    const before = last;
    const isKept =
      list !== null && before?.length === list.length && list.every((item, i) => isSame(item, before[i]));
    if (!isKept) last = list;
    return last;
  };
}

function plotGround(
  panel: Panel,
  points: readonly TrialPoint[],
  chosen: readonly number[] | null,
): PlotGround {
  const objective = objectiveOf(panel.state);
  const persistence = persistenceOf(panel.state);
  const noise = objective === 'u2' ? panel.table.noise.percent / 100 : 0;
  return {
    panel,
    trials: panel.state.trials!,
    points,
    chosen: chosen && new Set(chosen),
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
