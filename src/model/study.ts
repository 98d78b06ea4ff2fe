import { z } from 'zod';
import { dataSchema } from './dataSpec.ts';
import { hyperparametersSchema } from './hyperparametersSpec.ts';
import { objectives } from './metrics.ts';
import { searchSchema } from './searchSpec.ts';
import { share, splitSchema } from './splitSpec.ts';

/**
 * The study file (`*.lstm.json`): one source for the parser, the JSON Schema and docs/study-file.md.
 * Objects are strict: a misspelt key is an error. What is left out gets the default written here and in the four `*Spec.ts` files.
 */

// z.config({ jitless: true }) is set by the webview only (its CSP forbids eval).

export const trainerKinds = ['auto', 'wasm', 'tensorflow'] as const;

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
