import { z } from 'zod';

/** `split` of the study file: the sealed test range and the validation folds before it. */

/** A part of a whole, between two limits. */
export const share = (low: number, high: number) => z.number().min(low).max(high);

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
export const splitSchema = z.strictObject({
  test: testSchema
    .default({ share: 0.15 })
    .describe('The sealed range: only `test` opens it, and every look is counted'),
  validation: z
    .discriminatedUnion('kind', [walkForwardSchema, holdoutSchema])
    .default({ kind: 'walkForward', window: 'expanding', folds: 4, size: 0.1, gap: 0 }),
});

export type SplitSpec = z.output<typeof splitSchema>;
