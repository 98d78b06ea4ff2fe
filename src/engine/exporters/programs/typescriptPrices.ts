import { cellsTs } from './typescriptCells.ts';

/** forecast.ts, first part: the model's JSON, and a CSV of prices read into the columns it needs. */
export const pricesTs = `
interface Input {
  name: string;
  source: { kind: 'column'; column: string; transform: string } | Indicator;
  relative: boolean;
  center: number;
  scale: number;
}
interface Indicator {
  kind: 'indicator';
  indicator: string;
  column: string;
  period: number;
  fast: number;
  slow: number;
  signal: number;
  deviations: number;
  output: number;
}
interface Tensor {
  name: string;
  shape: number[];
  offset: number;
}
interface Spec {
  shape: { features: number; units: number; layers: number; horizon: number };
  window: { lookback: number };
  inputs: Input[];
  target: { column: string; rule: 'sumLogReturns' | 'logRatio' | 'price'; center: number; scale: number };
  data: {
    date?: string;
    dateFormat?: string;
    where?: Record<string, string | number>;
    adjust?: string;
    delimiter?: string;
    decimal?: string;
  };
  weights: { file: string; tensors: Tensor[] };
}

const beside = (name: string): URL => new URL(name, import.meta.url);
const spec: Spec = JSON.parse(readFileSync(beside(specFile), 'utf8'));

function refuse(text: string): never {
  console.error(text);
  process.exit(2);
}
${cellsTs}
/** Names without case, spaces and marks: "Adj Close" and "adj_close" are the same. */
const plain = (name: string): string => name.toLowerCase().replace(/[\\s_.\\-*()[\\]<>/]/g, '');

/** How the columns that ATR, OBV and adjusting need may be called, the likeliest name first. */
const roles: Record<string, string[]> = {
  open: ['open', 'openprice', 'openingprice'],
  high: ['high', 'highprice', 'dayhigh'],
  low: ['low', 'lowprice', 'daylow'],
  close: [
    'close', 'closingprice', 'closeprice', 'closelast', 'last', 'lastprice', 'price', 'settle',
    'settlement', 'schlusskurs', 'schluss', 'cierre', 'cloture', 'value', 'nav', 'rate',
  ],
  volume: ['volume', 'vol', 'volumetraded', 'sharestraded'],
};

interface Prices {
  dates: string[];
  /** A column by its name, or "role:high" for one by what it is. */
  column: (name: string) => number[];
}

/** Names of a header: empty ones numbered, and those that stand twice. */
function namesOf(cells: string[]): string[] {
  const seen = new Map<string, number>();
  const names = cells.length > 2 && cells[cells.length - 1] === '' ? cells.slice(0, -1) : cells;
  return names.map((cell, i) => {
    const name = cell || 'column' + (i + 1);
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return seen.get(name) === 1 ? name : name + '_' + seen.get(name);
  });
}

/** The header is the first line that names the date column; the delimiter is the one that finds most columns there. */
function layoutOf(lines: string[], date: string): { delimiter: string; at: number; header: string[] } {
  const layouts = (spec.data.delimiter ? [spec.data.delimiter] : [',', ';', '\\t', '|']).map((delimiter) => {
    const heads = lines.slice(0, 60).map((line) => namesOf(fieldsOf(line, delimiter)));
    const found = heads.findIndex((names) => names.some((name) => plain(name) === plain(date)));
    const at = Math.max(0, found);
    return { delimiter, at, header: heads[at], rank: heads[at].length + (found < 0 ? 0 : 10000) };
  });
  return layouts.reduce((a, b) => (b.rank > a.rank ? b : a));
}

/** The columns the model needs, oldest row first, rows with a missing value left out; refuses where one is not there. */
function readPrices(path: string): Prices {
  if (!existsSync(path)) refuse('There is no file ' + path + '.');
  if (/\\.(parquet|pq|parq)$/i.test(path)) refuse('This program reads CSV files; lstm-study predict reads Parquet too.');
  const lines = readFileSync(path, 'utf8').replace(/^\\uFEFF/, '').split(/\\r?\\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0) refuse(path + ' is empty.');
  const dateName = spec.data.date ?? 'date';
  const { delimiter, at, header } = layoutOf(lines, dateName);
  const find = (name: string, names: string[]): number => {
    if (header.includes(name)) return header.indexOf(name);
    return names.map((wanted) => header.findIndex((known) => plain(known) === wanted)).find((i) => i >= 0) ?? -1;
  };
  const indexOf = (column: string): number => {
    const role = column.startsWith('role:') ? column.slice(5) : null;
    const index = role === null ? find(column, [plain(column)]) : find(role, roles[role]);
    if (index < 0) refuse(path + ' has no column "' + (role ?? column) + '". It has: ' + header.join(', '));
    return index;
  };
  const needed = new Set([spec.target.column]);
  for (const { source } of spec.inputs) {
    if (source.kind === 'column') needed.add(source.column);
    else if (source.indicator === 'atr') ['role:high', 'role:low', 'role:close'].forEach((role) => needed.add(role));
    else if (source.indicator === 'obv') needed.add('role:volume');
    else needed.add(source.column);
  }
  const { adjust } = spec.data;
  if (adjust !== undefined) needed.add(adjust).add('role:close');
  const dateIndex = indexOf(dateName);
  const where = Object.entries(spec.data.where ?? {}).map(([name, value]) => ({ index: indexOf(name), value }));
  const columns = [...needed].map((name) => ({ name, index: indexOf(name) }));
  const adjusted = ['open', 'high', 'low', 'close'].map((role) => find(role, roles[role]));
  const rows = lines
    .slice(at + 1)
    .map((line) => fieldsOf(line, delimiter))
    .filter((cells) => where.every(({ index, value }) => isSame(cells[index] ?? '', value)));
  const decimal = spec.data.decimal ?? decimalOf(rows, dateIndex, delimiter);
  const toDay = dayReader(rows.map((cells) => cells[dateIndex] ?? ''), spec.data.dateFormat);
  const dated = rows
    .map((cells) => {
      const cell = (index: number): number => toNumber(cells[index] ?? '', decimal);
      const factor = adjust === undefined ? 1 : cell(indexOf(adjust)) / cell(indexOf('role:close'));
      const values = columns.map(({ index }) => cell(index) * (adjusted.includes(index) ? factor : 1));
      const date = cells[dateIndex] ?? '';
      return { date, day: toDay(date), isWhole: values.every((value) => Number.isFinite(value)), values };
    })
    .filter(({ day, isWhole }) => day !== '' || isWhole);
  const unread = dated.find(({ day }) => day === '');
  if (unread) refuse(path + ' has a row with prices whose date cannot be read: "' + unread.date + '".');
  dated.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  const whole = dated.filter(({ isWhole }) => isWhole);
  const twice = whole.find(({ day }, i) => i > 0 && day === whole[i - 1].day);
  if (twice) refuse(path + ' has more than one row of ' + twice.date + '. Keep one row for each date.');
  const last = whole[whole.length - 1];
  if (last && last !== dated[dated.length - 1])
    console.error('Note: the rows after ' + last.date + ' lack a value that the model needs; this is the forecast made on ' + last.date + '.');
  const numbers = new Map(columns.map(({ name }, i) => [name, whole.map(({ values }) => values[i])]));
  return { dates: whole.map(({ date }) => date), column: (name) => numbers.get(name)! };
}

`;
