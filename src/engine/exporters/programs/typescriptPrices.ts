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

/** Fields of one CSV line; quotes may enclose a field and are doubled inside. */
function fieldsOf(line: string, delimiter: string): string[] {
  const fields = [''];
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === '"' && quoted && line[i + 1] === '"') fields[fields.length - 1] += line[++i];
    else if (c === '"') quoted = !quoted;
    else if (c === delimiter && !quoted) fields.push('');
    else fields[fields.length - 1] += c;
  }
  return fields.map((field) => field.trim());
}

/** Names without case, spaces and marks: "Adj Close" and "adj_close" are the same. */
const plain = (name: string): string => name.toLowerCase().replace(/[\\s_.\\-*()[\\]]/g, '');

/** How the columns that ATR, OBV and adjusting need may be called. */
const roles: Record<string, string[]> = {
  open: ['open', 'openprice', 'openingprice'],
  high: ['high', 'highprice', 'dayhigh'],
  low: ['low', 'lowprice', 'daylow'],
  close: ['close', 'closingprice', 'closeprice', 'closelast', 'last', 'lastprice', 'price'],
  volume: ['volume', 'vol', 'volumetraded', 'sharestraded'],
};

interface Prices {
  dates: string[];
  /** A column by its name, or by its role in OHLCV. */
  column: (name: string) => number[];
}

/** The columns the model needs, oldest row first, rows with a missing value left out; refuses where one is not there. */
function readPrices(path: string): Prices {
  if (!existsSync(path)) refuse('There is no file ' + path + '.');
  const lines = readFileSync(path, 'utf8').replace(/^\\uFEFF/, '').split(/\\r?\\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0) refuse(path + ' is empty.');
  const delimiter =
    spec.data.delimiter ??
    [',', ';', '\\t', '|'].reduce((a, b) => (lines[0].split(b).length > lines[0].split(a).length ? b : a));
  const header = fieldsOf(lines[0], delimiter);
  const indexOf = (column: string): number => {
    const names = header.includes(column) ? [column] : (roles[column] ?? [plain(column)]);
    const index = header.includes(column)
      ? header.indexOf(column)
      : header.findIndex((name) => names.includes(plain(name)));
    if (index < 0) refuse(path + ' has no column "' + column + '". It has: ' + header.join(', '));
    return index;
  };
  const needed = new Set([spec.target.column]);
  for (const { source } of spec.inputs) {
    if (source.kind === 'column') needed.add(source.column);
    else if (source.indicator === 'atr') ['high', 'low', 'close'].forEach((role) => needed.add(role));
    else if (source.indicator === 'obv') needed.add('volume');
    else needed.add(source.column);
  }
  const adjust = spec.data.adjust;
  if (adjust !== undefined) needed.add(adjust).add('close');
  const dateIndex = indexOf(spec.data.date ?? 'date');
  const where = Object.entries(spec.data.where ?? {}).map(([name, value]) => ({ index: indexOf(name), value: String(value) }));
  const columns = [...needed].map((name) => ({ name, index: indexOf(name) }));
  const adjusted = ['open', 'high', 'low', 'close'].flatMap((role) => roles[role]);
  const toNumber = (text: string): number =>
    text === undefined || text === '' ? NaN : Number(spec.data.decimal === ',' ? text.replace(',', '.') : text);
  const rows = lines
    .slice(1)
    .map((line) => fieldsOf(line, delimiter))
    .filter((fields) => where.every(({ index, value }) => fields[index] === value))
    .map((fields) => ({
      date: fields[dateIndex],
      values: columns.map(({ index }) => {
        const adjusts = adjust !== undefined && adjusted.includes(plain(header[index]));
        const factor = adjusts ? toNumber(fields[indexOf(adjust)]) / toNumber(fields[indexOf('close')]) : 1;
        return toNumber(fields[index]) * factor;
      }),
    }))
    .filter(({ values }) => values.every((value) => Number.isFinite(value)));
  // Dates that begin with the year sort as text; others are taken to stand oldest first.
  if (rows.every(({ date }) => /^\\d{4}/.test(date))) rows.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  const twice = rows.find(({ date }, i) => i > 0 && date === rows[i - 1].date);
  if (twice) refuse(path + ' has more than one row of ' + twice.date + '. Keep one row for each date.');
  const numbers = new Map(columns.map(({ name }, i) => [name, rows.map(({ values }) => values[i])]));
  return { dates: rows.map(({ date }) => date), column: (name) => numbers.get(name)! };
}

`;
