import { z } from 'zod';
import { documentAdapter } from './documentAdapter.ts';
import { decodeNumbers, encodeNumbers } from './numbers.ts';
import { trialDocument } from './place.ts';
import { readDocument } from './readDocument.ts';

/** predictions/00042.json: forecasts of the validation blocks; which rows they are of stands in the fold plans of experiment.json. */
const predictionsSchema = z.strictObject({
  format: z.literal(1),
  number: z.int().min(0),
  horizon: z.int().min(1),
  folds: z.array(z.strictObject({ fold: z.int().min(0), origins: z.int().min(0), values: z.string() })),
});

export interface FoldPredictions {
  readonly fold: number;
  /** (origins, horizon), prices. */
  readonly values: Float32Array;
}

export interface TrialPredictions {
  readonly number: number;
  readonly horizon: number;
  readonly folds: readonly FoldPredictions[];
}

/** Null where none were kept, or the document is damaged. */
export async function readPredictions(folder: string, number: number): Promise<TrialPredictions | null> {
  const read = await readDocument(trialDocument(folder, 'predictions', number), predictionsSchema);
  if (read.kind !== 'read') return null;
  const { horizon } = read.value;
  const folds: FoldPredictions[] = [];
  for (const { fold, origins, values } of read.value.folds) {
    const numbers = decodeNumbers(values, Float32Array, origins * horizon);
    if (!numbers) return null;
    folds.push({ fold, values: numbers });
  }
  return { number, horizon, folds };
}

export async function writePredictions(
  folder: string,
  { number, horizon, folds }: TrialPredictions,
  guard: () => void,
): Promise<void> {
  await documentAdapter({
    file: trialDocument(folder, 'predictions', number),
    schema: predictionsSchema,
    guard,
  }).write({
    format: 1,
    number,
    horizon,
    folds: folds.map(({ fold, values }) => ({
      fold,
      origins: values.length / horizon,
      values: encodeNumbers(values),
    })),
  });
}
