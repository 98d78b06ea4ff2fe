import type { FoldPlan, RowRange } from '../../model/experiment.ts';
import type { Issue } from '../../model/issue.ts';
import type { Study } from '../../model/study.ts';
import type { DataTable } from './dataTable.ts';
import type { Series } from './series.ts';

/** All that search code gets to see of a data file. */
export interface SearchData {
  readonly resolved: {
    readonly price: string;
    readonly date: string;
    readonly inputs: readonly string[];
  };
  /** SHA-256 of the columns used, all rows in order. */
  readonly dataHash: string;
  readonly rows: { readonly count: number; readonly firstDate: string; readonly lastDate: string };
  /** The sealed range: row numbers go on after those of `series`. */
  readonly test: RowRange;
  /** Ends, in memory too, before the test range. */
  readonly series: Series;
  readonly folds: readonly FoldPlan[];
}

export interface OpenedTest {
  /** Search rows followed by the test rows. */
  readonly series: Series;
  /** train = all search rows, validation = the test range; fold number = number of folds. */
  readonly plan: FoldPlan;
}

/** Cuts the test range off, builds the Series from what is left, plans the folds and fits their Scalers. */
export declare function prepareStudy(
  table: DataTable,
  study: Study,
): { readonly data: SearchData | null; readonly issues: readonly Issue[] };

/** The only way to the sealed rows. The caller counts the look. */
export declare function openTest(table: DataTable, study: Study): OpenedTest;
