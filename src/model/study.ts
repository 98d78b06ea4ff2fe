import { z } from 'zod';
import { hyperparameterSpecs, losses, optimizers } from './hyperparameters.ts';
import { objectives } from './metrics.ts';

/**
 * The study file (`*.lstm.json`): one source for the parser, the JSON Schema and docs/study-file.md.
 * Objects are strict: a misspelt key is an error. What is left out gets the default written here.
 */

// z.config({ jitless: true }) is set by the webview only (its CSP forbids eval).

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
export const samplerKinds = ['auto', 'grid', 'random', 'tpe', 'gp', 'qmc', 'cmaes'] as const;
export const prunerKinds = ['median', 'percentile', 'asha', 'hyperband', 'wilcoxon', 'none'] as const;
export const trainerKinds = ['auto', 'wasm', 'tensorflow'] as const;

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

const dataSchema = z.strictObject({
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

const share = (low: number, high: number) => z.number().min(low).max(high);
const testSchema = z.union([
  z.strictObject({ share: share(0.01, 0.9).describe('Share of the rows, taken from the end') }),
  z.strictObject({
    from: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/)
      .describe('First date of the test range, YYYY-MM-DD'),
  }),
]);
const walkForwardSchema = z.strictObject({
  kind: z
    .literal('walkForward')
    .describe('Folds in time order: train on the past, validate on the block that follows'),
  window: z
    .enum(['expanding', 'sliding'])
    .default('expanding')
    .describe('expanding: train from the first row; sliding: train length stays that of the first fold'),
  folds: z.int().min(1).max(50).default(4).describe('Validation blocks'),
  size: share(0.005, 0.5).default(0.1).describe('Share of the search rows in each validation block'),
  gap: z
    .int()
    .min(0)
    .max(10000)
    .default(0)
    .describe('Rows thrown away between train targets and validation; for features published late'),
});
const holdoutSchema = z.strictObject({
  kind: z.literal('holdout').describe('One train block, one validation block'),
  share: share(0.01, 0.9).default(0.2).describe('Share of the search rows, taken from their end'),
  gap: z.int().min(0).max(10000).default(0).describe('Rows thrown away between train targets and validation'),
});
const splitSchema = z.strictObject({
  test: testSchema
    .default({ share: 0.15 })
    .describe('The sealed range: only `test` opens it, and every look is counted'),
  validation: z
    .discriminatedUnion('kind', [walkForwardSchema, holdoutSchema])
    .default({ kind: 'walkForward', window: 'expanding', folds: 4, size: 0.1, gap: 0 }),
});

const describeNumeric = (
  name: keyof typeof hyperparameterSpecs,
  kinds: string,
  low: number,
  high: number,
) => {
  const spec = hyperparameterSpecs[name];
  return `${spec.text}. A constant, ${kinds}, between ${low} and ${high}. Usual values: ${spec.usual.join(', ')}`;
};
const log = z.boolean().optional().describe('Search on a logarithmic scale');
const choicesOf = <T extends z.ZodType>(value: T) =>
  z.strictObject({
    choices: z.array(value).min(1).max(1_000_000).describe('Values that are tried'),
    ordered: z.boolean().optional().describe('The choices have an order that the sampler may use'),
  });
const intDistribution = (value: z.ZodInt) =>
  z.strictObject({
    int: z.tuple([value, value]).describe('[low, high], both included'),
    step: z.int().positive().optional().describe('Distance of the values that are tried; default 1'),
    log,
  });
const floatDistribution = (value: z.ZodNumber) =>
  z.strictObject({
    float: z.tuple([value, value]).describe('[low, high], both included'),
    step: z.number().positive().optional().describe('Distance of the values that are tried; none: any value'),
    log,
  });
const wholeNumber = (name: keyof typeof hyperparameterSpecs, low: number, high: number) => {
  const value = z.int().min(low).max(high);
  return z
    .union([value, choicesOf(value), intDistribution(value)])
    .describe(describeNumeric(name, '{ "choices": [...] } or { "int": [low, high], "step" }', low, high));
};
const realNumber = (name: keyof typeof hyperparameterSpecs, low: number, high: number) => {
  const value = z.number().min(low).max(high);
  return z
    .union([value, choicesOf(value), floatDistribution(value)])
    .describe(
      describeNumeric(name, '{ "choices": [...] } or { "float": [low, high], "step", "log" }', low, high),
    );
};
const categorical = <const T extends readonly [string, ...string[]]>(text: string, values: T) =>
  z
    .union([
      z.enum(values),
      z.strictObject({ choices: z.array(z.enum(values)).min(1), ordered: z.boolean().optional() }),
    ])
    .describe(`${text}. A constant or { "choices": [...] }: ${values.join(', ')}`);

/** Space of a new study: the values people usually try. */
export const usualSpace = {
  units: { choices: [50, 100, 150], ordered: true },
  layers: { int: [1, 3] as [number, number] },
  dropout: { float: [0.2, 0.5] as [number, number], step: 0.1 },
  learningRate: { float: [0.001, 0.1] as [number, number], log: true },
  batchSize: { choices: [32, 64, 128], ordered: true },
  epochs: { int: [10, 30] as [number, number], step: 10 },
  optimizer: { choices: ['adam', 'rmsprop', 'sgd'] as ('adam' | 'rmsprop' | 'sgd')[] },
};

export const hyperparametersSchema = z.strictObject({
  lookback: wholeNumber('lookback', 1, 2000).default(60),
  units: wholeNumber('units', 1, 512).default(usualSpace.units),
  layers: wholeNumber('layers', 1, 8).default(usualSpace.layers),
  dropout: realNumber('dropout', 0, 0.9).default(usualSpace.dropout),
  recurrentDropout: realNumber('recurrentDropout', 0, 0.9).default(0),
  learningRate: realNumber('learningRate', 1e-7, 10).default(usualSpace.learningRate),
  batchSize: wholeNumber('batchSize', 1, 4096).default(usualSpace.batchSize),
  epochs: wholeNumber('epochs', 1, 10000).default(usualSpace.epochs),
  optimizer: categorical('Optimizer, in the form of Keras 3', optimizers).default(usualSpace.optimizer),
  momentum: realNumber('momentum', 0, 0.999).default(0),
  weightDecay: realNumber('weightDecay', 0, 1).default(0),
  clipNorm: realNumber('clipNorm', 0, 1e6).default(0),
  loss: categorical('What training minimises, on scaled targets', losses).default('mse'),
});

const samplerSchema = z.union([
  z.enum(samplerKinds),
  z.strictObject({
    kind: z.literal('tpe'),
    startupTrials: z.int().min(1).max(1000).default(10).describe('Random trials before the model is used'),
    multivariate: z
      .boolean()
      .default(true)
      .describe('One joint model (Optuna 5) or one a parameter (Optuna 4)'),
    candidates: z.int().min(1).max(1000).default(24).describe('Candidates drawn for each suggestion'),
  }),
  z.strictObject({
    kind: z.literal('gp'),
    startupTrials: z.int().min(1).max(1000).default(10).describe('Random trials before the model is used'),
  }),
]);

const startupTrials = z
  .int()
  .min(1)
  .max(1000)
  .default(5)
  .describe('Complete trials before anything is pruned');
const warmupEpochs = z
  .int()
  .min(0)
  .max(10000)
  .optional()
  .describe('Epochs of each trial that are never pruned; default max(3, 15 % of its epochs)');
const prunerSchema = z.union([
  z.enum(prunerKinds),
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('median'), startupTrials, warmupEpochs }),
    z.strictObject({
      kind: z.literal('percentile'),
      percentile: z.number().gt(0).lt(100).default(25).describe('Best share that goes on, in percent'),
      startupTrials,
      warmupEpochs,
    }),
    z.strictObject({
      kind: z.literal('asha'),
      minResource: z.int().min(1).default(3).describe('Epochs before the first rung'),
      reductionFactor: z.int().min(2).max(100).default(4).describe('One in this many goes on at each rung'),
      minEarlyStoppingRate: z.int().min(0).max(20).default(0),
    }),
    z.strictObject({
      kind: z.literal('hyperband'),
      minResource: z.int().min(1).default(3),
      reductionFactor: z.int().min(2).max(100).default(3),
    }),
    z.strictObject({
      kind: z.literal('wilcoxon'),
      pValue: z.number().gt(0).lt(1).default(0.1).describe('One-sided, paired by fold with the leader'),
      startupFolds: z.int().min(1).default(2),
    }),
    z.strictObject({ kind: z.literal('none') }),
  ]),
]);

const conditionValue = z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()])).min(1)]);
const searchSchema = z.strictObject({
  sampler: samplerSchema
    .default('auto')
    .describe('How the next trial is chosen: auto, grid, random, tpe or gp (Bayesian), qmc, cmaes'),
  trials: z
    .int()
    .min(1)
    .max(100_000)
    .default(40)
    .describe('Budget; a grid runs all its combinations or this many, whichever is fewer'),
  timeLimit: z
    .string()
    .regex(/^\d+(\.\d+)?\s*(s|m|h|d)$/)
    .nullable()
    .default(null)
    .describe('No new trial is started after this time: "30m", "2h"'),
  seed: z.int().min(0).max(4294967295).default(1).describe('Everything random follows from it'),
  lag: z
    .int()
    .min(1)
    .max(1000)
    .default(8)
    .describe('A trial sees those that are at least this far before it, however many run at once'),
  pruner: prunerSchema.default('median').describe('Stops hopeless trials early'),
  confirm: z
    .strictObject({
      top: z.int().min(0).max(100).default(5).describe('Trials that are run again; 0: none'),
      seeds: z.int().min(2).max(100).default(5).describe('Fresh seeds for each'),
    })
    .default({ top: 5, seeds: 5 })
    .describe('The best trials are run again on fresh seeds before one is called winner'),
  points: z
    .array(z.record(z.string(), z.union([z.string(), z.number()])))
    .max(10_000)
    .default([])
    .describe('Your own configurations, tried first'),
  when: z
    .record(z.string(), z.record(z.string(), conditionValue))
    .default({})
    .describe(
      'A hyperparameter that is searched only where another has a value: { "momentum": { "optimizer": "sgd" } }',
    ),
  constraints: z
    .array(z.string().min(1).max(1000))
    .max(100)
    .default([])
    .describe('Expressions that must hold: "units * layers <= 300"'),
  patience: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('Stop when this many trials brought no improvement beyond noise'),
  keepPredictions: z
    .enum(['auto', 'all', 'top', 'none'])
    .default('auto')
    .describe('Validation predictions kept: auto = all up to 1,000 trials, else the top ones'),
});

export const studySchema = z.strictObject({
  lstmStudy: z.literal(1).describe('Format version'),
  $schema: z.string().optional(),
  name: z.string().max(200).optional().describe('Shown in lists; default: the name of the file'),
  notes: z.string().max(10_000).optional(),
  data: dataSchema.describe('Prices and what is made of them'),
  horizon: z.int().min(1).max(250).default(1).describe('Steps forecast at once (direct)'),
  split: splitSchema
    .default({
      test: { share: 0.15 },
      validation: { kind: 'walkForward', window: 'expanding', folds: 4, size: 0.1, gap: 0 },
    })
    .describe('Time order only; the test range is cut off first'),
  hyperparameters: hyperparametersSchema
    .prefault({})
    .describe('A constant or a distribution each; what is left out gets the usual values'),
  objective: z
    .enum(objectives)
    .default('u2')
    .describe(
      'What the search minimises, mean over folds, in price units. u2 = RMSE over that of persistence; below 1 is better than repeating the last price',
    ),
  search: searchSchema.prefault({}),
  earlyStopping: z
    .strictObject({
      patience: z.int().min(1).max(1000).default(5).describe('Epochs without improvement'),
      minDelta: z.number().min(0).default(0),
      share: share(0.02, 0.5)
        .default(0.1)
        .describe('Tail of the train range that is watched; never validation'),
    })
    .nullable()
    .default(null)
    .describe('Off by default: epochs is searched instead'),
  trainer: z
    .enum(trainerKinds)
    .default('auto')
    .describe(
      'auto: the faster of those present; wasm: the embedded trainer; tensorflow: tfjs-node, installed on demand',
    ),
});

/** Study file as written: defaults may be missing. */
export type StudyInput = z.input<typeof studySchema>;
/** Validated content with all defaults filled. Immutable. */
export type Study = Readonly<z.output<typeof studySchema>>;
export type FeatureSpec = z.output<typeof featureSchema>;
export type IndicatorSpec = z.output<typeof indicatorSchema>;
export type DataSpec = z.output<typeof dataSchema>;
export type SplitSpec = z.output<typeof splitSchema>;
export type SearchSpec = z.output<typeof searchSchema>;
export type ForecastKind = (typeof forecastKinds)[number];
export type ScalerKind = (typeof scalerKinds)[number];
export type SamplerKind = (typeof samplerKinds)[number];
export type SamplerSpec = z.output<typeof samplerSchema>;
export type PrunerKind = (typeof prunerKinds)[number];
export type PrunerSpec = z.output<typeof prunerSchema>;
