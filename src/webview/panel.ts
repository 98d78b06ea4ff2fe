import type { Objective } from '../model/metrics.ts';
import { studyAt } from '../model/amendedStudy.ts';
import { membershipOf, searchSpaceOf } from '../model/searchSpace.ts';
import type { ExperimentRef } from '../protocol/experiments.ts';
import type { TrialColumns } from '../protocol/trialColumns.ts';
import type { Host } from './host.ts';
import type { Loads } from './loads.ts';
import type { Action } from './state/reduce.ts';
import type { PanelState } from './state/state.ts';
import { countByState, seedNoise } from './state/trials.ts';
import {
  columnsOf,
  layoutColumns,
  rememberedSpread,
  sameEverywhere,
  type Column,
  type ColumnSource,
  type LaidColumn,
} from './table/columns.ts';
import { filterRows } from './table/filterRows.ts';
import { sortRows } from './table/sortRows.ts';

/** What every view gets: the state, what follows from it, and the ways to change it. */
export interface Panel {
  readonly state: PanelState;
  readonly table: TableView;
  readonly host: Host;
  readonly loads: Loads;
  readonly dispatch: (action: Action) => void;
  /** Draws again without a change of state (scrolling, sizes). */
  readonly redraw: () => void;
  /** Asks the host for everything, as at the start. */
  readonly open: () => void;
}

/** Columns and rows as the table shows them. */
export interface TableView {
  readonly source: ColumnSource | null;
  readonly all: readonly Column[];
  readonly columns: readonly LaidColumn[];
  readonly rows: Int32Array;
  readonly counts: ReturnType<typeof countByState>;
  readonly noise: ReturnType<typeof seedNoise>;
}

export function refOf(state: PanelState): ExperimentRef | null {
  const summary = state.experiment?.summary;
  return summary ? { store: summary.store, id: summary.id } : null;
}

export function objectiveOf(state: PanelState): Objective {
  return state.experiment?.experiment.study.objective ?? state.study?.objective ?? 'u2';
}

/** Value of the objective that persistence has: the dashed line. Null while it is not known. */
export function persistenceOf(state: PanelState): number | null {
  const objective = objectiveOf(state);
  if (objective === 'u2' || objective === 'relMae') return 1;
  const baseline = state.experiment?.experiment.baselines.find((b) => b.id === 'persistence');
  return baseline ? baseline.mean[objective] : null;
}

/** The trial that views stand on when the user chose none: winner, else leader, else the first complete one. */
export function mainTrial(state: PanelState): number | null {
  const summary = state.experiment?.summary;
  return state.memory.plots.trial ?? summary?.winner?.number ?? summary?.leader?.number ?? null;
}

/** The space after all amendments; trials can lie outside it where it was changed, or where points were given. */
function spaceNow(experiment: PanelState['experiment']): Pick<ColumnSource, 'space' | 'isInside'> {
  if (!experiment) return { space: null, isInside: null };
  const { amendments } = experiment.experiment;
  const { study } = studyAt(experiment.experiment, Infinity);
  const space = searchSpaceOf(study);
  const isWhole =
    study.search.points.length === 0 &&
    amendments.every((a) => a.hyperparameters === undefined && a.when === undefined);
  return { space, isInside: isWhole ? null : membershipOf(space) };
}

/** Computes the table from the state, again only what depends on what changed. */
export function createTableView(): (state: PanelState) => TableView {
  const source = remembered((trials: TrialColumns, annotations: PanelState['annotations']) => ({
    trials,
    annotations,
  }));
  const spread = rememberedSpread();
  const all = remembered((made: ReturnType<typeof source>, experiment: PanelState['experiment']) => {
    const from: ColumnSource = {
      ...made,
      objective: experiment?.experiment.study.objective ?? 'u2',
      ...spaceNow(experiment),
      isRunning: experiment?.summary.state === 'running',
      spread,
    };
    return { from, all: columnsOf(from) };
  });
  const kept = remembered((made: ReturnType<typeof all>, filter: PanelState['memory']['filter']) =>
    filterRows(made.from, made.all, filter),
  );
  let order: Int32Array = new Int32Array();
  const sorted = remembered(
    (rows: Int32Array, sort: PanelState['memory']['sort'], made: ReturnType<typeof all>) =>
      (order = sortRows(rows, sort, { trials: made.from.trials, columns: made.all, before: order })),
  );
  const laidOut = remembered(
    (
      made: ReturnType<typeof all>,
      memory: PanelState['memory']['columns'],
      differs: ReadonlySet<string> | null,
    ) =>
      layoutColumns(
        differs ? made.all.filter((c) => c.group !== 'parameter' || differs.has(c.id)) : made.all,
        memory,
      ),
  );
  const differing = remembered(
    (made: ReturnType<typeof all>, selection: readonly number[], rows: Int32Array): ReadonlySet<string> => {
      const chosen = new Set(selection);
      const { number } = made.from.trials;
      const selected = Array.from(rows).filter((row) => chosen.has(number[row]));
      const compared = selected.length >= 2 ? selected : Array.from(rows);
      return new Set(made.all.filter((c) => !sameEverywhere(c, compared)).map((c) => c.id));
    },
  );
  const counts = remembered(countByState);
  const noise = remembered(seedNoise);
  return (state) => {
    const { trials, memory } = state;
    const common = { counts: counts(trials), noise: noise(trials) };
    if (!trials) return { source: null, all: [], columns: [], rows: new Int32Array(), ...common };
    const made = all(source(trials, state.annotations), state.experiment);
    const rows = sorted(kept(made, memory.filter), memory.sort, made);
    const differs = memory.onlyWhatDiffers ? differing(made, memory.selection, rows) : null;
    return {
      source: made.from,
      all: made.all,
      columns: laidOut(made, memory.columns, differs),
      rows,
      ...common,
    };
  };
}

/** The last result, as long as the arguments are the same. */
export function remembered<A extends readonly unknown[], R>(make: (...args: A) => R): (...args: A) => R {
  let last: { readonly args: A; readonly result: R } | null = null;
  return (...args) => {
    if (!last?.args.every((arg, i) => arg === args[i])) last = { args, result: make(...args) };
    return last.result;
  };
}
