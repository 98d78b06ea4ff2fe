import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSeries } from '../../src/engine/data/buildSeries.ts';
import { readDataFile } from '../../src/engine/data/readDataFile.ts';
import { fitScaler } from '../../src/engine/data/scaler.ts';
import type { ModelBundle } from '../../src/engine/exporters/modelBundle.ts';
import { predictNext } from '../../src/engine/predict/predictNext.ts';
import { studySchema, type StudyInput } from '../../src/model/study.ts';
import { bundleOf, sp500Path } from './fixtures.ts';

export interface DataCase {
  readonly bundle: ModelBundle;
  readonly csv: string;
  /** By the engine's own data code. */
  readonly prices: readonly number[];
}

/** Every indicator, once with its defaults and some with settings of their own, beside a feature. */
export function indicatorCase(): Promise<DataCase> {
  return caseOf(sp500Path, {
    file: 'sp500.csv',
    features: [{ column: 'Close', transform: 'logReturn' }],
    indicators: [
      { kind: 'sma' },
      { kind: 'ema', period: 7 },
      { kind: 'rsi' },
      { kind: 'macd' },
      { kind: 'macd', fast: 5, slow: 11, signal: 4, column: 'close' },
      { kind: 'bollinger', deviations: 1.5 },
      { kind: 'atr' },
      { kind: 'obv', period: 9 },
      { kind: 'roc' },
      { kind: 'volatility', period: 10 },
    ],
  });
}

/** Semicolons, decimal commas, names with spaces, an adjusted close that differs, rows with gaps, newest first, a filter. */
export function oddFileCase(folder: string): Promise<DataCase> {
  const rows = readFileSync(sp500Path, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  const comma = (x: number): string => String(x).replace('.', ',');
  const lines = rows.map(([date, open, high, low, close, , volume], i) => {
    const adjusted = Number(close) * (0.8 + (0.2 * i) / rows.length);
    const prices = [open, high, low, close].map((x) => comma(Number(x)));
    const cells = [
      date,
      'SPX',
      ...prices,
      i % 50 === 7 ? '' : comma(Math.round(adjusted * 1000) / 1000),
      volume,
    ];
    return `${cells.join(';')}\n${date};"OTHER";1;1;1;1;1;1`;
  });
  const csv = join(folder, 'odd.csv');
  writeFileSync(
    csv,
    `\uFEFFDate;Ticker;Open;High;Low;Close;Adj Close;Volume\n${lines.toReversed().join('\n')}\n`,
  );
  return caseOf(csv, {
    file: 'odd.csv',
    date: 'Date',
    price: 'Close',
    adjust: 'Adj Close',
    where: { Ticker: 'SPX' },
    decimal: ',',
    features: [
      { column: 'High', transform: 'logReturn' },
      { column: 'Low', transform: 'diff' },
      { column: 'Volume', transform: 'log1p' },
    ],
    indicators: [{ kind: 'atr', period: 5 }],
  });
}

async function caseOf(csv: string, data: StudyInput['data']): Promise<DataCase> {
  const spec = studySchema.shape.data.parse(data);
  const { table, issues } = await readDataFile(csv, spec);
  if (table === null) throw new Error(issues.map((i) => i.message).join('\n'));
  const { series, columns } = buildSeries(table, spec);
  if (series === null) throw new Error('no series');
  const bundle = bundleOf({
    sizes: { features: series.inputNames.length, units: 4, layers: 1, horizon: 1 },
    lookback: 8,
    inputs: series.inputNames,
    study: { data },
    price: columns.price?.column,
    date: table.dateColumn,
    scaler: fitScaler(series, { from: 0, to: Math.floor(series.rows / 2) }, 'standard'),
  });
  return { bundle, csv, prices: predictNext(bundle, table).steps.map((s) => s.price) };
}
