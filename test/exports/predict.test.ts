import { writeFileSync, mkdtempSync, rmSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readDataFile } from '../../src/engine/data/readDataFile.ts';
import type { DataTable } from '../../src/engine/data/dataTable.ts';
import type { ModelBundle } from '../../src/engine/exporters/modelBundle.ts';
import { predictNext } from '../../src/engine/predict/predictNext.ts';
import { expectClose, expectedPrices, modelCases } from './cases.ts';
import { bundleOf, sp500, sp500Path } from './fixtures.ts';

const scratch = mkdtempSync(join(tmpdir(), 'predict-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function tableOf(bundle: ModelBundle, path: string): Promise<DataTable> {
  const { table } = await readDataFile(path, bundle.document.data);
  return table!;
}

describe('predicting from a bundle and a file', () => {
  it.each(modelCases)('$title: the prices are those computed by hand', async (options) => {
    const bundle = bundleOf(options);
    const forecast = predictNext(bundle, await tableOf(bundle, sp500Path));
    expect(forecast.lastDate).toBe('2020-04-17');
    expect(forecast.lastPrice).toBe(sp500.adjclose.at(-1));
    expect(forecast.steps.map((s) => s.step)).toEqual(bundle.weights.horizon === 1 ? [1] : expect.any(Array));
    const prices = forecast.steps.map((s) => s.price);
    expectClose(prices, expectedPrices(options), 1e-9);
    expect(forecast.steps[0].change).toBeCloseTo(prices[0] / forecast.lastPrice - 1, 12);
  });

  it('a wrong window would be seen: one row less gives another forecast', async () => {
    const bundle = bundleOf(modelCases[0]);
    const path = join(scratch, 'shorter.csv');
    const lines = readFileSync(sp500Path, 'utf8').trim().split('\n');
    writeFileSync(path, lines.slice(0, -1).join('\n'));
    const forecast = predictNext(bundle, await tableOf(bundle, path));
    expect(
      Math.abs(forecast.steps[0].change - (expectedPrices(modelCases[0])[0] / sp500.adjclose.at(-1)! - 1)),
    ).toBeGreaterThan(1e-6);
  });

  it.each([
    ['a column is missing', 'date,adjclose\n2020-01-01,1\n2020-01-02,2\n', 1],
    [
      'there are too few rows',
      `date,adjclose\n${Array.from({ length: 15 }, (_, i) => `2020-01-${String(i + 1).padStart(2, '0')},${100 + i}`).join('\n')}\n`,
      0,
    ],
  ])('refuses when %s', async (_, csv, model) => {
    const bundle = bundleOf(modelCases[model]);
    const path = join(scratch, `refused-${model}.csv`);
    writeFileSync(path, csv);
    const { table } = await readDataFile(path, bundle.document.data);
    if (table === null) return; // refused while reading already
    expect(() => predictNext(bundle, table)).toThrow(expect.objectContaining({ code: 'badInput' }));
  });

  it.each([
    [
      'rows at the end without a price: the forecast is that of an older day, and the note begins with that',
      (line: string, i: number) => (i > 5090 ? line.replace(/^((?:[^,]*,){5})[^,]*/, '$1') : line),
      /^The file goes on to 2020-04-17, but its rows after 2020-03-26 lack a value/,
      '2020-03-26',
    ],
    [
      'a jump by a factor of a hundred inside the window: doubtful',
      (line: string, i: number) =>
        i > 5100
          ? line.replace(
              /^((?:[^,]*,){5})([^,]*)/,
              (_, before: string, x: string) => `${before}${100 * Number(x)}`,
            )
          : line,
      /^Doubtful: adjclose\.logReturn lies \d{3} times its training scale/,
      '2020-04-17',
    ],
    ['prices as they are: nothing to doubt', (line: string) => line, /^Trial 17 of /, '2020-04-17'],
  ] as const)('%s', async (_, change, note, date) => {
    const bundle = bundleOf(modelCases[0]);
    const path = join(scratch, 'doubtful.csv');
    const lines = readFileSync(sp500Path, 'utf8').trim().split('\n');
    writeFileSync(path, lines.map(change).join('\n'));
    const forecast = predictNext(bundle, await tableOf(bundle, path));
    expect(forecast.lastDate).toBe(date);
    expect(forecast.note).toMatch(note);
  });

  it('takes columns whose names differ in case and marks alone', async () => {
    const bundle = bundleOf(modelCases[0]);
    const [head, ...rows] = readFileSync(sp500Path, 'utf8').trim().split('\n');
    const path = join(scratch, 'capitals.csv');
    writeFileSync(path, [head.toUpperCase().replace('ADJCLOSE', 'Adj Close'), ...rows].join('\n'));
    const forecast = predictNext(bundle, await tableOf(bundle, path));
    expectClose(
      forecast.steps.map((s) => s.price),
      expectedPrices(modelCases[0]),
      1e-9,
    );
  });

  it('refuses a file whose inputs come out under other names', async () => {
    const bundle = bundleOf({ ...modelCases[0], inputs: ['close.logReturn'] });
    const table = await tableOf(bundle, sp500Path);
    expect(() => predictNext(bundle, table)).toThrow(expect.objectContaining({ code: 'badInput' }));
  });
});
