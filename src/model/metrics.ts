/** Error measures, all in price units after back-transform; lower is better except direction (share of changes with the right sign). */
export const metricIds = ['mse', 'mae', 'rmse', 'mape', 'relMae', 'u2', 'direction'] as const;
export type MetricId = (typeof metricIds)[number];
export type Metrics = Readonly<Record<MetricId, number>>;

/** What a study may minimise. u2 = RMSE / RMSE of persistence on the same rows. */
export const objectives = ['u2', 'relMae', 'rmse', 'mse', 'mae', 'mape'] as const;
export type Objective = (typeof objectives)[number];

/** Forecasts that cost nothing and run beside every model. `nlinear` is fitted once per distinct lookback. */
export const baselineIds = [
  'persistence',
  'drift',
  'mean',
  'ma5',
  'ma20',
  'seasonal5',
  'ar1',
  'nlinear',
] as const;
export type BaselineId = (typeof baselineIds)[number];

/** Lift over persistence in percent: (1 - u2) x 100. Negative when worse. */
export function liftPercent(u2: number): number {
  return (1 - u2) * 100;
}
