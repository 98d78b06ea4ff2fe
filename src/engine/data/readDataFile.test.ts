import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { studySchema, type StudyInput } from '../../model/study.ts';
import { dateText } from './dataTable.ts';
import { readDataFile, type DataFile } from './readDataFile.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lstm-data-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function read(
  content: string | Uint8Array,
  data: Partial<StudyInput['data']> = {},
  memoryLimitBytes?: number,
): Promise<DataFile> {
  const path = join(folder, `${files++}.csv`);
  await writeFile(path, content);
  const spec = studySchema.parse({ lstmStudy: 1, data: { file: 'x.csv', ...data } }).data;
  return readDataFile(path, spec, memoryLimitBytes === undefined ? {} : { memoryLimitBytes });
}

const codes = (file: DataFile): string[] => file.issues.map((issue) => issue.code);
const errors = (file: DataFile): string[] =>
  file.issues.filter((issue) => issue.severity === 'error').map((issue) => issue.code);
const dates = (file: DataFile): string[] => [...(file.table?.times ?? [])].map(dateText);
const column = (file: DataFile, name: string): number[] => [...(file.table?.numbers.get(name) ?? [])];

const plain = 'date,close\n2020-01-02,1.5\n2020-01-03,2\n2020-01-06,2.5\n';
const plainDates = ['2020-01-02', '2020-01-03', '2020-01-06'];

describe('dialects that hold the same three rows', () => {
  test.each([
    ['plain', plain],
    ['no line end at the end', plain.trimEnd()],
    ['byte order mark', '\ufeff' + plain],
    ['CRLF', plain.replaceAll('\n', '\r\n')],
    ['CR', plain.replaceAll('\n', '\r')],
    ['mixed line ends', plain.replace('\n', '\r\n')],
    ['UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(plain, 'utf16le')])],
    ['quotes', '"date","close"\n"2020-01-02","1.5"\n"2020-01-03","2"\n"2020-01-06","2.5"\n'],
    ['semicolon, decimal comma', 'date;close\n2020-01-02;1,5\n2020-01-03;2\n2020-01-06;2,5\n'],
    ['tab', plain.replaceAll(',', '\t')],
    ['pipe', plain.replaceAll(',', '|')],
    ['empty lines', '\n' + plain.replaceAll('\n', '\n\n')],
    ['blanks around cells', 'date , close\n2020-01-02 , 1.5\n 2020-01-03, 2 \n2020-01-06,2.5\n'],
    ['currency signs', 'date,close\n2020-01-02,$1.50\n2020-01-03,"$2.00"\n2020-01-06,2.5 USD\n'],
    ['comma at the end of rows', 'date,close\n2020-01-02,1.5,\n2020-01-03,2,\n2020-01-06,2.5,\n'],
    ['comma at the end of every line', plain.replaceAll('\n', ',\n')],
    [
      'title lines above',
      'Prices of ACME\n\ndate,close,volume\n2020-01-02,1.5,1\n2020-01-03,2,1\n2020-01-06,2.5,1\n',
    ],
    ['a title line above two columns', 'Prices of ACME\n\n' + plain.replaceAll('\n', '\n\n')],
    ['decimal commas in quotes', 'date,close\n2020-01-02,"1,5"\n2020-01-03,"2,0"\n2020-01-06,"2,5"\n'],
    [
      'decimal commas in quotes, a comma at the end of rows',
      'date,close\n2020-01-02,"1,5",\n2020-01-03,"2,0",\n2020-01-06,"2,5",\n',
    ],
    [
      'decimal commas in quotes below a cell with a line end',
      'date,note,close\n2020-01-02,"a\nb","1,5"\n2020-01-03,,"2,0"\n2020-01-06,,"2,5"\n',
    ],
    ['newest first', 'date,close\n2020-01-06,2.5\n2020-01-03,2\n2020-01-02,1.5\n'],
    ['YYYYMMDD', 'date,close\n20200102,1.5\n20200103,2\n20200106,2.5\n'],
    ['epoch seconds', 'time,close\n1577923200,1.5\n1578009600,2\n1578268800,2.5\n'],
    ['epoch milliseconds', 'time,close\n1577923200000,1.5\n1578009600000,2\n1578268800000,2.5\n'],
    [
      'ISO with zone',
      'Date,close\n2020-01-02 00:00:00-05:00,1.5\n2020-01-03 00:00:00-05:00,2\n2020-01-06T00:00:00Z,2.5\n',
    ],
    ['month names', 'Date,close\n"Jan 2, 2020",1.5\n"Jan 3, 2020",2\n"Jan 6, 2020",2.5\n'],
    ['day-month names', 'Date,close\n02-Jan-20,1.5\n03-Jan-20,2\n06-Jan-20,2.5\n'],
    ['slashed, year first', 'Date,close\n2020/01/02,1.5\n2020/01/03,2\n2020/1/6,2.5\n'],
    [
      'text column between',
      'date,ticker,close\n2020-01-02,ACME,1.5\n2020-01-03,ACME,2\n2020-01-06,ACME,2.5\n',
    ],
  ])('%s', async (_, content) => {
    const file = await read(content);
    expect(errors(file)).toEqual([]);
    expect(dates(file)).toEqual(plainDates);
    expect(column(file, 'close')).toEqual([1.5, 2, 2.5]);
  });
});

test('US dates are told from European ones by numbers above 12', async () => {
  const us = await read('date,close\n12/30/2019,1\n12/31/2019,2\n1/2/2020,3\n');
  expect(dates(us)).toEqual(['2019-12-30', '2019-12-31', '2020-01-02']);
  const european = await read('date;close\n30.12.2019;1\n31.12.2019;2\n2.1.2020;3\n');
  expect(dates(european)).toEqual(['2019-12-30', '2019-12-31', '2020-01-02']);
  expect(codes(us).concat(codes(european))).not.toContain('ambiguousDate');
});

test('an open order of day and month is reported, and settled by data.dateFormat', async () => {
  const content = 'date,close\n01/02/2020,1\n02/02/2020,2\n03/02/2020,3\n';
  const open = await read(content);
  expect(open.issues[0]).toMatchObject({
    path: ['data', 'dateFormat'],
    code: 'ambiguousDate',
    severity: 'warning',
  });
  const settled = await read(content, { dateFormat: 'european' });
  expect(dates(settled)).toEqual(['2020-02-01', '2020-02-02', '2020-02-03']);
  expect(codes(settled)).not.toContain('ambiguousDate');
});

test('the order of rows settles day and month where only one reading is in time order', async () => {
  const file = await read('date,close\n11/01/2020,1\n12/01/2020,2\n01/02/2020,3\n02/02/2020,4\n');
  expect(file.issues[0]).toMatchObject({ code: 'ambiguousDate', severity: 'info' });
  expect(dates(file)[2]).toBe('2020-02-01');
});

test('numbers as portals write them', async () => {
  const file = await read(
    'Date,Price,Vol.,Change %\n"04/17/2020","2,874.56","1.5B","2.68%"\n"04/20/2020","2,823.16","-","-1.79%"\n"04/21/2020","(736.60)","12.5K","-3.07%"\n',
  );
  expect(errors(file)).toEqual([]);
  expect(file.report?.price?.column).toBe('Price');
  expect(column(file, 'Price')).toEqual([2874.56, 2823.16, -736.6]);
  expect(column(file, 'Vol.')).toEqual([1.5e9, NaN, 12500]);
  expect(column(file, 'Change %')).toEqual([2.68, -1.79, -3.07]);
});

test.each([
  ['1.234,56', 1234.56],
  ['1 234,56', 1234.56],
  ["1'234,56", 1234.56],
  ['1.234.567,5', 1234567.5],
])('European number %s', async (text, value) => {
  const file = await read(`date;close\n2020-01-02;${text}\n2020-01-03;0,5\n`);
  expect(column(file, 'close')[0]).toBe(value);
});

test('commas that could be either mark are reported', async () => {
  const file = await read('date;close\n2020-01-02;1,234\n2020-01-03;1,235\n');
  expect(file.issues[0]).toMatchObject({ path: ['data', 'decimal'], code: 'ambiguousDecimal' });
  const settled = await read('date;close\n2020-01-02;1,234\n2020-01-03;1,235\n', { decimal: '.' });
  expect(column(settled, 'close')).toEqual([1234, 1235]);
});

test('large prices that appear late are read with their thousands marks', async () => {
  const rows = Array.from(
    { length: 3000 },
    (_, i) =>
      `${new Date(Date.UTC(2000, 0, 1 + i)).toISOString().slice(0, 10)};${i < 2990 ? '999,5' : '1.000,5'}`,
  );
  const file = await read(`date;close\n${rows.join('\n')}\n`);
  expect(column(file, 'close').at(-1)).toBe(1000.5);
});

test('missing cells: empty, point, null, NaN, N/A', async () => {
  const file = await read(
    'date,close\n2020-01-01,1\n2020-01-02,.\n2020-01-03,null\n2020-01-04,NaN\n2020-01-05,\n2020-01-06,N/A\n2020-01-07,2\n',
  );
  expect(errors(file)).toEqual([]);
  expect(file.report?.missingRows).toBe(5);
  expect(file.issues.find((i) => i.code === 'missingCells')?.message).toContain('row 3');
});

test('text footers and headers of yfinance are left out and reported', async () => {
  const file = await read(
    'Price,Close,Volume\nTicker,ACME,ACME\nDate,,\n2020-01-02,1.5,10\n2020-01-03,2,10\n2020-01-06,2.5,10\nSource: somebody\nAll rights reserved, no warranty\n',
  );
  expect(errors(file)).toEqual([]);
  expect(dates(file)).toEqual(plainDates);
  expect(file.report?.footerRows).toEqual([2, 3, 7, 8]);
});

test('thousands in quotes stay whole in the last column, too', async () => {
  const file = await read(
    '"Date","Price"\n"Apr 15, 2020","2,783.36"\n"Apr 16, 2020","2,799.55"\n"Apr 17, 2020","987.5"\n',
  );
  expect(errors(file)).toEqual([]);
  expect(column(file, 'Price')).toEqual([2783.36, 2799.55, 987.5]);
});

test.each(['Close/Last', '<CLOSE>', 'Close*'])('the price is found as "%s"', async (name) => {
  const file = await read(`date,open,${name}\n2020-01-02,1,1.5\n2020-01-03,1,2\n2020-01-06,1,2.5\n`);
  expect(errors(file)).toEqual([]);
  expect(file.report?.price?.column).toBe(name);
});

test('rows are numbered as in the file, empty lines counted', async () => {
  const file = await read(
    'date,close\n\n2020-01-02,1\n\n2020-01-03,n.v.\n2020-01-06,2\n2020-01-07,3\n2020-01-08,3\n2020-01-09,3\n',
  );
  expect(file.table).toBeNull();
  expect(file.issues.find((i) => i.code === 'textInNumber')?.message).toContain('row 5 ("n.v.")');
  expect(codes(file)).not.toContain('missingCells');
});

test('short rows do not swallow the next one', async () => {
  const file = await read(
    'date,close,volume\n2020-01-02,1,10\n2020-01-03\n2020-01-06,3,10\n2020-01-07,4\n2020-01-08,5,10',
  );
  expect(dates(file)).toEqual(['2020-01-02', '2020-01-03', '2020-01-06', '2020-01-07', '2020-01-08']);
  expect(column(file, 'close')).toEqual([1, NaN, 3, 4, 5]);
  expect([...(file.table?.fileRows ?? [])]).toEqual([2, 3, 4, 5, 6]);
});

test('an unreadable date is named with its row', async () => {
  const file = await read(
    'date,close\n2020-01-02,1\n2020-02-31,2\n2020-01-06,3\n2020-01-07,3\n2020-01-08,3\n2020-01-09,3\n',
  );
  expect(errors(file)).toEqual(['badDate']);
  expect(file.issues.find((i) => i.code === 'badDate')?.message).toContain('row 3 ("2020-02-31")');
});

test('duplicate dates are refused with their rows; a ticker column is offered as filter', async () => {
  const twice = await read('date,close\n2020-01-02,1\n2020-01-03,2\n2020-01-02,3\n');
  expect(errors(twice)).toEqual(['duplicateDates']);
  expect(twice.issues.find((i) => i.code === 'duplicateDates')?.message).toContain('2020-01-02 in rows 2, 4');
  const tickers = 'date,ticker,close\n2020-01-02,A,1\n2020-01-02,B,5\n2020-01-03,A,2\n2020-01-03,B,6\n';
  const both = await read(tickers);
  expect(both.issues.find((i) => i.code === 'duplicateDates')).toMatchObject({
    path: ['data', 'where'],
    fix: { value: { ticker: 'A' } },
  });
  const one = await read(tickers, { where: { Ticker: 'B' } });
  expect(column(one, 'close')).toEqual([5, 6]);
  expect(one.report?.filteredRows).toBe(2);
  expect(errors(await read(tickers, { where: { ticker: 'C' } }))).toEqual(['whereNoRows']);
  const lower = await read(tickers.replaceAll('A,', 'AAPL,'), { where: { ticker: 'aapl' } });
  expect(lower.issues[0]).toMatchObject({ path: ['data', 'where', 'ticker'], fix: { value: 'AAPL' } });
  expect(lower.issues[0].message).toContain('The file has AAPL, B');
});

test('unsorted rows are sorted and reported', async () => {
  const file = await read('date,close\n2020-01-03,2\n2020-01-02,1.5\n2020-01-06,2.5\n');
  expect(file.report?.sorted).toBe(true);
  expect(column(file, 'close')).toEqual([1.5, 2, 2.5]);
  expect([...(file.table?.fileRows ?? [])]).toEqual([3, 2, 4]);
});

test('names are compared without case, blanks and underscores; unknown ones get the nearest', async () => {
  const content = 'Date,Open,Close,Adj Close\n2020-01-02,1,2,3\n2020-01-03,1,2,3\n';
  expect((await read(content)).report?.price?.column).toBe('Adj Close');
  expect((await read(content, { price: 'adj_close' })).report?.price?.column).toBe('Adj Close');
  const wrong = await read(content, { price: 'Clsoe' });
  expect(wrong.issues[0]).toMatchObject({
    path: ['data', 'price'],
    code: 'unknownColumn',
    fix: { value: 'Close' },
  });
  const feature = await read(content, { features: [{ column: 'volum' }] });
  expect(feature.issues[0]).toMatchObject({ path: ['data', 'features', 0, 'column'], code: 'unknownColumn' });
});

test('what is no table is refused with a code', async () => {
  expect(errors(await read(''))).toEqual(['dataNotTable']);
  expect(errors(await read('date,close\n'))).toEqual(['dataNotTable']);
  expect(errors(await read('2020-01-02,1,2\n2020-01-03,2,3\n'))).toEqual(['dataNoHeader']);
  expect(errors(await read('2020-01-02,1\n2020-01-03,2\n'))).toEqual(['dataNoHeader']);
  expect(errors(await read('A;30.12.2019;x\nA;31.12.2019;y\n'))).toEqual(['dataNoHeader']);
  expect(errors(await read('name,close\nA,1\nB,2\n'))).toEqual(['noDateColumn']);
  expect(errors(await read('date,name\n2020-01-02,A\n2020-01-03,B\n'))).toEqual(['noPriceColumn']);
  const missing = await readDataFile(
    join(folder, 'none.csv'),
    studySchema.parse({ lstmStudy: 1, data: { file: 'none.csv' } }).data,
  );
  expect(errors(missing)).toEqual(['dataMissing']);
});

test.skipIf(process.seteuid === undefined)('a file that may not be read is said, not thrown', async () => {
  const path = join(folder, 'secret.csv');
  await writeFile(path, plain);
  await chmod(folder, 0o755);
  await chmod(path, 0);
  const self = process.geteuid?.() ?? 0;
  if (self === 0) process.seteuid?.(65_534); // root may read everything
  try {
    const spec = studySchema.parse({ lstmStudy: 1, data: { file: 'secret.csv' } }).data;
    const file = await readDataFile(path, spec);
    expect(errors(file)).toEqual(['dataUnreadable']);
    expect(file.issues[0].message).toContain('EACCES');
  } finally {
    if (self === 0) process.seteuid?.(self);
  }
});

test('a file that takes too much memory is refused before it is read', async () => {
  const file = await read(plain, {}, 1000);
  expect(errors(file)).toEqual(['dataTooLarge']);
  expect(file.issues[0].message).toMatch(/would take \d+ MB/);
});

test('high below close is an error only where the study uses high, low or open', async () => {
  const content = 'date,open,high,low,close\n2020-01-02,1,2,1,2\n2020-01-03,1,2,1,3\n2020-01-06,1,2,1,2\n';
  const unused = await read(content);
  expect(unused.report?.ohlcViolations).toEqual([{ date: '2020-01-03', row: 3, what: 'high 2 < close 3' }]);
  expect(errors(unused)).toEqual([]);
  expect(errors(await read(content, { features: [{ column: 'high' }] }))).toEqual(['ohlcViolation']);
});

test('gaps and zero changes are in the report', async () => {
  const days = Array.from({ length: 60 }, (_, i) => i + (i >= 40 ? 20 : 0));
  const rows = days.map(
    (d, i) => `${new Date(Date.UTC(2020, 0, 1 + d)).toISOString().slice(0, 10)},${100 + Math.floor(i / 2)}`,
  );
  const file = await read(`date,close\n${rows.join('\n')}\n`);
  expect(file.report?.gaps).toEqual([{ from: '2020-02-09', to: '2020-03-01', days: 21, row: 42 }]);
  expect(file.report?.zeroChangeShare).toBeCloseTo(30 / 59, 12);
  expect(codes(file)).toEqual(expect.arrayContaining(['dateGaps', 'zeroChanges']));
});

test('a quote that holds a line end and the delimiter stays one cell', async () => {
  const file = await read(
    'date,note,close\n2020-01-02,"a, b\nc",1\n2020-01-03,"say ""hi""",2\n2020-01-06,x,3\n',
  );
  expect(errors(file)).toEqual([]);
  expect(column(file, 'close')).toEqual([1, 2, 3]);
  expect(file.report?.columns.find((c) => c.name === 'note')?.values).toEqual(['a, b\nc', 'say "hi"', 'x']);
});

describe('files longer than one piece', () => {
  const rows = 50_000;
  const lines = Array.from({ length: rows }, (_, t) => {
    const date = new Date(Date.UTC(1900, 0, 1) + t * 86_400_000).toISOString().slice(0, 10);
    return [date, `note ${t}`, (t + 0.25).toFixed(2)] as const;
  });
  const text = (line: (cells: readonly [string, string, string]) => string, end: string): string =>
    ['date,note,close', ...lines.map(line)].join(end) + end;
  test.each([
    ['plain', text((c) => c.join(','), '\n')],
    ['CRLF', text((c) => c.join(','), '\r\n')],
    ['CR', text((c) => c.join(','), '\r')],
    ['quotes with line ends inside', text(([d, n, c]) => `"${d}","${n},\n""${n}""","${c}"`, '\n')],
    [
      'UTF-16',
      Buffer.concat([
        Buffer.from([0xff, 0xfe]),
        Buffer.from(
          text((c) => c.join(','), '\n'),
          'utf16le',
        ),
      ]),
    ],
    ['a short row in every hundred', text((c) => (c[0].endsWith('-15') ? c[0] : c.join(',')), '\n')],
  ])('%s', async (name, content) => {
    const file = await read(content);
    expect(errors(file)).toEqual([]);
    expect(file.table?.rows).toBe(rows);
    const values = column(file, 'close');
    const isShort = (t: number): boolean => name.startsWith('a short') && lines[t][0].endsWith('-15');
    const wrong = values.findIndex((x, t) => (isShort(t) ? !Number.isNaN(x) : x !== t + 0.25));
    expect(wrong).toBe(-1);
    expect(file.table?.fileRows[rows - 1]).toBe(rows + 1);
  });
});
