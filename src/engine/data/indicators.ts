import { ATR, BollingerBands, EMA, MACD, OBV, ROC, RSI, SMA } from 'trading-signals';
import type { IndicatorSpec } from '../../model/dataSpec.ts';

/** Columns an indicator reads; all of equal length. */
export interface IndicatorSource {
  /** The column the indicator is computed on (the close for ATR, the price for OBV). */
  readonly values: Float64Array;
  readonly high?: Float64Array;
  readonly low?: Float64Array;
  readonly volume?: Float64Array;
}

export interface IndicatorOutput {
  readonly name: string;
  /** One value a row, NaN before `warmUp` rows. */
  readonly values: Float64Array;
}

/**
 * Technical indicators of trading-signals, row by row: the value of row t is made from rows 0..t. What is in price units is
 * given relative to the price, and OBV relative to the volume traded, so that a level the train rows never saw does not
 * leave the scale:
 *
 * sma, ema: value / average - 1; rsi: 0..1; macd: line, signal and histogram over the value; bollinger: %b and band width over
 * the middle; atr: range over the close; roc: as it is; volatility: standard deviation (n - 1) of the last `period`
 * log-returns; obv: change of on-balance volume over `period` rows, over the volume of these rows (-1..1).
 */
export function computeIndicator(spec: IndicatorSpec, source: IndicatorSource): IndicatorOutput[] {
  const v = source.values;
  const period = spec.period ?? defaultPeriod(spec.kind);
  switch (spec.kind) {
    case 'sma':
      return [each(`sma${period}`, v, relativeTo(new SMA(period)))];
    case 'ema':
      return [each(`ema${period}`, v, relativeTo(new EMA(period)))];
    case 'rsi': {
      const rsi = new RSI(period);
      return [each(`rsi${period}`, v, (x) => (rsi.add(x) ?? NaN) / 100)];
    }
    case 'macd':
      return macd(spec, v);
    case 'bollinger':
      return bollinger(v, { period, deviations: spec.deviations ?? 2 });
    case 'atr': {
      const atr = new ATR(period);
      const { high, low } = source;
      if (high === undefined || low === undefined) throw new Error('atr without high and low');
      return [
        each(
          `atr${period}`,
          v,
          (close, t) => (atr.add({ high: high[t], low: low[t], close }) ?? NaN) / close,
        ),
      ];
    }
    case 'obv':
      return [onBalance(v, source.volume, period)];
    case 'roc': {
      const roc = new ROC(period);
      return [each(`roc${period}`, v, (x) => roc.add(x) ?? NaN)];
    }
    case 'volatility':
      return [volatility(v, period)];
  }
}

/** Period where the study names none. */
export function defaultPeriod(kind: IndicatorSpec['kind']): number {
  if (kind === 'roc') return 12;
  return kind === 'sma' || kind === 'ema' || kind === 'bollinger' || kind === 'volatility' ? 20 : 14;
}

/** Rows at the start of a series for which an indicator has no value. */
export function indicatorWarmUp(spec: IndicatorSpec): number {
  const period = spec.period ?? defaultPeriod(spec.kind);
  switch (spec.kind) {
    case 'sma':
    case 'ema':
    case 'bollinger':
    case 'atr':
      return period - 1;
    case 'rsi':
    case 'roc':
    case 'volatility':
      return period;
    case 'obv':
      return 2 * period;
    case 'macd':
      return (spec.slow ?? 26) + (spec.signal ?? 9) - 2;
  }
}

function each(name: string, values: Float64Array, next: (x: number, t: number) => number): IndicatorOutput {
  const out = new Float64Array(values.length);
  for (let t = 0; t < values.length; t++) out[t] = next(values[t], t);
  return { name, values: out };
}

/** value / average - 1, NaN until the average has seen its period. */
function relativeTo(average: SMA | EMA): (x: number) => number {
  return (x) => {
    average.add(x);
    return average.isStable ? x / average.getResultOrThrow() - 1 : NaN;
  };
}

function macd(spec: IndicatorSpec, v: Float64Array): IndicatorOutput[] {
  const fast = spec.fast ?? 12;
  const slow = spec.slow ?? 26;
  const signal = spec.signal ?? 9;
  const line = new MACD(new EMA(fast), new EMA(slow), new EMA(signal));
  const parts = {
    line: new Float64Array(v.length),
    signal: new Float64Array(v.length),
    histogram: new Float64Array(v.length),
  };
  // The library answers from the first full slow EMA; its signal is an EMA of its own that needs `signal` rows more.
  const firstRow = slow + signal - 2;
  for (let t = 0; t < v.length; t++) {
    const result = line.add(v[t]);
    const ready = result !== null && t >= firstRow;
    parts.line[t] = ready ? result.macd / v[t] : NaN;
    parts.signal[t] = ready ? result.signal / v[t] : NaN;
    parts.histogram[t] = ready ? result.histogram / v[t] : NaN;
  }
  const name = `macd${fast}-${slow}-${signal}`;
  return [
    { name, values: parts.line },
    { name: `${name}.signal`, values: parts.signal },
    { name: `${name}.histogram`, values: parts.histogram },
  ];
}

function bollinger(
  v: Float64Array,
  { period, deviations }: { readonly period: number; readonly deviations: number },
): IndicatorOutput[] {
  const bands = new BollingerBands(period, deviations);
  const percent = new Float64Array(v.length);
  const width = new Float64Array(v.length);
  for (let t = 0; t < v.length; t++) {
    const result = bands.add(v[t]);
    const span = result === null ? NaN : result.upper - result.lower;
    // A window of equal prices has no width: the price stands in the middle.
    percent[t] = result === null ? NaN : span > 0 ? (v[t] - result.lower) / span : 0.5;
    width[t] = result === null ? NaN : span / result.middle;
  }
  return [
    { name: `bollinger${period}.b`, values: percent },
    { name: `bollinger${period}.width`, values: width },
  ];
}

function onBalance(v: Float64Array, volume: Float64Array | undefined, period: number): IndicatorOutput {
  if (volume === undefined) throw new Error('obv without volume');
  const obv = new OBV(period);
  const levels = new Float64Array(v.length);
  const name = `obv${period}`;
  const values = new Float64Array(v.length).fill(NaN);
  for (let t = 0; t < v.length; t++) {
    const x = v[t];
    levels[t] = obv.add({ open: x, high: x, low: x, close: x, volume: volume[t] }) ?? 0;
    if (t < 2 * period) continue;
    let traded = 0;
    for (let i = t - period + 1; i <= t; i++) traded += volume[i];
    values[t] = traded > 0 ? (levels[t] - levels[t - period]) / traded : 0;
  }
  return { name, values };
}

function volatility(v: Float64Array, period: number): IndicatorOutput {
  const values = new Float64Array(v.length).fill(NaN);
  for (let t = period; t < v.length; t++) {
    let mean = 0;
    for (let i = t - period + 1; i <= t; i++) mean += Math.log(v[i] / v[i - 1]);
    mean /= period;
    let squares = 0;
    for (let i = t - period + 1; i <= t; i++) squares += (Math.log(v[i] / v[i - 1]) - mean) ** 2;
    values[t] = Math.sqrt(squares / (period - 1));
  }
  return { name: `volatility${period}`, values };
}
