import type { DataReport } from '../model/dataReport.ts';
import type { ExperimentState } from '../model/experiment.ts';
import type { Issue } from '../model/issue.ts';
import type { Study } from '../model/study.ts';

export interface CheckResult {
  /** Null while there are errors of form. */
  readonly study: Study | null;
  readonly issues: readonly Issue[];
  readonly report: DataReport | null;
  readonly store: string;
  readonly space: SpaceInfo | null;
  readonly estimate: Estimate | null;
  readonly split: SplitPreview | null;
  /** An experiment with the same study and data, if there is one. */
  readonly existing: { readonly id: string; readonly state: ExperimentState } | null;
}

export interface SpaceInfo {
  /** Distinct configurations that the constraints leave; null when a float has no step. */
  readonly combinations: number | null;
  /** False: too many were tied together by constraints to be counted, the number and the share are estimates. */
  readonly isCounted: boolean;
  /** Share of the space that constraints leave, 0 to 1. */
  readonly feasibleShare: number;
  readonly sampler: { readonly kind: string; readonly reason: string };
  readonly trials: number;
}

export interface Estimate {
  readonly ms: number;
  /** flops: from the kernel's own timing; measured: from trials of this study. */
  readonly from: 'flops' | 'measured';
  readonly workers: number;
  readonly fits: number;
}

/** The split as rows and dates, and prices to draw it on (at most 2,000 points). */
export interface SplitPreview {
  readonly rows: number;
  readonly test: { readonly from: number; readonly firstDate: string };
  readonly folds: readonly {
    readonly train: readonly [number, number];
    readonly validation: readonly [number, number];
    readonly validationFirstDate: string;
    readonly validationLastDate: string;
  }[];
  /** Row numbers, dates and prices of the drawn points. */
  readonly chart: {
    readonly row: readonly number[];
    readonly date: readonly string[];
    readonly price: readonly number[];
  };
}
