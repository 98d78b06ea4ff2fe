import type { ForecastErrors } from '../../protocol/analysis.ts';
import { u2Of } from './bootstrap.ts';
import { stepOf, type Forecasts, type StepView } from './forecasts.ts';
import { lagTestOf } from './lagTest.ts';
import { cumulativeDifference, errorsByMove, errorsByWeekday, u2ByQuarter } from './residuals.ts';

/** Forecasts of one validation block. */
export interface FoldForecasts {
  readonly fold: number;
  readonly forecasts: Forecasts;
}

export interface ForecastErrorsOptions {
  /** Times of all prices, milliseconds. */
  readonly times: Float64Array;
  readonly dateText: (time: number) => string;
}

/**
 * Takes the errors of validation forecasts apart as scoreTest does with those of the sealed range. At least one fold with at least
 * one origin. U2 of a fold is the mean over the horizon steps and U2 of a step the mean over the folds, as in a trial's value.
 */
export function forecastErrors(
  folds: readonly FoldForecasts[],
  options: ForecastErrorsOptions,
): ForecastErrors {
  const { times, dateText } = options;
  const { horizon } = folds[0].forecasts;
  const parts = folds.map(({ fold, forecasts }) => {
    const steps = Array.from({ length: horizon }, (_, h) => stepOf(forecasts, h));
    return {
      fold,
      steps,
      targetTimes: Float64Array.from(forecasts.origins, (t) => times[t + 1]),
      model: steps.map(({ actual, forecast }) => squares(forecast, actual)),
      naive: steps.map(({ actual, last }) => squares(last, actual)),
    };
  });
  const targetTimes = concat(parts.map((p) => p.targetTimes));
  const oneStep = joined(parts.map((p) => p.steps[0]));
  const model = concat(parts.map((p) => meanOver(p.model)));
  const naive = concat(parts.map((p) => meanOver(p.naive)));
  const oneStepU2 = meanOf(parts.map((p) => u2Of({ model: [p.model[0]], naive: [p.naive[0]] })));
  const lag = lagTestOf(
    parts.map((p) => p.steps[0]),
    oneStepU2,
  );
  return {
    horizon,
    rows: targetTimes.length,
    byFold: parts.map((p) => ({
      fold: p.fold,
      firstDate: dateText(p.targetTimes[0]),
      lastDate: dateText(p.targetTimes[p.targetTimes.length - 1]),
      u2: u2Of({ model: p.model, naive: p.naive }),
      rows: p.targetTimes.length,
    })),
    byQuarter: u2ByQuarter(targetTimes, { model, naive }),
    byStep: Array.from({ length: horizon }, (_, h) => ({
      step: h + 1,
      u2: meanOf(parts.map((p) => u2Of({ model: [p.model[h]], naive: [p.naive[h]] }))),
    })),
    byWeekday: weekdays(targetTimes, inPercent(oneStep)),
    byMove: errorsByMove(inPercent(oneStep)),
    cumulative: {
      dates: Array.from(targetTimes, dateText),
      difference: cumulativeDifference(model, naive),
    },
    lagTest: { shift: lag.shift, correlation: lag.correlation, copies: lag.copies },
  };
}

/** Errors by weekday with U2, for which persistence's are needed too. */
function weekdays(times: Float64Array, view: StepView): ForecastErrors['byWeekday'] {
  const naive = new Map(
    errorsByWeekday(times, { ...view, forecast: view.last }).map((day) => [day.weekday, day.rmse]),
  );
  return errorsByWeekday(times, view).map((day) => {
    const base = naive.get(day.weekday) ?? 0;
    return { ...day, u2: base > 0 ? day.rmse / base : 1 };
  });
}

/** Changes from the last price in percent, so that rows of different price levels can be added. */
function inPercent({ actual, forecast, last }: StepView): StepView {
  const change = (values: Float64Array): Float64Array =>
    values.map((v, i) => (last[i] === 0 ? 0 : (v / last[i] - 1) * 100));
  return { actual: change(actual), forecast: change(forecast), last: new Float64Array(last.length) };
}

function squares(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((x, i) => (x - b[i]) ** 2);
}

function meanOver(losses: readonly Float64Array[]): Float64Array {
  return losses[0].map((_, t) => losses.reduce((sum, l) => sum + l[t], 0) / losses.length);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

function joined(views: readonly StepView[]): StepView {
  return {
    actual: concat(views.map((v) => v.actual)),
    forecast: concat(views.map((v) => v.forecast)),
    last: concat(views.map((v) => v.last)),
  };
}

function concat(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => [...part]));
}
