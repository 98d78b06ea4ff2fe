import { z } from 'zod';
import { scalerStateSchema, variantSchema } from '../../model/experiment.ts';
import { paramsSchema } from '../../model/hyperparameters.ts';
import { forecastKinds, indicatorKinds, transforms } from '../../model/dataSpec.ts';
import { studySchema } from '../../model/study.ts';

/**
 * model.json of a model bundle (docs/exports.md): everything that is needed to forecast again with the weights that lie
 * beside it. A model without its scaler and window rule is useless, so they are one document.
 */

/** Where one input of the model comes from. Inputs stand in the order of the weights' rows. */
const bundleInputSchema = z.strictObject({
  name: z.string().describe('As in the scaler'),
  source: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('column'), column: z.string(), transform: z.enum(transforms) }),
    z.strictObject({
      kind: z.literal('indicator'),
      indicator: z.enum(indicatorKinds),
      column: z
        .string()
        .describe('Column it is computed on; ATR and OBV find high, low, close and volume by name'),
      period: z.int().min(1),
      fast: z.int().min(1),
      slow: z.int().min(1),
      signal: z.int().min(1),
      deviations: z.number(),
      output: z
        .int()
        .min(0)
        .describe('MACD: 0 line, 1 signal, 2 histogram; Bollinger: 0 %b, 1 width; else 0'),
    }),
  ]),
  relative: z
    .boolean()
    .describe("The window's last value is subtracted from every step of it, after scaling"),
  center: z.number(),
  scale: z.number(),
});
export type BundleInput = Readonly<z.infer<typeof bundleInputSchema>>;

/**
 * How an unscaled output of step h (from 1) becomes a price; P is the last known price of the window:
 * sumLogReturns P x exp(sum of outputs 1..h), logRatio P x exp(output h), price output h itself.
 */
const targetRules = ['sumLogReturns', 'logRatio', 'price'] as const;
export type TargetRule = (typeof targetRules)[number];

const bundleTensorSchema = z.strictObject({
  name: z
    .string()
    .describe('lstm_1/kernel, lstm_1/recurrent_kernel, lstm_1/bias, ..., dense/kernel, dense/bias'),
  shape: z.array(z.int().min(1)).min(1).max(2),
  offset: z.int().min(0).describe('In bytes'),
});

export const modelBundleSchema = z.strictObject({
  format: z.literal(1),
  kind: z.literal('lstm-study-model'),
  name: z.string(),
  shape: z.strictObject({
    features: z.int().min(1),
    units: z.int().min(1),
    layers: z.int().min(1),
    horizon: z.int().min(1),
  }),
  window: z.strictObject({
    lookback: z.int().min(1),
    rule: z.literal('rows t-lookback+1..t, oldest first; step h forecasts row t+h'),
  }),
  inputs: z.array(bundleInputSchema).min(1),
  target: z.strictObject({
    column: z.string(),
    forecast: z.enum(forecastKinds),
    rule: z.enum(targetRules),
    center: z.number(),
    scale: z.number(),
  }),
  scalerKind: scalerStateSchema.shape.kind,
  /** The study's data section with the column choices resolved. */
  data: studySchema.shape.data,
  params: paramsSchema,
  weights: z.strictObject({
    file: z.string().regex(/^[A-Za-z0-9._-]+$/),
    dtype: z.literal('float32'),
    byteOrder: z.literal('little'),
    gates: z.literal('i,f,c,o'),
    sha256: z.string(),
    tensors: z.array(bundleTensorSchema).min(5),
  }),
  provenance: z.strictObject({
    experiment: z.string(),
    trial: z.int(),
    seed: z.int(),
    studyHash: z.string(),
    dataHash: z.string(),
    rows: z.strictObject({ from: z.int(), to: z.int(), firstDate: z.string(), lastDate: z.string() }),
    variant: variantSchema,
    environment: z.record(z.string(), z.unknown()),
  }),
});
export type BundleDocument = Readonly<z.infer<typeof modelBundleSchema>>;
