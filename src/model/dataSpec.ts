import { z } from 'zod';

/** `data` of the study file: which file, columns, transforms, indicators, and what is forecast. */

export const transforms = ['none', 'log', 'log1p', 'diff', 'logReturn', 'logDiff1p'] as const;
export const indicatorKinds = [
  'sma',
  'ema',
  'rsi',
  'macd',
  'bollinger',
  'atr',
  'obv',
  'roc',
  'volatility',
] as const;
export const forecastKinds = ['logReturn', 'price', 'windowRelative'] as const;
export const scalerKinds = ['standard', 'minMax', 'robust', 'none'] as const;

const featureSchema = z.strictObject({
  column: z.string().min(1).describe('Column of the data file'),
  transform: z
    .enum(transforms)
    .default('logReturn')
    .describe(
      'none, log, log1p, diff (x[t] - x[t-1]), logReturn (ln x[t] / x[t-1]), logDiff1p (difference of ln(1 + x), for volume)',
    ),
});

const period = (text: string) => z.int().min(2).max(1000).optional().describe(text);
const indicatorSchema = z.strictObject({
  kind: z.enum(indicatorKinds).describe('Causal indicator: uses rows up to the day itself only'),
  column: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Column it is computed on; default: the price column (ATR and OBV use high, low, close, volume)',
    ),
  period: period('Rows it looks back on; default 14 (20 for sma, ema, bollinger, volatility; 12 for roc)'),
  fast: period('MACD: fast EMA, default 12'),
  slow: period('MACD: slow EMA, default 26'),
  signal: period('MACD: signal EMA, default 9'),
  deviations: z
    .number()
    .min(0.1)
    .max(10)
    .optional()
    .describe('Bollinger: width in standard deviations, default 2'),
});

export const dataSchema = z.strictObject({
  file: z
    .string()
    .min(1)
    .describe('CSV file, or Parquet by its ending; the path is relative to the study file'),
  date: z.string().min(1).optional().describe('Date column; found by its name and content when left out'),
  where: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .optional()
    .describe('Row filter: only rows with these values, e.g. { "ticker": "AAPL" }'),
  price: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The series that is forecast and scored; the adjusted close where the file has one, else the close',
    ),
  adjust: z
    .string()
    .min(1)
    .optional()
    .describe('Column with the adjusted close: open, high, low and close are multiplied by adjusted / close'),
  features: z
    .array(featureSchema)
    .max(200)
    .default([])
    .describe('Inputs of the model. None and no indicators: the price in the form that is forecast'),
  indicators: z
    .array(indicatorSchema)
    .max(100)
    .default([])
    .describe('Technical indicators as further inputs'),
  forecast: z
    .enum(forecastKinds)
    .default('logReturn')
    .describe(
      'What the model learns: logReturn (default), price (raw level, with a warning), windowRelative (ln of price over the last price of the window)',
    ),
  scaler: z
    .enum(scalerKinds)
    .default('standard')
    .describe(
      "Fitted on each fold's train rows only: standard (z-score), minMax, robust (median and quartiles), none",
    ),
  delimiter: z
    .enum([',', ';', '\t', '|'])
    .optional()
    .describe('CSV delimiter; found by itself when left out'),
  decimal: z.enum(['.', ',']).optional().describe('Decimal mark; found by itself when left out'),
  dateFormat: z
    .enum(['iso', 'us', 'european', 'compact', 'epochSeconds', 'epochMilliseconds'])
    .optional()
    .describe(
      'Order of day and month where the file leaves it open: us = 12/31/2020, european = 31/12/2020, compact = 20201231',
    ),
});

export type FeatureSpec = z.output<typeof featureSchema>;
export type IndicatorSpec = z.output<typeof indicatorSchema>;
export type DataSpec = z.output<typeof dataSchema>;
export type ForecastKind = (typeof forecastKinds)[number];
export type ScalerKind = (typeof scalerKinds)[number];
