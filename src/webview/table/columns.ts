import {
  hyperparameterNames,
  hyperparameterSpecs,
  type HyperparameterName,
  type Params,
} from '../../model/hyperparameters.ts';
import type { Annotations } from '../../model/experiment.ts';
import { shownState } from '../../model/trial.ts';
import { metricIds, type MetricId, type Objective } from '../../model/metrics.ts';
import type { SearchSpace } from '../../model/searchSpace.ts';
import { paramFromNumber, paramsAt, type TrialColumns } from '../../protocol/trialColumns.ts';
import { clock, decimalsFor, metric, metricLabel, param, price, ratio, signed, words } from '../format.ts';
import type { ColumnLayout } from '../state/state.ts';
import { foldSpread, liftAt, stateAt } from '../state/trials.ts';

/** What the table's columns are made from. */
export interface ColumnSource {
  readonly trials: TrialColumns;
  readonly annotations: Annotations;
  readonly objective: Objective;
  readonly space: SearchSpace | null;
  /** Whether the experiment runs: without it no trial does. */
  readonly isRunning: boolean;
  /** Whether the search learns from such a trial; null where it does from all. */
  readonly isInside: ((params: Params) => boolean) | null;
  /** `spreadOf`, or one that knows the columns it has seen. */
  readonly spread: (values: Float64Array) => Spread;
}

/** What the look of a parameter's column rests on: ten thousand values, of which most updates change none. */
export interface Spread {
  /** Of all values, so that they share them. */
  readonly decimals: number;
  readonly low: number;
  readonly high: number;
  readonly varies: boolean;
}

export function spreadOf(values: Float64Array): Spread {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { decimals: decimalsFor(new Set(values)), low, high, varies: low < high };
}

/** Remembers the spread of each array as long as the array lives. */
export function rememberedSpread(): ColumnSource['spread'] {
  const known = new WeakMap<Float64Array, Spread>();
  return (values) => {
    const present = known.get(values);
    if (present) return present;
    const spread = spreadOf(values);
    known.set(values, spread);
    return spread;
  };
}

export interface Column {
  readonly id: string;
  /** Head of the column. */
  readonly label: string;
  /** A sentence about it. */
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right' | 'center';
  readonly shown: boolean;
  readonly pinned: boolean;
  /** Number to sort, filter and brush by; NaN where there is none. */
  readonly number: (row: number) => number;
  /** What the cell says, and what the CSV holds: never more than is shown. */
  readonly text: (row: number) => string;
  /** Text columns sort by their text. */
  readonly sortsAsText: boolean;
  readonly group: 'fixed' | 'result' | 'parameter' | 'metric' | 'other';
}

/** A column as it is shown. */
export interface LaidColumn extends Column {
  /** A text may be longer than the cell, which then cuts it; numbers have room, unless the user took it. */
  readonly isCut: boolean;
}

export const sourceNames = ['sampler', 'grid', 'point'] as const;

/** All columns there are, in their own order; which are shown is `layoutColumns`' to say. */
export function columnsOf(source: ColumnSource): readonly Column[] {
  const { trials, annotations, objective } = source;
  const label = metricLabel(objective);
  const objectiveText = objective === 'u2' || objective === 'relMae' ? ratio : price;
  const base = { shown: true, pinned: false, sortsAsText: false, group: 'result', align: 'right' } as const;
  const mark = { ...base, align: 'center', pinned: true, group: 'fixed' } as const;
  const noteOf = (row: number): string => annotations.trials[String(trials.number[row])]?.note ?? '';
  const isStarred = (row: number): boolean => annotations.trials[String(trials.number[row])]?.star === true;
  const shownNumber = (value: number, text: (v: number) => string): string =>
    Number.isNaN(value) ? '' : text(value);
  return [
    { ...mark, id: 'select', label: '', title: 'Select', width: 28, number: () => NaN, text: () => '' },
    {
      ...mark,
      id: 'star',
      label: '',
      title: 'Star',
      width: 24,
      number: (row) => (isStarred(row) ? 0 : NaN),
      text: (row) => (isStarred(row) ? 'starred' : ''),
    },
    {
      ...mark,
      id: 'state',
      label: '',
      title: 'State',
      width: 24,
      number: (row) => trials.state[row],
      text: (row) => shownState(stateAt(trials, row), source.isRunning),
    },
    {
      ...base,
      id: 'number',
      label: '#',
      title: 'Number of the trial',
      width: Math.max(46, 22 + String(trials.count).length * 8),
      pinned: true,
      group: 'fixed',
      number: (row) => trials.number[row],
      text: (row) => String(trials.number[row]),
    },
    {
      ...base,
      id: 'value',
      label: `${label} ± folds`,
      title: `${label}: mean over folds, lower is better; ± is the spread of the folds`,
      width: 148,
      pinned: true,
      number: (row) => trials.value[row],
      text: (row) => valueText(source, row, objectiveText),
    },
    {
      ...base,
      id: 'lift',
      label: 'Lift, %',
      title: 'Lift over persistence = 1 \u2212 U2, in percent',
      width: 152,
      align: 'left',
      number: (row) => liftAt(trials, row),
      text: (row) => shownNumber(liftAt(trials, row), (v) => signed(v)) || progressText(trials, row),
    },
    {
      ...base,
      id: 'curve',
      label: 'Curve',
      title: `${label} on validation by epoch, mean of the folds; all share one scale`,
      width: 76,
      align: 'left',
      number: (row) => trials.value[row],
      text: () => '',
    },
    {
      ...base,
      id: 'confirm',
      label: 'Fresh seeds',
      title: `${label} on fresh seeds: mean ± standard deviation`,
      width: 172,
      shown: trials.confirmSeeds.some((n) => n > 0),
      number: (row) => trials.confirmMean[row],
      text: (row) =>
        shownNumber(
          trials.confirmMean[row],
          (v) =>
            `${objectiveText(v)} ± ${shownNumber(trials.confirmSd[row], objectiveText)} (${trials.confirmSeeds[row]})`,
        ),
    },
    ...outsideColumn(source),
    ...hyperparameterNames.map((name) => parameterColumn(source, name)),
    ...metricIds.map((id) => metricColumn(trials, id)),
    ...Array.from({ length: trials.folds }, (_, fold): Column => ({
      ...base,
      id: `fold:${fold}`,
      label: `fold ${fold + 1}`,
      title: `${label} of validation fold ${fold + 1}`,
      width: 72,
      shown: false,
      group: 'metric',
      number: (row) => trials.foldValues[row * trials.folds + fold],
      text: (row) => shownNumber(trials.foldValues[row * trials.folds + fold], objectiveText),
    })),
    {
      ...base,
      id: 'duration',
      label: 'min:s',
      title: 'Time it took, minutes:seconds',
      width: 66,
      group: 'other',
      number: (row) => trials.durationMs[row],
      text: (row) => shownNumber(trials.durationMs[row], clock),
    },
    {
      ...base,
      id: 'started',
      label: 'started',
      title: 'When it started',
      width: 136,
      align: 'left',
      shown: false,
      group: 'other',
      number: (row) => trials.startedAtMs[row],
      text: (row) => shownNumber(trials.startedAtMs[row], dateText),
    },
    {
      ...base,
      id: 'source',
      label: 'source',
      title: 'Who proposed it: the sampler, the grid, or a point of yours',
      width: 72,
      align: 'left',
      shown: false,
      group: 'other',
      sortsAsText: true,
      number: (row) => trials.source[row],
      text: (row) => sourceNames[trials.source[row]],
    },
    {
      ...base,
      id: 'error',
      label: 'error',
      title: 'Why it failed',
      width: 220,
      align: 'left',
      shown: false,
      group: 'other',
      sortsAsText: true,
      number: () => NaN,
      text: (row) => trials.errors[trials.number[row]]?.message ?? '',
    },
    {
      ...base,
      id: 'note',
      label: 'note',
      title: 'Your note',
      width: 160,
      align: 'left',
      group: 'other',
      sortsAsText: true,
      number: () => NaN,
      text: noteOf,
    },
  ];
}

/** Only where some trial lies outside the space as it is now: another space since, or one of the user's own points. */
function outsideColumn({ trials, isInside }: ColumnSource): readonly Column[] {
  if (!isInside) return [];
  const outside = Array.from({ length: trials.count }, (_, row) => !isInside(paramsAt(trials, row)));
  if (!outside.includes(true)) return [];
  return [
    {
      id: 'outside',
      label: 'Space',
      title: 'Outside the space as it is now: kept and ranked, but the search does not learn from it',
      width: 64,
      align: 'left',
      shown: true,
      pinned: false,
      sortsAsText: false,
      group: 'other',
      number: (row) => (outside[row] ? 1 : NaN),
      text: (row) => (outside[row] ? 'outside' : ''),
    },
  ];
}

function parameterColumn(source: ColumnSource, name: HyperparameterName): Column {
  const values = source.trials.params[name];
  const isText = hyperparameterSpecs[name].type === 'categorical';
  const { decimals, low, high, varies } = source.spread(values);
  const label = words(name);
  const text = (value: number): string =>
    Number.isNaN(value) ? '' : param(paramFromNumber(name, value), decimals);
  const digits = isText || low > high ? 0 : Math.max(text(low).length, text(high).length);
  return {
    id: `param:${name}`,
    label,
    title: hyperparameterSpecs[name].text,
    width: Math.max(56, Math.min(128, 22 + label.length * 6), 18 + digits * 8),
    align: isText ? 'left' : 'right',
    shown: source.space ? source.space.parameters.some((p) => p.name === name) : varies,
    pinned: false,
    sortsAsText: isText,
    group: 'parameter',
    number: (row) => values[row],
    text: (row) => text(values[row]),
  };
}

function metricColumn(trials: TrialColumns, id: MetricId): Column {
  return {
    id: `metric:${id}`,
    label: metricLabel(id),
    title: `${metricLabel(id)}, mean over folds, in price units`,
    width: 80,
    align: 'right',
    shown: false,
    pinned: false,
    sortsAsText: false,
    group: 'metric',
    number: (row) => trials.metrics[id][row],
    text: (row) => metric(id, trials.metrics[id][row]),
  };
}

function valueText(source: ColumnSource, row: number, text: (value: number) => string): string {
  const { trials } = source;
  const state = shownState(stateAt(trials, row), source.isRunning);
  if (state === 'complete') {
    const spread = foldSpread(trials, row);
    return Number.isNaN(spread) ? text(trials.value[row]) : `${text(trials.value[row])} ± ${text(spread)}`;
  }
  if (state === 'failed') return words(trials.errors[trials.number[row]]?.code ?? 'failed');
  if (state === 'running') return `fold ${trials.progressFold[row] + 1} of ${trials.folds}`;
  return state;
}

/** Where an unfinished trial is or stopped: `fold 2, epoch 8`. */
export function progressText(trials: TrialColumns, row: number): string {
  const state = stateAt(trials, row);
  if (state === 'waiting' || state === 'complete') return '';
  return `fold ${trials.progressFold[row] + 1}, epoch ${trials.progressEpoch[row]}`;
}

function dateText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** A column that says the same in all rows of the selection (all rows when fewer than two are selected). */
export function sameEverywhere(column: Column, rows: readonly number[]): boolean {
  const first = rows.length > 0 ? column.text(rows[0]) : '';
  return rows.every((row) => column.text(row) === first);
}

/** Shown columns in the user's order with the user's widths, pinned ones first. */
export function layoutColumns(all: readonly Column[], layout: ColumnLayout): readonly LaidColumn[] {
  const place = new Map(layout.order.map((id, i) => [id, i]));
  const own = new Map(all.map((column, i) => [column.id, i]));
  const rank = (column: Column): number => place.get(column.id) ?? own.get(column.id)!;
  const used = layout.order.length > 0 ? [...all].sort((a, b) => rank(a) - rank(b)) : all;
  const shown = used
    .filter((column) => column.group === 'fixed' || (layout.shown[column.id] ?? column.shown))
    .map((column) => ({
      ...column,
      width: layout.widths[column.id] ?? column.width,
      isCut: column.sortsAsText || (layout.widths[column.id] ?? column.width) < column.width,
      pinned: column.group === 'fixed' || (layout.pinned[column.id] ?? column.pinned),
    }));
  return [...shown.filter((c) => c.pinned), ...shown.filter((c) => !c.pinned)];
}
