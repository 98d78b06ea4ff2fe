/** (folds) of rows; all arrays of one fold have one length: origins x horizon, step-major rows of `horizon` numbers. */
export interface Predictions {
  readonly horizon: number;
  readonly folds: readonly PredictionSet[];
}

export interface PredictionSet {
  /** Dates of the first target of each origin. */
  readonly dates: readonly string[];
  /** Last known price of each origin: persistence. */
  readonly last: Float64Array;
  /** (origins, horizon) */
  readonly actual: Float64Array;
  readonly forecast: Float64Array;
}

export interface TestResult {
  readonly trial: number;
  readonly looks: number;
  readonly verdict: 'better' | 'notDistinguishable' | 'worse';
  readonly sentence: string;
  readonly u2: number;
  readonly u2Interval: readonly [number, number];
  readonly seeds: readonly { readonly seed: number; readonly u2: number }[];
  readonly seedInterval: readonly [number, number] | null;
  readonly relMae: number;
  readonly dieboldMariano: { readonly statistic: number; readonly p: number } | null;
  readonly clarkWest: { readonly statistic: number; readonly p: number } | null;
  readonly direction: {
    readonly share: number;
    readonly alwaysUp: number;
    readonly interval: readonly [number, number];
    /** Are the signs right more often than by chance? Of the first refit seed; null where one sign alone occurs. */
    readonly pesaranTimmermann?: { readonly statistic: number; readonly p: number } | null;
  };
  readonly metrics: Readonly<Record<string, number>>;
  readonly baselines: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly predictions: PredictionSet;
  readonly horizon: number;
  /** Cumulative squared-error difference to persistence, one a test day; below 0 = ahead of persistence. */
  readonly cumulative: readonly number[];
  readonly byQuarter: readonly { readonly quarter: string; readonly u2: number; readonly rows: number }[];
  readonly byStep: readonly { readonly step: number; readonly u2: number }[];
  readonly byWeekday: readonly {
    readonly weekday: number;
    readonly bias: number;
    readonly rmse: number;
    readonly rows: number;
  }[];
  readonly lagTest: {
    readonly shift: number;
    readonly correlation: readonly number[];
    readonly copies: boolean;
    /** Correlation of the forecast changes with the last known actual changes. */
    readonly withLastChange?: number;
  };
  /** What looks too good to be true, and why (docs/evaluation.md, L13). */
  readonly suspicious: {
    readonly fired: boolean;
    readonly reason: string;
    readonly checks: readonly string[];
  };
  readonly testedAt: string;
  readonly folder: string;
}

export type ExportRequest =
  | {
      readonly format: 'csv' | 'json' | 'optuna';
      readonly target: string;
      readonly trials?: readonly number[];
      readonly columns?: readonly string[];
    }
  | {
      readonly format: 'tfjs' | 'keras' | 'onnx' | 'snippet';
      readonly target: string;
      readonly number?: number;
    }
  | {
      /** figures: the report's charts as SVG files in a folder. */
      readonly format: 'html' | 'markdown' | 'modelSheet' | 'figures';
      readonly target: string;
      readonly number?: number;
    };

export interface Forecast {
  readonly lastDate: string;
  readonly lastPrice: number;
  readonly steps: readonly { readonly step: number; readonly price: number; readonly change: number }[];
  readonly note: string;
}
