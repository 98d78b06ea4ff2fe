import type { StepView } from './forecasts.ts';

/** Shifts looked at: -3 (forecast ahead of the actual series) .. 3. */
const lagShifts = [-3, -2, -1, 0, 1, 2, 3] as const;

export interface LagTest {
  /** Shift of best fit: the changes of the forecast series look like the actual changes of `shift` rows before. */
  readonly shift: number;
  /** Correlation at each of lagShifts. */
  readonly correlation: readonly number[];
  /** Correlation of the forecast change from the origin with the last actual change. */
  readonly withLastChange: number;
  /** Best at shift 1 and no better than persistence: the forecast repeats yesterday's price. */
  readonly copies: boolean;
}

/** Below this U2 a forecast that follows the last price still adds something to it. */
const noBetterThan = 0.99;

/** Is the one-step forecast a copy of the last price? Consecutive origins. */
export function lagTest(view: StepView, u2: number): LagTest {
  return lagTestOf([view], u2);
}

/** The same over several blocks of consecutive origins; no change is taken across the border of two blocks. */
export function lagTestOf(blocks: readonly StepView[], u2: number): LagTest {
  const correlation = lagShifts.map((k) => {
    const x: number[] = [];
    const y: number[] = [];
    for (const { actual, forecast } of blocks)
      for (let i = 1; i < actual.length; i++) {
        if (i - k < 1 || i - k >= actual.length) continue;
        x.push(forecast[i] - forecast[i - 1]);
        y.push(actual[i - k] - actual[i - k - 1]);
      }
    return correlate(x, y);
  });
  const shift = lagShifts[correlation.indexOf(Math.max(...correlation))];
  const expected: number[] = [];
  const before: number[] = [];
  for (const { forecast, last } of blocks)
    for (let i = 1; i < last.length; i++) {
      expected.push(forecast[i] - last[i]);
      before.push(last[i] - last[i - 1]);
    }
  return {
    shift,
    correlation,
    withLastChange: correlate(expected, before),
    copies: shift === 1 && u2 >= noBetterThan,
  };
}

/** Pearson's correlation, 0 where a side does not vary. */
function correlate(x: readonly number[], y: readonly number[]): number {
  const n = x.length;
  if (n < 2) return 0;
  const meanX = x.reduce((a, b) => a + b, 0) / n;
  const meanY = y.reduce((a, b) => a + b, 0) / n;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    xx += (x[i] - meanX) ** 2;
    yy += (y[i] - meanY) ** 2;
    xy += (x[i] - meanX) * (y[i] - meanY);
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}
