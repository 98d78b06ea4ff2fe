import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareStudy } from '../../src/engine/data/prepare.ts';
import { readDataFile } from '../../src/engine/data/readDataFile.ts';
import { suspicionOf } from '../../src/engine/evaluation/suspicious.ts';
import { createRng } from '../../src/engine/rng.ts';
import { pricesPath, readPrices, studyOf } from '../data/testData.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lstm-leak-'));
});
afterAll(() => rm(folder, { recursive: true }));

const study = studyOf();

async function readText(name: string, text: string): ReturnType<typeof readDataFile> {
  const path = join(folder, name);
  await writeFile(path, text);
  return readDataFile(path, study.data);
}

describe('L9 order of rows', () => {
  test('rows in random order give the same series, folds and hash', async () => {
    const lines = (await readFile(pricesPath('vega'), 'utf8')).trimEnd().split('\n');
    const [header, ...rows] = lines;
    const rng = createRng(6);
    for (let i = rows.length - 1; i > 0; i--) {
      const j = rng.int(i + 1);
      [rows[i], rows[j]] = [rows[j], rows[i]];
    }
    const sorted = await readPrices('vega');
    const shuffled = await readText('shuffled.csv', [header, ...rows].join('\n'));
    expect(shuffled.issues.map((i) => i.code)).toContain('sorted');
    const a = prepareStudy(sorted.table!, study).data!;
    const b = prepareStudy(shuffled.table!, study).data!;
    expect(b).toEqual(a);
  });

  test('twin: a table that is not sorted gives other folds', async () => {
    const table = (await readPrices('vega')).table!;
    const swap = (values: Float64Array): Float64Array =>
      values.map((_, t) => values[t % 2 === 0 && t + 1 < values.length ? t + 1 : t - (t % 2)]);
    const unsorted = {
      ...table,
      numbers: new Map([...table.numbers].map(([name, values]) => [name, swap(values)])),
    };
    const sound = prepareStudy(table, study).data!;
    expect(prepareStudy(unsorted, study).data!.folds).not.toEqual(sound.folds);
  });

  test('duplicate dates are refused and their rows named', async () => {
    const text = await readFile(pricesPath('vega'), 'utf8');
    const file = await readText('double.csv', `${text.trimEnd()}\n2010-01-04,1,1,1,1,1,1\n`);
    expect(file.table).toBeNull();
    const issue = file.issues.find((i) => i.code === 'duplicateDates');
    expect(issue?.message).toContain('2010-01-04 in rows 2517, 5107');
  });
});

describe('L10 split days of AAPL', () => {
  const where = { Ticker: 'AAPL' };
  const dates = ['2000-06-21', '2000-09-29', '2005-02-28'];

  test('raw close alone: all three days are asked about', async () => {
    const path = pricesPath('bokeh-stocks.csv.gz');
    const lines = (await readFile(path, 'utf8'))
      .split('\n')
      .map((line) => line.split(',').slice(0, -1).join(','));
    const file = join(folder, 'raw.csv');
    await writeFile(file, lines.join('\n'));
    const { report, issues } = await readDataFile(file, studyOf({ data: { where } }).data);
    expect(report?.price?.column).toBe('Close');
    expect(report?.suspectedSplits.map((s) => s.date)).toEqual(dates);
    expect(report?.suspectedSplits.map((s) => s.ratio.toFixed(3))).toEqual(['0.549', '0.481', '0.504']);
    const issue = issues.find((i) => i.code === 'suspectedSplit');
    expect(issue?.severity).toBe('warning');
    expect(issue?.message).toContain('?');
    for (const date of dates) expect(issue?.message).toContain(date);
  });

  test('beside the adjusted close only the true splits are called so', async () => {
    const { report, issues } = await readPrices('bokeh-stocks.csv.gz', { where });
    expect(report?.rows).toBe(3270);
    expect(report?.price?.column).toBe('Adj Close');
    expect(report?.suspectedSplits.map((s) => s.adjusted)).toEqual([
      'doesNotMove',
      'movesToo',
      'doesNotMove',
    ]);
    const message = issues.find((i) => i.code === 'suspectedSplit')?.message ?? '';
    expect(message).toContain('2000-06-21');
    expect(message).toContain('2005-02-28');
    expect(message).not.toContain('2000-09-29');
  });

  test('broken twin: who looks at the raw ratio alone calls the true fall of 2000-09-29 a split', async () => {
    const { report } = await readPrices('bokeh-stocks.csv.gz', { where });
    const suspected = report?.suspectedSplits ?? [];
    const splits = suspected.filter((s) => s.adjusted === 'doesNotMove').map((s) => s.date);
    const byRatioAlone = suspected.filter((s) => s.ratio < 0.6).map((s) => s.date);
    expect(splits).toEqual(['2000-06-21', '2005-02-28']);
    expect(byRatioAlone).not.toEqual(splits);
  });

  test('MSFT: one split; the special dividend of 2004 is none', async () => {
    const { report } = await readPrices('bokeh-stocks.csv.gz', { where: { Ticker: 'MSFT' } });
    expect(report?.suspectedSplits.map((s) => s.date)).toEqual(['2003-02-18']);
  });
});

test('L13 guard: fires below U2 0.9 and above 60 % of directions, not before', () => {
  expect(suspicionOf({ u2: 0.89, direction: 0.5 }).fired).toBe(true);
  expect(suspicionOf({ u2: 1, direction: 0.61 }).fired).toBe(true);
  expect(suspicionOf({ u2: 0.91, direction: 0.6 }).fired).toBe(false);
});

test('L13 broken twin: a guard on R2 of the price level cannot tell a leak from persistence', () => {
  const y = Array.from({ length: 300 }, (_, t) => 1000 + 40 * Math.sin(t / 9) + 5 * Math.sin(1.7 * t));
  const leaked = y.map((value, t) => value + 0.5 * Math.cos(3.1 * t)); // knows tomorrow up to a little noise
  const actual = y.slice(1);
  const last = y.slice(0, -1);
  const sse = (f: readonly number[]): number => f.reduce((sum, x, t) => sum + (x - actual[t]) ** 2, 0);
  const mean = actual.reduce((sum, x) => sum + x, 0) / actual.length;
  const r2 = (f: readonly number[]): number =>
    1 - sse(f) / actual.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const highR2 = (f: readonly number[]): boolean => r2(f) > 0.9; // what tutorials look at
  const forecast = leaked.slice(1);
  expect([highR2(forecast), highR2(last)]).toEqual([true, true]);
  const u2 = Math.sqrt(sse(forecast) / sse(last));
  expect(suspicionOf({ u2, direction: 0.5 }).fired).toBe(true);
  expect(suspicionOf({ u2: 1, direction: 0.5 }).fired).toBe(false);
});
