import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readDataFile, type DataFile } from '../../src/engine/data/readDataFile.ts';
import { studySchema, type Study, type StudyInput } from '../../src/model/study.ts';

const top = resolve(import.meta.dirname, '../..');
const cache = join(process.env['LSTM_STUDY_CACHE'] ?? join(top, '.cache'), 'data');

/** Path of real prices: `vega` comes with npm, the others from scripts/fetch-test-data.mjs (npm test runs it). */
export function pricesPath(name: string): string {
  if (name === 'vega') return join(top, 'node_modules/vega-datasets/data/sp500-2000.csv');
  const path = join(cache, name);
  if (!existsSync(path)) {
    throw new Error(
      `Test prices ${name} are missing in ${cache}: run "node scripts/fetch-test-data.mjs" (python3 with pip).`,
    );
  }
  if (!name.endsWith('.gz')) return path;
  const plain = join(mkdtempSync(join(tmpdir(), 'lstm-prices-')), name.slice(0, -3));
  writeFileSync(plain, gunzipSync(readFileSync(path)));
  return plain;
}

export function studyOf(
  input: Partial<Omit<StudyInput, 'data'>> & { readonly data?: Partial<StudyInput['data']> } = {},
): Study {
  return studySchema.parse({ lstmStudy: 1, ...input, data: { file: 'prices.csv', ...input.data } });
}

export function readPrices(name: string, data: Partial<StudyInput['data']> = {}): Promise<DataFile> {
  return readDataFile(pricesPath(name), studyOf({ data }).data);
}
