import type { FoldPlan, RowRange } from '../../model/experiment.ts';
import { Fault } from '../../model/fault.ts';
import type { Issue } from '../../model/issue.ts';
import { distributionOf } from '../../model/searchSpace.ts';
import type { Study } from '../../model/study.ts';
import { buildSeries, inputWarmUp, valueIssues } from './buildSeries.ts';
import { dataHash } from './dataHash.ts';
import { dateText, firstRowFrom, sliceTable, type DataTable } from './dataTable.ts';
import { fitScaler } from './scaler.ts';
import type { Series } from './series.ts';
import { shorterWindow, type ShorterWindow } from './shorterWindow.ts';
import {
  foldsHold,
  planFolds,
  scoredOrigins,
  searchRowsNeeded,
  testStart,
  type FoldRanges,
  type Range,
} from './splits.ts';

/** All that search code gets to see of a data file. */
export interface SearchData {
  readonly resolved: {
    readonly price: string;
    readonly date: string;
    readonly inputs: readonly string[];
  };
  /** SHA-256 of the columns used, all rows in order. */
  readonly dataHash: string;
  /** Usable search rows and all test rows. */
  readonly rows: { readonly count: number; readonly firstDate: string; readonly lastDate: string };
  /** The sealed range: row numbers go on after those of `series`; every row of the file counts, also one without a price. */
  readonly test: RowRange;
  /** Ends, in memory too, before the test range. */
  readonly series: Series;
  readonly folds: readonly FoldPlan[];
}

export interface OpenedTest {
  /** Search rows, bit for bit those of SearchData.series, followed by the test rows. */
  readonly series: Series;
  /** train = all search rows, validation = the test range; fold number = number of folds. */
  readonly plan: FoldPlan;
}

export interface Prepared {
  /** Null when an issue of severity error stands in `issues`. */
  readonly data: SearchData | null;
  readonly issues: readonly Issue[];
}

/** Fewest test targets without a warning. */
const enoughTestTargets = 100;
const leastTestTargets = 10;

/**
 * Cuts the test range off, builds the Series from what is left, plans the folds and fits their Scalers. The cut is made on the
 * rows of the file, and nothing that comes back depends on what the test rows hold, but for values that no study could use.
 */
export function prepareStudy(table: DataTable, study: Study): Prepared {
  const cut = testCut(table, study);
  if ('issue' in cut) return { data: null, issues: [cut.issue] };
  const unusable = valueIssues(table, study.data);
  if (unusable.length > 0) return { data: null, issues: unusable };
  const built = buildSeries(sliceTable(table, 0, cut.row), study.data);
  const { series, columns } = built;
  const need = { lookback: largestLookback(study), horizon: study.horizon };
  if (series === null || columns.price === null) {
    const isShort = built.issues.some((issue) => issue.code === 'tooFewRows');
    const has = { need, rows: table.rows, before: cut.row, usable: 0, shorter: null };
    return { data: null, issues: isShort ? [tooFewRows(study, has)] : built.issues };
  }
  const issues: Issue[] = [...built.issues];
  const ranges = planFolds(series.rows, study.split.validation);
  const testRows = table.rows - cut.row;
  issues.push(
    ...constantPrice(series),
    ...testIssues(testRows, study),
    ...trainShareIssues(ranges, series.rows, study),
  );
  if (!foldsHold(ranges, need)) {
    const shorter = shorterWindow(study, ranges, need.lookback);
    const has = { need, rows: table.rows, before: cut.row, usable: series.rows, shorter };
    issues.push(tooFewRows(study, has));
  }
  if (issues.some((issue) => issue.severity === 'error')) return { data: null, issues };
  const folds = ranges.map((r, fold) => foldPlan(series, r, { fold, study }));
  const used = columns.used.map((c) => c.name);
  const data: SearchData = {
    resolved: { price: columns.price.column, date: table.dateColumn, inputs: series.inputNames },
    dataHash: dataHash(table, used),
    rows: {
      count: series.rows + testRows,
      firstDate: dateText(series.times[0]),
      lastDate: dateText(table.times[table.rows - 1]),
    },
    test: {
      from: series.rows,
      to: series.rows + testRows,
      firstDate: dateText(table.times[cut.row]),
      lastDate: dateText(table.times[table.rows - 1]),
    },
    series,
    folds,
  };
  return { data, issues };
}

/** The only way to the sealed rows. The caller counts the look. Study and table are those that prepareStudy accepted. */
export function openTest(table: DataTable, study: Study): OpenedTest {
  const cut = testCut(table, study);
  if ('issue' in cut) throw new Fault('badInput', cut.issue.message);
  const search = buildSeries(sliceTable(table, 0, cut.row), study.data).series;
  const { series, issues } = buildSeries(table, study.data);
  if (search === null || series === null)
    throw new Fault('badInput', issues[0]?.message ?? 'The data cannot be used by this study.');
  if (series.rows - search.rows < study.horizon)
    throw new Fault('badInput', 'The test rows lack values the study uses: none is left to forecast.');
  requireSamePast(search, series);
  const ranges = { train: { from: 0, to: search.rows }, validation: { from: search.rows, to: series.rows } };
  return { series, plan: foldPlan(series, ranges, { fold: foldCount(study), study }) };
}

function foldCount(study: Study): number {
  return study.split.validation.kind === 'holdout' ? 1 : study.split.validation.folds;
}

/** Inputs are causal: later rows must not have changed one bit of the earlier ones. */
function requireSamePast(search: Series, whole: Series): void {
  const same =
    search.prices.every((p, t) => p === whole.prices[t]) &&
    search.inputs.every((x, i) => x === whole.inputs[i]);
  if (!same)
    throw new Error('an input of a search row changed when the test rows were added: it looks ahead');
}

function testCut(table: DataTable, study: Study): { readonly row: number } | { readonly issue: Issue } {
  const { test } = study.split;
  if ('share' in test) return { row: testStart(table.rows, test.share) };
  const row = firstRowFrom(table.times, Date.parse(`${test.from}T00:00:00Z`));
  if (row > 0 && row < table.rows) return { row };
  const where = row === 0 ? 'before the first row' : 'after the last row';
  return {
    issue: {
      path: ['split', 'test', 'from'],
      code: 'testOutsideData',
      severity: 'error',
      message: `${test.from} lies ${where} of the data (${dateText(table.times[0])} to ${dateText(table.times[table.rows - 1])}). Choose a date inside.`,
    },
  };
}

function foldPlan(
  series: Series,
  ranges: FoldRanges,
  { fold, study }: { readonly fold: number; readonly study: Study },
): FoldPlan {
  const [first, last] = scoredOrigins(ranges.validation, study.horizon);
  return {
    fold,
    train: rowRange(series, ranges.train),
    validation: rowRange(series, ranges.validation),
    validationOrigins: [first, last],
    scaler: fitScaler(series, ranges.train, study.data.scaler),
  };
}

function rowRange(series: Series, range: Range): RowRange {
  return {
    ...range,
    firstDate: dateText(series.times[range.from]),
    lastDate: dateText(series.times[range.to - 1]),
  };
}

/** Largest lookback any trial can have; the user's own points may lie outside the space. */
function largestLookback({ hyperparameters, search }: Study): number {
  const distribution = distributionOf(hyperparameters.lookback);
  const ofSpace =
    distribution === null
      ? Number(hyperparameters.lookback)
      : distribution.kind === 'categorical'
        ? Math.max(...distribution.choices.map(Number))
        : distribution.high;
  return Math.max(ofSpace, ...search.points.map((point) => Number(point['lookback'] ?? 0)));
}

function constantPrice(series: Series): Issue[] {
  if (series.prices.some((p) => p !== series.prices[0])) return [];
  return [
    {
      path: ['data', 'price'],
      code: 'priceConstant',
      severity: 'error',
      message: `The price is ${series.prices[0]} in every row: there is nothing to forecast.`,
    },
  ];
}

function testIssues(testRows: number, study: Study): Issue[] {
  const targets = Math.max(0, testRows - study.horizon + 1);
  if (targets >= enoughTestTargets) return [];
  const tooFew = targets < leastTestTargets;
  return [
    {
      path: 'share' in study.split.test ? ['split', 'test', 'share'] : ['split', 'test', 'from'],
      code: tooFew ? 'testTooShort' : 'testShort',
      severity: tooFew ? 'error' : 'warning',
      message: `The test range has ${testRows} rows and so ${targets} forecasts of ${study.horizon} ${study.horizon === 1 ? 'step' : 'steps'}; ${tooFew ? `at least ${leastTestTargets} are needed` : `below ${enoughTestTargets} hardly any difference can be told from chance`}. Use a longer file or a larger test range.`,
    },
  ];
}

/** Folds that train on less than half of the search rows are allowed, and said. */
function trainShareIssues(ranges: readonly FoldRanges[], rows: number, study: Study): Issue[] {
  const smallest = Math.min(...ranges.map((r) => r.train.to - r.train.from));
  if (study.split.validation.kind === 'holdout' || smallest >= 0.5 * rows || smallest <= 0) return [];
  return [
    {
      path: ['split', 'validation', 'folds'],
      code: 'trainShort',
      severity: 'warning',
      message: `The first fold trains on ${smallest} of ${rows} search rows, less than half. Fewer folds or a smaller size leave more.`,
    },
  ];
}

function tooFewRows(
  study: Study,
  has: {
    readonly need: { readonly lookback: number; readonly horizon: number };
    readonly rows: number;
    /** Rows of the file before the test range, and how many of them are left as search rows (0: not even one). */
    readonly before: number;
    readonly usable: number;
    /** What would do with the rows there are. */
    readonly shorter: ShorterWindow | null;
  },
): Issue {
  const { need, rows, before, usable, shorter } = has;
  const needed = searchRowsNeeded(study.split.validation, need);
  const validation = study.split.validation;
  const setting = `lookback ${need.lookback}, horizon ${need.horizon} and ${validation.kind === 'holdout' ? 'a holdout' : `${validation.folds} folds`}`;
  if (needed === null) {
    return {
      path: ['split', 'validation'],
      code: 'tooFewRows',
      severity: 'error',
      message: `The validation blocks leave no rows to train on, however long the file is: lower folds, size, share or gap.`,
    };
  }
  const { test } = study.split;
  // Rows that indicators use up, or that lack a value, are needed on top.
  const lost = usable > 0 ? before - usable : inputWarmUp(study.data);
  const searchNeeded = needed + lost;
  const total =
    'share' in test ? Math.ceil(searchNeeded / (1 - test.share)) + 1 : rows - before + searchNeeded;
  const why =
    lost > 1 ? `, ${lost} of which are lost to the indicators' first values or to missing cells` : '';
  return {
    path: shorter?.fix.path ?? ['data', 'file'],
    code: 'tooFewRows',
    severity: 'error',
    ...(shorter && { fix: shorter.fix }),
    message: `Too few rows: ${setting} need ${total} rows (${searchNeeded} of them before the test range${why}); the file has ${rows} (${before} before the test range). Use a longer file, a shorter lookback${shorter ? ` (at most ${shorter.largest} here)` : ''}, or fewer folds.`,
  };
}
