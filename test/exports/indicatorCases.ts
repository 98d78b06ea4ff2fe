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
function oddFileCase(folder: string): Promise<DataCase> {
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

interface Day {
  readonly date: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** The last 400 days of the S&P 500: prices above 1,000, and days of month above and below 12. */
function lastDays(): readonly Day[] {
  const lines = readFileSync(sp500Path, 'utf8').trim().split('\n').slice(-400);
  return lines.map((line) => {
    const [date, open, high, low, close, , volume] = line.split(',');
    const [o, h, l, c, v] = [open, high, low, close, volume].map(Number);
    return { date, open: o, high: h, low: l, close: c, volume: v };
  });
}

const [american, german] = ['en-US', 'de-DE'].map(
  (locale) => new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
);

/** What well-known sources write: [what, column of the price, lines newest or oldest first]. */
const sources: readonly (readonly [string, string, (days: readonly Day[]) => readonly string[]])[] = [
  [
    'month/day/year and dollars, newest first',
    'Close/Last',
    (days) => [
      'Date,Close/Last,Volume,Open,High,Low',
      ...days
        .map(({ date, open, high, low, close, volume }) => {
          const [y, m, d] = date.split('-');
          const [o, h, l, c] = [open, high, low, close].map((x) => `$${x.toFixed(2)}`);
          return `${m}/${d}/${y},${c},${volume},${o},${h},${l}`;
        })
        .toReversed(),
    ],
  ],
  [
    'month names, thousands marks and suffixes, newest first',
    'Price',
    (days) => [
      '"Date","Price","Open","High","Low","Vol.","Change %"',
      ...days
        .map(({ date, open, high, low, close, volume }) => {
          const day = new Date(date).toLocaleDateString('en-US', { month: 'short', day: '2-digit', year: 'numeric', timeZone: 'UTC' }); // prettier-ignore
          const cells = [
            ...[close, open, high, low].map((x) => american.format(x)),
            `${(volume / 1e9).toFixed(2)}B`,
          ];
          return [day, ...cells, '-0.12%'].map((cell) => `"${cell}"`).join(',');
        })
        .toReversed(),
    ],
  ],
  [
    'a title, semicolons, decimal commas and day.month.year, undeclared',
    'Schlusskurs',
    (days) => [
      'Kurse',
      '',
      'Datum;Open;High;Low;Schlusskurs;Volume',
      ...days.map(({ date, open, high, low, close, volume }) => {
        const [y, m, d] = date.split('-');
        return [`${d}.${m}.${y}`, ...[open, high, low, close].map((x) => german.format(x)), volume].join(';');
      }),
    ],
  ],
  [
    'tabs, names in brackets, year.month.day',
    '<CLOSE>',
    (days) => [
      '<DATE>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<VOL>',
      ...days.map(({ date, open, high, low, close, volume }) =>
        [date.replaceAll('-', '.'), open, high, low, close, volume].join('\t'),
      ),
    ],
  ],
  [
    'a date column without a name, two-digit years, a name that stands twice',
    'Close',
    (days) => [
      ',Open,High,Low,Close,Close,Volume',
      ...days.map(({ date, open, high, low, close, volume }) => {
        const [month, day, year] = new Date(date).toLocaleDateString('en-US', { month: 'short', day: '2-digit', year: '2-digit', timeZone: 'UTC' }).split(/\W+/); // prettier-ignore
        return [`${day}-${month}-${year}`, open, high, low, close, 2 * close, volume].join(',');
      }),
    ],
  ],
  [
    'hours of a twelve-hour clock, day and month told apart by the order of rows alone',
    'Close',
    (days) => [
      'Time,Open,High,Low,Close,Volume',
      ...days.slice(0, 280).map(({ open, high, low, close, volume }, i) => {
        const [day, hour] = [Math.floor(i / 24), i % 24];
        // 8 March to 6 April: read as months these days would not be in order.
        return [`${day < 5 ? `${8 + day}/3` : `${day - 4}/4`}/2020 ${hour % 12 === 0 ? 12 : hour % 12}:00 ${hour < 12 ? 'AM' : 'PM'}`, open, high, low, close, volume].join(','); // prettier-ignore
      }),
    ],
  ],
];

/** Everything that the programs must read as the engine does; files are written into `folder`. */
export function inputCases(folder: string): readonly (readonly [string, () => Promise<DataCase>])[] {
  return [
    ['every indicator', indicatorCase],
    ['a file in another dialect', () => oddFileCase(folder)],
    ...sources.map(([what, price, linesOf], i) => [what, () => sourceCase({ price, linesOf, csv: join(folder, `source-${i}.csv`) })] as const), // prettier-ignore
  ];
}

/** A file as it comes from a well-known source, which a study reads without any settings. */
function sourceCase({
  csv,
  price,
  linesOf,
}: {
  readonly csv: string;
  readonly price: string;
  readonly linesOf: (days: readonly Day[]) => readonly string[];
}): Promise<DataCase> {
  writeFileSync(csv, `${linesOf(lastDays()).join('\n')}\n`);
  return caseOf(csv, {
    file: 'prices.csv',
    features: [{ column: price, transform: 'logReturn' }],
    indicators: [{ kind: 'atr', period: 5 }, { kind: 'obv', period: 5 }, { kind: 'rsi' }],
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
