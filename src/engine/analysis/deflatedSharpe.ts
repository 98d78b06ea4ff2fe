import { normalCdf, normalQuantile } from '../normal.ts';

const eulerGamma = 0.5772156649015329;

/**
 * Expected largest Sharpe ratio of N useless trials with variance V of their ratios (Bailey and Lopez de Prado 2014, SSRN 2460551):
 * sqrt(V) ((1 - g) Z(1 - 1/N) + g Z(1 - 1/(N e))). All per day.
 */
export function expectedMaxSharpe(trials: number, variance: number): number {
  return (
    Math.sqrt(variance) *
    ((1 - eulerGamma) * normalQuantile(1 - 1 / trials) +
      eulerGamma * normalQuantile(1 - 1 / (trials * Math.E)))
  );
}

export interface SharpeFacts {
  /** Per day, not per year. */
  readonly sharpe: number;
  readonly days: number;
  readonly skewness: number;
  /** Raw: 3 for a normal distribution. */
  readonly kurtosis: number;
}

/** Probability that the ratio is above `benchmark` (expectedMaxSharpe), given days, skewness and kurtosis. */
export function deflatedSharpe({ sharpe, days, skewness, kurtosis }: SharpeFacts, benchmark: number): number {
  const spread = Math.sqrt(1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe);
  return normalCdf(((sharpe - benchmark) * Math.sqrt(days - 1)) / spread);
}
