import { join } from 'node:path';
import { z } from 'zod';
import { testLookSchema } from '../../model/experiment.ts';
import type { PredictionSet, TestResult } from '../../protocol/results.ts';
import { decodeNumbers, encodeNumbers } from './numbers.ts';
import { finalFolder } from './place.ts';
import { readDocument, unfitting, type Damage } from './readDocument.ts';

const finite = z.number();
const pair = z.tuple([finite, finite]);
const statistic = z.strictObject({ statistic: finite, p: finite }).nullable();

/** final/NNNNN/result.json: what the opened range said of one trial. Long columns are base64 of little-endian doubles. */
const resultSchema = z.looseObject({
  format: z.literal(1),
  trial: z.int().min(0),
  looks: z.int().min(1),
  verdict: testLookSchema.shape.verdict,
  sentence: z.string(),
  u2: finite,
  u2Interval: pair,
  seeds: z.array(z.strictObject({ seed: z.int(), u2: finite })),
  seedInterval: pair.nullable(),
  relMae: finite,
  dieboldMariano: statistic,
  clarkWest: statistic,
  direction: z.looseObject({ share: finite, alwaysUp: finite, interval: pair }),
  metrics: z.record(z.string(), finite),
  baselines: z.record(z.string(), z.record(z.string(), finite)),
  predictions: z.strictObject({
    dates: z.array(z.string()),
    last: z.string(),
    actual: z.string(),
    forecast: z.string(),
  }),
  horizon: z.int().min(1),
  cumulative: z.array(finite),
  byQuarter: z.array(z.strictObject({ quarter: z.string(), u2: finite, rows: z.int() })),
  byStep: z.array(z.strictObject({ step: z.int(), u2: finite })),
  byWeekday: z.array(z.strictObject({ weekday: z.int(), bias: finite, rmse: finite, rows: z.int() })),
  lagTest: z.looseObject({ shift: z.int(), correlation: z.array(finite), copies: z.boolean() }),
  suspicious: z.strictObject({ fired: z.boolean(), reason: z.string(), checks: z.array(z.string()) }),
  testedAt: z.string(),
});

export const testResultName = 'result.json';

/** The text of result.json. The folder is left out: it is where the document lies. */
export function testResultText({ folder: _folder, predictions, ...result }: TestResult): string {
  const document = {
    format: 1,
    ...result,
    predictions: {
      dates: predictions.dates,
      last: encodeNumbers(predictions.last),
      actual: encodeNumbers(predictions.actual),
      forecast: encodeNumbers(predictions.forecast),
    },
  };
  return `${JSON.stringify(resultSchema.parse(document))}\n`;
}

/** The stored result of a trial; null when it was not tested. */
export async function readTestResult(
  folder: string,
  number: number,
): Promise<{ readonly result: TestResult | null; readonly damage: Damage | null }> {
  const place = finalFolder(folder, number);
  const file = join(place, testResultName);
  const read = await readDocument(file, resultSchema);
  if (read.kind === 'absent') return { result: null, damage: null };
  if (read.kind === 'damaged') return { result: null, damage: read.damage };
  const { format: _format, predictions, ...rest } = read.value;
  const decoded = decodePredictions(predictions, rest.horizon);
  if (!decoded) return { result: null, damage: unfitting(file) };
  return { result: { ...rest, predictions: decoded, folder: place }, damage: null };
}

function decodePredictions(
  { dates, last, actual, forecast }: { dates: string[]; last: string; actual: string; forecast: string },
  horizon: number,
): PredictionSet | null {
  const n = dates.length;
  const decoded = {
    last: decodeNumbers(last, Float64Array, n),
    actual: decodeNumbers(actual, Float64Array, n * horizon),
    forecast: decodeNumbers(forecast, Float64Array, n * horizon),
  };
  if (!decoded.last || !decoded.actual || !decoded.forecast) return null;
  return { dates, last: decoded.last, actual: decoded.actual, forecast: decoded.forecast };
}
