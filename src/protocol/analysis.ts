import type { Confirmation } from '../model/experiment.ts';
import type { ParamValue } from '../model/hyperparameters.ts';
import type { Objective } from '../model/metrics.ts';
import type { Trial } from '../model/trial.ts';
import type { ExperimentRef } from './experiments.ts';
import type { TestResult } from './results.ts';

export type AnalysisRequest =
  | { readonly kind: 'importance' }
  | { readonly kind: 'slice'; readonly parameter: string }
  | { readonly kind: 'contour'; readonly parameters: readonly [string, string] }
  | { readonly kind: 'bestSoFar' }
  | { readonly kind: 'selectionBias' }
  /** Validation errors of one complete trial taken apart. */
  | { readonly kind: 'forecastErrors'; readonly number: number }
  /** Validation beside test for every trial that was tested. */
  | { readonly kind: 'testedTrials' };

export type AnalysisResult =
  | {
      readonly kind: 'importance';
      readonly pedAnova: readonly { readonly name: string; readonly share: number }[];
      readonly fanova: readonly { readonly name: string; readonly share: number }[];
      readonly labels: { readonly pedAnova: string; readonly fanova: string };
      readonly warning: string | null;
    }
  | {
      readonly kind: 'slice';
      readonly x: readonly ParamValue[];
      readonly mean: readonly number[];
      readonly sd: readonly number[];
    }
  | {
      readonly kind: 'contour';
      readonly x: readonly ParamValue[];
      readonly y: readonly ParamValue[];
      /** (y, x), row-major. */
      readonly mean: readonly number[];
    }
  | {
      readonly kind: 'bestSoFar';
      readonly number: readonly number[];
      readonly value: readonly number[];
      readonly note: string;
    }
  | {
      readonly kind: 'selectionBias';
      readonly pbo: number | null;
      readonly spaP: number | null;
      readonly note: string;
    }
  | {
      readonly kind: 'forecastErrors';
      /** Null where the predictions were not kept; the note says so. */
      readonly errors: ForecastErrors | null;
      readonly note: string;
    }
  | {
      readonly kind: 'testedTrials';
      /** U2 everywhere, whatever the objective; in the order of the validation scores, never of the test's. */
      readonly trials: readonly TestedTrial[];
      readonly note: string;
    };

/** Errors of a trial's validation forecasts against the actual prices and persistence on the same rows. */
export interface ForecastErrors {
  readonly horizon: number;
  /** Validation rows (origins) in all. */
  readonly rows: number;
  readonly byFold: readonly {
    readonly fold: number;
    readonly firstDate: string;
    readonly lastDate: string;
    readonly u2: number;
    readonly rows: number;
  }[];
  /** All horizon steps together, by quarter of the first day forecast. */
  readonly byQuarter: readonly { readonly quarter: string; readonly u2: number; readonly rows: number }[];
  /** Mean over the folds, as in the trial's value. */
  readonly byStep: readonly { readonly step: number; readonly u2: number }[];
  /** One step ahead; 1 = Monday. Bias (forecast - actual) and RMSE in percent of the last price, because prices differ between folds. */
  readonly byWeekday: readonly {
    readonly weekday: number;
    readonly bias: number;
    readonly rmse: number;
    readonly u2: number;
    readonly rows: number;
  }[];
  /** One step ahead, quarters of the days by size of the actual change in percent, smallest first; direction null where none moved. */
  readonly byMove: readonly {
    readonly from: number;
    readonly to: number;
    readonly u2: number;
    readonly direction: number | null;
    readonly rows: number;
  }[];
  /** Sum so far of squared error minus persistence's (price units squared, mean over the steps), one a row; below 0 = ahead. */
  readonly cumulative: { readonly dates: readonly string[]; readonly difference: readonly number[] };
  /** One step ahead: correlation of changes at shifts -3 to 3, best shift, and whether that means copying. */
  readonly lagTest: {
    readonly shift: number;
    readonly correlation: readonly number[];
    readonly copies: boolean;
  };
}

export interface TestedTrial {
  readonly number: number;
  /** Mean over the folds, one seed. */
  readonly validation: number | null;
  /** Mean over fresh seeds, where the trial was confirmed. */
  readonly confirmed: { readonly mean: number; readonly sd: number; readonly seeds: number } | null;
  readonly test: number;
  readonly testInterval: readonly [number, number];
  readonly verdict: TestResult['verdict'];
  readonly testedAt: string;
}

/** So many trials side by side at most. */
export const mostCompared = 50;

export interface CompareResult {
  /** What the first trial's experiment minimises: the unit of the differences. */
  readonly objective: Objective;
  /** Why scores are not put in one column; empty when they can be. */
  readonly incomparable: readonly string[];
  readonly trials: readonly ComparedTrial[];
  /**
   * Paired differences of each pair, score of b minus score of a (below 0: b is better), by fold and by fresh seed, with a 95 %
   * interval; a and b are indices into `trials`.
   */
  readonly pairs: readonly {
    readonly a: number;
    readonly b: number;
    readonly byFold: readonly number[];
    readonly bySeed: readonly number[];
    readonly mean: number;
    readonly interval: readonly [number, number] | null;
    readonly tie: boolean;
    readonly sentence: string;
  }[];
}

export interface ComparedTrial {
  readonly ref: ExperimentRef;
  readonly number: number;
  readonly label: string;
  readonly trial: Trial;
  readonly confirmation: Confirmation | null;
  readonly differs: readonly string[];
}
