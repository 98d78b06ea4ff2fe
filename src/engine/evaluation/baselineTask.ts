/** Where a Baseline is fitted and what it forecasts: fitted on prices [trainFrom, trainTo), as the model is. */
export interface BaselineTask {
  readonly prices: Float64Array;
  readonly trainFrom: number;
  readonly trainTo: number;
  readonly origins: Int32Array;
  readonly horizon: number;
  /** Window of nlinear. */
  readonly lookback: number;
}
