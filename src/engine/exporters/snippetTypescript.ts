/**
 * The TypeScript program that goes with an exported model: reads a CSV of new prices, prints the next forecast. Its text is
 * constant (no name of a study or column ever becomes code); what differs between models stands in the JSON beside it.
 * Runs in Node 22.18 or later as it is. test/exports/snippets.test.ts runs it.
 */
export type TypescriptRunner = 'plain' | 'tfjs';

export function forecastTsWith(runner: TypescriptRunner): string {
  return head[runner] + body + models[runner];
}

const head: Record<TypescriptRunner, string> = {
  plain: `// Prints the next forecast: node forecast.ts prices.csv     (Node 22.18 or later, no packages)
// model.json and model.bin must lie beside this file.
import { readFileSync } from 'node:fs';

const specFile = 'model.json';
`,
  tfjs: `// Prints the next forecast: npm install @tensorflow/tfjs && node forecast.ts prices.csv     (Node 22.18 or later)
// model.json, weights.bin and preprocessing.json must lie beside this file.
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';

const specFile = 'preprocessing.json';
`,
};

const body = `
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
  const numbers = new Map(columns.map(({ name }, i) => [name, rows.map(({ values }) => values[i])]));
  return { dates: rows.map(({ date }) => date), column: (name) => numbers.get(name)! };
}

/** A whole column transformed; differences have NaN in row 0. */
function transformed(x: number[], transform: string): number[] {
  const change = (f: (v: number) => number): number[] => x.map((v, t) => (t === 0 ? NaN : f(v) - f(x[t - 1])));
  switch (transform) {
    case 'none':
      return x;
    case 'log':
      return x.map(Math.log);
    case 'log1p':
      return x.map(Math.log1p);
    case 'diff':
      return change((v) => v);
    case 'logReturn':
      return x.map((v, t) => (t === 0 ? NaN : Math.log(v / x[t - 1])));
    case 'logDiff1p':
      return change(Math.log1p);
    default:
      return refuse('Unknown transform ' + transform);
  }
}

/** f(the last n values) in each row that has them, NaN before. */
const rolling = (x: number[], n: number, f: (part: number[]) => number): number[] =>
  x.map((_, t) => (t < n - 1 ? NaN : f(x.slice(t - n + 1, t + 1))));
const sum = (x: number[]): number => x.reduce((a, b) => a + b, 0);
const mean = (x: number[]): number => sum(x) / x.length;

/** Exponential average with weight 2 / (n + 1), from the first value on. */
function exponential(x: number[], n: number): number[] {
  const k = 2 / (n + 1);
  let last = x[0];
  return x.map((v, t) => (last = t === 0 ? v : v * k + last * (1 - k)));
}

/** Wilder's average: the mean of the first n values, then 1 / n of each new one. */
function wilder(x: number[], n: number): number[] {
  let last = NaN;
  return x.map((v, t) => (last = t < n - 1 ? NaN : t === n - 1 ? mean(x.slice(0, n)) : last + (v - last) / n));
}

/** An indicator as the model was trained on it: causal, and relative to the price where it would be in its units. */
function indicatorColumn(source: Indicator, prices: Prices): number[] {
  const { period: n, output } = source;
  const x = prices.column(source.indicator === 'atr' ? 'close' : source.indicator === 'obv' ? spec.target.column : source.column);
  switch (source.indicator) {
    case 'sma':
      return rolling(x, n, mean).map((average, t) => x[t] / average - 1);
    case 'ema':
      return exponential(x, n).map((average, t) => (t < n - 1 ? NaN : x[t] / average - 1));
    case 'rsi': {
      const changes = x.slice(1).map((v, t) => v - x[t]);
      const gains = wilder(changes.map((d) => Math.max(d, 0)), n);
      const losses = wilder(changes.map((d) => Math.max(-d, 0)), n);
      return [NaN, ...gains.map((gain, t) => (losses[t] === 0 ? 1 : 1 - 1 / (1 + gain / losses[t])))];
    }
    case 'macd': {
      const slow = exponential(x, source.slow);
      const line = exponential(x, source.fast).map((fast, t) => fast - slow[t]).slice(source.slow - 1);
      const signal = exponential(line, source.signal);
      const parts = [line, signal, line.map((v, t) => v - signal[t])];
      const first = source.slow + source.signal - 2;
      return x.map((v, t) => (t < first ? NaN : parts[output][t - source.slow + 1] / v));
    }
    case 'bollinger': {
      const middle = rolling(x, n, mean);
      const half = rolling(x, n, (part) => source.deviations * Math.sqrt(mean(part.map((v) => (v - mean(part)) ** 2))));
      if (output === 1) return middle.map((m, t) => (2 * half[t]) / m);
      return x.map((v, t) => (half[t] === 0 ? 0.5 : (v - middle[t] + half[t]) / (2 * half[t])));
    }
    case 'atr': {
      const [high, low] = [prices.column('high'), prices.column('low')];
      const range = high.map((h, t) =>
        t === 0 ? h - low[t] : Math.max(h - low[t], Math.abs(h - x[t - 1]), Math.abs(low[t] - x[t - 1])),
      );
      return wilder(range, n).map((average, t) => average / x[t]);
    }
    case 'obv': {
      const volume = prices.column('volume');
      const flow = volume.map((v, t) => (t === 0 ? 0 : Math.sign(x[t] - x[t - 1]) * v));
      const traded = rolling(volume, n, sum);
      return rolling(flow, n, sum).map((f, t) => (t < 2 * n ? NaN : traded[t] > 0 ? f / traded[t] : 0));
    }
    case 'roc':
      return x.map((v, t) => (t < n ? NaN : v / x[t - n] - 1));
    case 'volatility': {
      const returns = x.slice(1).map((v, t) => Math.log(v / x[t]));
      const deviation = (part: number[]): number => Math.sqrt(sum(part.map((r) => (r - mean(part)) ** 2)) / (n - 1));
      return [NaN, ...rolling(returns, n, deviation)];
    }
    default:
      return refuse('Unknown indicator ' + source.indicator);
  }
}

/** The last window, scaled: (lookback, features). */
function windowOf(prices: Prices): number[][] {
  const { lookback } = spec.window;
  const columns = spec.inputs.map(({ source, center, scale, relative }) => {
    const whole =
      source.kind === 'column' ? transformed(prices.column(source.column), source.transform) : indicatorColumn(source, prices);
    const scaled = whole.slice(-lookback).map((v) => (v - center) / scale);
    return relative ? scaled.map((v) => v - scaled[scaled.length - 1]) : scaled;
  });
  if (columns.some((column) => column.length < lookback || !column.every((v) => Number.isFinite(v))))
    refuse('The file has too few complete rows: the model looks back on ' + lookback + ', and its inputs need some before.');
  return Array.from({ length: lookback }, (_, i) => columns.map((column) => column[i]));
}

/** Prices of steps 1..horizon from the model's scaled outputs. */
function pricesOf(outputs: number[], lastPrice: number): number[] {
  const { rule, center, scale } = spec.target;
  let total = 0;
  return outputs.map((output) => {
    const x = output * scale + center;
    total += x;
    return rule === 'price' ? x : lastPrice * Math.exp(rule === 'sumLogReturns' ? total : x);
  });
}

const path = process.argv[2] ?? refuse('Usage: node forecast.ts prices.csv');
const input = readPrices(path);
if (input.dates.length === 0) refuse(path + ' has no row with all the columns the model needs.');
const lastPrice = input.column(spec.target.column)[input.dates.length - 1];
const prices = pricesOf(await predict(windowOf(input)), lastPrice);
console.log('last known  ' + lastPrice.toPrecision(9) + '  ' + input.dates[input.dates.length - 1]);
prices.forEach((price, i) => {
  const change = (price / lastPrice - 1) * 100;
  console.log('step ' + (i + 1) + '      ' + price.toPrecision(9) + '  ' + (change < 0 ? '' : '+') + change.toFixed(4) + ' %');
});
`;

const models: Record<TypescriptRunner, string> = {
  plain: `
/** LSTM layers and Dense as in Keras: gates i, f, c, o; sigmoid gates, tanh cell and output; zero initial state. */
async function predict(window: number[][]): Promise<number[]> {
  const bytes = readFileSync(beside(spec.weights.file));
  const tensor = (name: string): { at: (row: number, column: number) => number; rows: number; columns: number } => {
    const found = spec.weights.tensors.find((t) => t.name === name) ?? refuse('model.bin has no ' + name);
    const columns = found.shape[found.shape.length - 1];
    return {
      rows: found.shape.length === 2 ? found.shape[0] : 1,
      columns,
      at: (row, column) => bytes.readFloatLE(found.offset + (row * columns + column) * 4),
    };
  };
  const times = (x: number[], name: string, start: number[]): number[] => {
    const matrix = tensor(name);
    const out = start.slice();
    for (let r = 0; r < matrix.rows; r++) for (let c = 0; c < matrix.columns; c++) out[c] += x[r] * matrix.at(r, c);
    return out;
  };
  const vector = (name: string): number[] => {
    const { columns, at } = tensor(name);
    return Array.from({ length: columns }, (_, c) => at(0, c));
  };
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  const { units, layers } = spec.shape;
  let sequence = window;
  for (let layer = 1; layer <= layers; layer++) {
    const bias = vector('lstm_' + layer + '/bias');
    let h = new Array<number>(units).fill(0);
    let c = new Array<number>(units).fill(0);
    sequence = sequence.map((x) => {
      const z = times(h, 'lstm_' + layer + '/recurrent_kernel', times(x, 'lstm_' + layer + '/kernel', bias));
      c = c.map((cell, u) => sigmoid(z[units + u]) * cell + sigmoid(z[u]) * Math.tanh(z[2 * units + u]));
      h = c.map((cell, u) => sigmoid(z[3 * units + u]) * Math.tanh(cell));
      return h;
    });
  }
  return times(sequence[sequence.length - 1], 'dense/kernel', vector('dense/bias'));
}
`,
  tfjs: `
async function predict(window: number[][]): Promise<number[]> {
  const model = JSON.parse(readFileSync(beside('model.json'), 'utf8'));
  const bytes = new Uint8Array(readFileSync(beside('weights.bin')));
  const layers = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: model.modelTopology,
      weightSpecs: model.weightsManifest[0].weights,
      weightData: bytes.buffer,
    }),
  );
  const output = layers.predict(tf.tensor3d([window])) as tf.Tensor;
  return Array.from(await output.data());
}
`,
};
