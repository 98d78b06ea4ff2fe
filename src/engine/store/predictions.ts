import { z } from 'zod';
import type { Experiment } from '../../model/experiment.ts';
import { documentAdapter } from './documentAdapter.ts';
import { decodeNumbers, encodeNumbers } from './numbers.ts';
import { trialDocument } from './place.ts';
import { readDocument, unfitting, type ReadResult } from './readDocument.ts';

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

/** Absent where none were kept; damaged where they are not those of this experiment's folds. */
export async function readPredictions(
  folder: string,
  number: number,
  { folds: plans, study }: Pick<Experiment, 'folds' | 'study'>,
): Promise<ReadResult<TrialPredictions>> {
  const file = trialDocument(folder, 'predictions', number);
  const read = await readDocument(file, predictionsSchema);
  if (read.kind !== 'read') return read;
  const { horizon } = read.value;
  if (horizon !== study.horizon) return { kind: 'damaged', damage: unfitting(file) };
  const folds: FoldPredictions[] = [];
  for (const { fold, origins, values } of read.value.folds) {
    const [first, last] = plans.at(fold)?.validationOrigins ?? [0, Infinity];
    const numbers = decodeNumbers(values, Float32Array, origins * horizon);
    if (origins !== last - first + 1 || !numbers?.every(Number.isFinite))
      return { kind: 'damaged', damage: unfitting(file) };
    folds.push({ fold, values: numbers });
  }
  return { kind: 'read', value: { number, horizon, folds } };
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
