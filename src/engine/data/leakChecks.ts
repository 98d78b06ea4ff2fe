import type { FoldPlan } from '../../model/experiment.ts';
import type { Study } from '../../model/study.ts';
import { buildSeries } from './buildSeries.ts';
import { sliceTable, type DataTable } from './dataTable.ts';
import { foldTensors } from './foldTensors.ts';
import { prepareStudy, type SearchData } from './prepare.ts';
import { fitScaler } from './scaler.ts';
import type { Series } from './series.ts';

/** One check for a leak, run on the study's own data. */
export interface LeakCheck {
  readonly id: 'L1' | 'L2' | 'L3' | 'L4' | 'L8';
  readonly passed: boolean;
  readonly text: string;
}

export type BuildInputs = (table: DataTable) => Series | null;
export type BuildFolds = (table: DataTable) => Pick<SearchData, 'series' | 'folds'> | null;

/** What the future is replaced with: nothing, and nonsense. */
const poisons = [NaN, 1e9];

/** L1: rows from `row` on are made NaN, then 1e9; true when every earlier input and price stays bit-equal. */
export function survivesPoison(table: DataTable, build: BuildInputs, row: number): boolean {
  const whole = build(table);
  return poisons.every((poison) => sharePast(whole, build(poisoned(table, row, poison)), table.times[row]));
}

/** L2: true when what a search gets, its rows and the folds with their Scalers, stays the same with other rows from `row` on. */
export function survivesSealing(table: DataTable, build: BuildFolds, row: number): boolean {
  const whole = build(table);
  return poisons.every((poison) => {
    const other = build(poisoned(table, row, poison));
    if (whole === null || other === null || whole.series.rows !== other.series.rows) return false;
    return (
      sharePast(whole.series, other.series, Infinity) &&
      JSON.stringify(whole.folds) === JSON.stringify(other.folds)
    );
  });
}

function poisoned(table: DataTable, row: number, poison: number): DataTable {
  const numbers = new Map(
    [...table.numbers].map(([name, values]) => [name, values.map((x, t) => (t < row ? x : poison))]),
  );
  return { ...table, numbers };
}

/** L8: true when the inputs of the rows before `row` are the same on a table that ends there. */
export function survivesCut(table: DataTable, build: BuildInputs, row: number): boolean {
  return sharePast(build(table), build(sliceTable(table, 0, row)), table.times[row] ?? Infinity);
}

/** Are rows before `time` the same, bit for bit (NaN equals NaN)? */
function sharePast(a: Series | null, b: Series | null, time: number): boolean {
  if (a === null || b === null) return false;
  const width = a.inputNames.length;
  for (let t = 0; t < a.rows && a.times[t] < time; t++) {
    if (t >= b.rows || b.times[t] !== a.times[t] || !Object.is(a.prices[t], b.prices[t])) return false;
    for (let j = 0; j < width; j++) {
      if (!Object.is(a.inputs[t * width + j], b.inputs[t * width + j])) return false;
    }
  }
  return true;
}

/** L3: true when the fold's Scaler is what the train rows alone give. */
export function scalerIsOfTrain(series: Series, plan: FoldPlan): boolean {
  const { from, to } = plan.train;
  const width = series.inputNames.length;
  const alone: Series = {
    ...series,
    rows: to,
    times: series.times.slice(0, to),
    prices: series.prices.slice(0, to),
    inputs: series.inputs.slice(0, to * width),
  };
  const state = fitScaler(alone, { from, to }, plan.scaler.kind);
  return JSON.stringify(state) === JSON.stringify(plan.scaler);
}

/** L4: true when no row that trains a window, as input or target, is a validation target. */
export function bordersAreClean(
  series: Series,
  plan: FoldPlan,
  sizes: { readonly lookback: number; readonly horizon: number },
): boolean {
  const { trainOrigins, validationOrigins } = foldTensors(series, plan, sizes);
  const trained = new Set<number>();
  for (const t of trainOrigins) {
    for (let row = t - sizes.lookback + 1; row <= t + sizes.horizon; row++) trained.add(row);
  }
  for (const t of validationOrigins) {
    for (let h = 1; h <= sizes.horizon; h++) if (trained.has(t + h)) return false;
  }
  return Math.min(...trained) >= plan.train.from;
}

/** The checks on the rows of a study; shown when a result is too good to be true. `rows` are spread over the table. */
export function leakChecks(
  table: DataTable,
  study: Study,
  { data, lookback }: { readonly data: SearchData; readonly lookback: number },
): LeakCheck[] {
  const end = table.rows - (data.test.to - data.test.from);
  const search = sliceTable(table, 0, end);
  const build: BuildInputs = (t) => buildSeries(t, study.data).series;
  const cuts = [0.5, 0.7, 0.9, 0.99].map((share) => Math.floor(end * share));
  const sizes = { lookback, horizon: study.horizon };
  const { series, folds } = data;
  return [
    {
      id: 'L1',
      passed: cuts.every((row) => survivesPoison(search, build, row)),
      text: 'Inputs do not change when all later rows are made missing or nonsense',
    },
    {
      id: 'L2',
      passed: survivesSealing(table, (t) => prepareStudy(t, study).data, end),
      text: 'The rows, folds and Scalers of the search are the same whatever the test rows hold',
    },
    {
      id: 'L8',
      passed: cuts.every((row) => survivesCut(search, build, row)),
      text: 'Inputs and indicators of a day are the same when the file ends on that day',
    },
    {
      id: 'L3',
      passed: folds.every((plan) => scalerIsOfTrain(series, plan)),
      text: 'The Scaler of each fold is what its train rows alone give',
    },
    {
      id: 'L4',
      passed: folds.every((plan) => bordersAreClean(series, plan, sizes)),
      text: 'No row that trains a window is a target of the validation block',
    },
  ];
}

/** The checks as lines of a report. */
export function leakCheckTexts(checks: readonly LeakCheck[], inputs: readonly string[]): string[] {
  return [
    ...checks.map(({ id, passed, text }) => `${id} ${passed ? 'passed' : 'FAILED'}: ${text}.`),
    'L5, L6, L7: random walk, planted signal and oracle need made-up prices; they are part of the test suite of this program.',
    `To check by hand: is each of ${inputs.join(', ')} known at the close of the day of its row?`,
  ];
}
