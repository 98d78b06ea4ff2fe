import { z } from 'zod';
import { baselineIds, metricIds } from './metrics.ts';
import { studySchema } from './study.ts';
import { foldRecordSchema, trialErrorSchema } from './trial.ts';

const finite = z.number();
const metricsSchema = z.strictObject(
  Object.fromEntries(metricIds.map((id) => [id, finite])) as Record<
    (typeof metricIds)[number],
    typeof finite
  >, // one key an id
);
/** Half-open range of rows [from, to) with the dates of its first and last row. */
const rangeSchema = z.strictObject({
  from: z.int(),
  to: z.int(),
  firstDate: z.string(),
  lastDate: z.string(),
});
export type RowRange = Readonly<z.infer<typeof rangeSchema>>;

/** The fitted Scaler of one fold: x -> (x - center) / scale, per input column, and for the target. */
export const scalerStateSchema = z.strictObject({
  kind: z.enum(['standard', 'minMax', 'robust', 'none']),
  columns: z.array(z.string()),
  center: z.array(finite),
  scale: z.array(finite),
  target: z.strictObject({ center: finite, scale: finite }),
});
export type ScalerState = Readonly<z.infer<typeof scalerStateSchema>>;

export const foldPlanSchema = z.strictObject({
  fold: z.int(),
  train: rangeSchema,
  validation: rangeSchema,
  /** First and last validation origin (both included): the same for every trial. */
  validationOrigins: z.tuple([z.int(), z.int()]),
  scaler: scalerStateSchema,
});
export type FoldPlan = Readonly<z.infer<typeof foldPlanSchema>>;

export const baselineResultSchema = z.strictObject({
  id: z.enum(baselineIds),
  lookback: z.int().optional().describe('nlinear only'),
  folds: z.array(metricsSchema),
  mean: metricsSchema,
});
export type BaselineResult = Readonly<z.infer<typeof baselineResultSchema>>;

export const variantSchema = z.strictObject({
  trainer: z.enum(['wasm', 'tensorflow']),
  build: z.string(),
  digest: z.string(),
});

/** One opening of the sealed range. */
export const testLookSchema = z.strictObject({
  at: z.string(),
  trial: z.int(),
  seeds: z.int(),
  /** Where the full result lies: final/NNNNN/result.json. */
  u2: finite,
  verdict: z.enum(['better', 'notDistinguishable', 'worse']),
});
export type TestLook = Readonly<z.infer<typeof testLookSchema>>;

export const amendmentSchema = z.strictObject({
  fromTrial: z.int(),
  at: z.string(),
  trials: z.int().optional(),
  timeLimit: z.string().nullable().optional(),
  patience: z.int().nullable().optional(),
  sampler: z.unknown().optional(),
  pruner: z.unknown().optional(),
  hyperparameters: z.unknown().optional(),
  when: z.unknown().optional(),
  constraints: z.unknown().optional(),
  seed: z.int().optional(),
  lag: z.int().optional(),
});

const experimentFields = z.strictObject({
  format: z.literal(1),
  id: z.string().regex(/^[a-z0-9-]{1,120}$/),
  name: z.string(),
  /** Name of the study file, beside the store. */
  studyFile: z.string(),
  study: studySchema,
  studyHash: z.string(),
  dataHash: z.string(),
  createdAt: z.string(),
  state: z.enum(['ready', 'running', 'finished']),
  endedBecause: z.enum(['trials', 'grid', 'timeLimit', 'patience', 'stopped', 'spaceExhausted']).optional(),
  resolved: z.strictObject({
    price: z.string(),
    date: z.string(),
    inputs: z.array(z.string()),
    sampler: z.strictObject({ kind: z.string(), reason: z.string() }),
    trainer: z.strictObject({ kind: z.enum(['wasm', 'tensorflow']), reason: z.string() }),
    variant: variantSchema,
    trials: z.int(),
  }),
  amendments: z.array(amendmentSchema),
  environment: z.record(z.string(), z.unknown()),
  rows: z.strictObject({ count: z.int(), firstDate: z.string(), lastDate: z.string() }),
  test: rangeSchema,
  folds: z.array(foldPlanSchema),
  baselines: z.array(baselineResultSchema),
  looks: z.array(testLookSchema),
  leader: z.int().nullable(),
  winner: z.int().nullable(),
  /** Earlier experiment of the same study on fewer rows. */
  olderData: z.string().optional(),
});

export const experimentSchema = experimentFields.refine(hasPossibleFolds, {
  path: ['folds'],
  error: 'ranges of rows that the data does not have',
});
export type Experiment = Readonly<z.infer<typeof experimentSchema>>;

/** Workers make tensors of these ranges: they lie in the data, and each scaler has a number for each of its columns. */
function hasPossibleFolds({ rows, test, folds }: z.infer<typeof experimentFields>): boolean {
  const isRange = ({ from, to }: RowRange): boolean => 0 <= from && from <= to && to <= rows.count;
  return (
    isRange(test) &&
    folds.every(({ train, validation, validationOrigins: [first, last], scaler }) => {
      const { columns, center, scale } = scaler;
      return (
        isRange(train) &&
        isRange(validation) &&
        0 <= first &&
        first <= last &&
        last < rows.count &&
        center.length === columns.length &&
        scale.length === columns.length
      );
    })
  );
}

/** Fresh-seed re-runs of one trial (search value excluded). */
export const confirmationSchema = z.strictObject({
  format: z.literal(1),
  number: z.int(),
  runs: z.array(
    z.strictObject({
      repeat: z.int(),
      seed: z.int(),
      folds: z.array(foldRecordSchema),
      value: finite.nullable(),
      error: trialErrorSchema.optional(),
    }),
  ),
});
export type Confirmation = Readonly<z.infer<typeof confirmationSchema>>;

/** What users add to an experiment; any engine may write it, under its own short lock. */
export const annotationsSchema = z.strictObject({
  format: z.literal(1),
  name: z.string().optional(),
  note: z.string().optional(),
  star: z.boolean().optional(),
  archived: z.boolean().optional(),
  tags: z.array(z.string()).optional(),
  trials: z.record(
    z.string(),
    z.strictObject({
      star: z.boolean().optional(),
      note: z.string().optional(),
      tags: z.array(z.string()).optional(),
    }),
  ),
});
export type Annotations = Readonly<z.infer<typeof annotationsSchema>>;

/** The last three are of an experiment whose own document cannot be used: damaged, of a newer version, or not readable just now. */
export type ExperimentState =
  'ready' | 'running' | 'interrupted' | 'finished' | 'damaged' | 'newer' | 'unreadable';

/** Its document cannot be used, so there is nothing to show of it but its `problem`. */
export function isClosed(state: ExperimentState): boolean {
  return state === 'damaged' || state === 'newer' || state === 'unreadable';
}
