import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readStudy, type ReadStudy } from '../../src/engine/experiment/readStudy.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lstm-study-sizes-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const day = (i: number): string => new Date(Date.UTC(2010, 0, 4) + i * 86_400_000).toISOString().slice(0, 10);

/** Reads a study of the price file with this text. */
async function readPrices(csv: string): Promise<ReadStudy> {
  await writeFile(join(folder, 'prices.csv'), csv);
  const study = { lstmStudy: 1, data: { file: 'prices.csv', price: 'close' } };
  return readStudy(JSON.stringify(study), join(folder, 'sizes.lstm.json'));
}

const errorsOf = (read: ReadStudy): string[] =>
  read.issues.filter((issue) => issue.severity === 'error').map((issue) => `${issue.code}: ${issue.message}`);

test('200 columns are read, and the one that is asked for is used', async () => {
  const others = Array.from({ length: 198 }, (_, c) => `c${c}`);
  const lines = Array.from(
    { length: 900 },
    (_, i) => `${day(i)},${(100 + Math.sin(i)).toFixed(4)},${others.map((_, c) => i * 200 + c).join(',')}`,
  );
  const read = await readPrices(`date,close,${others.join(',')}\n${lines.join('\n')}\n`);
  expect(errorsOf(read)).toEqual([]);
  expect(read.ready).not.toBeNull();
  expect(read.report?.columns).toHaveLength(200);
});

test.each([0, 1, 2, 10])('%i rows are refused with a sentence that says how many there are', async (rows) => {
  const lines = Array.from({ length: rows }, (_, i) => `${day(i)},${100 + i}`);
  const read = await readPrices(['date,close', ...lines, ''].join('\n'));
  expect(read.ready).toBeNull();
  expect(errorsOf(read).length).toBeGreaterThan(0);
});

test.each(['1.7976931348623157e308', '5e-324', '1e309', '-1e309', '0', '-0', '1e308'])(
  'a price of %s leaves only finite numbers, or is named',
  async (extreme) => {
    const lines = Array.from(
      { length: 900 },
      (_, i) => `${day(i)},${i === 450 ? extreme : (100 + Math.sin(i)).toFixed(4)}`,
    );
    const read = await readPrices(`date,close\n${lines.join('\n')}\n`);
    if (read.ready) {
      const { prices, inputs } = read.ready.data.series;
      for (const value of prices) expect(Number.isFinite(value)).toBe(true);
      expect(inputs.length).toBeGreaterThan(0);
    } else expect(errorsOf(read).length).toBeGreaterThan(0);
  },
);
