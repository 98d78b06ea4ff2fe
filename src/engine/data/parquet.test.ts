import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { studySchema } from '../../model/study.ts';
import { dateText } from './dataTable.ts';
import { readDataFile } from './readDataFile.ts';

// Written by pyarrow 26.0.1: 60 days from 2020-01-01, timestamps in nanoseconds, one missing close, a text column.
const fixtures = new URL('../../../test/fixtures/parquet/', import.meta.url).pathname;
const spec = studySchema.parse({ lstmStudy: 1, data: { file: 'x.parquet' } }).data;

test.each(['prices-snappy.parquet', 'prices-zstd.parquet'])('%s', async (name) => {
  const { table, report, issues } = await readDataFile(join(fixtures, name), spec);
  expect(issues.map((i) => i.code)).toEqual(['missingCells']);
  expect(report?.price?.column).toBe('Close');
  expect(report?.missingRows).toBe(1);
  expect(table?.rows).toBe(60);
  expect(dateText(table?.times[59] ?? 0)).toBe('2020-02-29');
  expect(table?.numbers.get('Close')?.[8]).toBe(100 + Math.sin(8));
  expect(table?.numbers.get('Close')?.[7]).toBeNaN();
  expect(table?.numbers.get('Volume')?.[59]).toBe(59_000);
});

test('a filter leaves no row, an unknown column is named', async () => {
  const path = join(fixtures, 'prices-snappy.parquet');
  const none = await readDataFile(path, { ...spec, where: { Ticker: 'OTHER' } });
  expect(none.issues.map((i) => i.code)).toEqual(['whereNoRows']);
  const wrong = await readDataFile(path, { ...spec, where: { Tikcer: 'ACME' } });
  expect(wrong.issues[0]).toMatchObject({ code: 'unknownColumn', fix: { rename: 'Ticker' } });
});

test('a file that is no Parquet is an issue', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lstm-parquet-'));
  const path = join(folder, 'broken.parquet');
  await writeFile(path, 'date,close\n2020-01-02,1\n');
  const file = await readDataFile(path, spec);
  expect(file.issues.map((i) => i.code)).toEqual(['dataUnreadable']);
  await rm(folder, { recursive: true });
});
