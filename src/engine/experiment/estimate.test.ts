import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { aboutText } from '../cli/output.ts';
import { estimateStudy } from './estimate.ts';
import { flopsOf } from './foldRun.ts';
import { readStudy, type StudyOnData } from './readStudy.ts';
import { neutralParams } from '../../model/neutralParams.ts';

async function studyOf(hyperparameters: object, search: object): Promise<StudyOnData> {
  const file = fileURLToPath(
    new URL('../../../node_modules/vega-datasets/data/sp500-2000.csv', import.meta.url),
  );
  const text = JSON.stringify({
    lstmStudy: 1,
    data: { file, price: 'adjclose' },
    hyperparameters,
    search: { sampler: 'random', pruner: 'none', confirm: { top: 0, seeds: 2 }, ...search },
  });
  const { ready, issues } = await readStudy(text, file);
  if (!ready) throw new Error(JSON.stringify(issues));
  return ready;
}

const quick = { trials: 10, workers: 1, flopsPerMs: 60e6 };

test('an estimate grows with trials and shrinks with workers and speed', async () => {
  const { study, data } = await studyOf({ units: { int: [8, 64] }, lookback: 20, epochs: 5 }, {});
  const { ms } = estimateStudy(study, data, quick);
  expect(estimateStudy(study, data, { ...quick, trials: 20 }).ms).toBeCloseTo(2 * ms, 6);
  expect(estimateStudy(study, data, { ...quick, workers: 2 }).ms).toBeCloseTo(ms / 2, 6);
  const slow = estimateStudy(study, data, { ...quick, flopsPerMs: 6e6 }).ms;
  expect(slow / ms).toBeGreaterThan(5);
});

test('small nets are slower an operation: what four and 128 units need lies within the measured rates', () => {
  const sizes = { features: 5, trainWindows: 128, validationWindows: 0 };
  const products = (units: number): number => 3 * 128 * 2 * 4 * units * (5 + units) * neutralParams.lookback;
  const counted = (units: number): number => flopsOf({ ...neutralParams, units, epochs: 1 }, sizes);
  // Measured: 82 GFLOPS at 128 units, 23 at 8, of the products alone.
  const slowdown = counted(8) / products(8) / (counted(128) / products(128));
  expect(slowdown).toBeGreaterThan(2);
  expect(slowdown).toBeLessThan(5);
});

test('a tiny study takes more than nothing, and the shell does not say 0 s', async () => {
  const { study, data } = await studyOf({ units: 2, lookback: 5, epochs: 1 }, { trials: 1 });
  const { ms } = estimateStudy(study, data, { ...quick, trials: 1 });
  expect(ms).toBeGreaterThan(0);
  expect(aboutText(ms)).toBe('under a second');
  expect(aboutText(90_000)).toBe('about 1 min 30 s');
});
