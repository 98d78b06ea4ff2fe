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
  source: { kind: 'column'; column: string; transform: string } | { kind: 'indicator' };
  relative: boolean;
  center: number;
  scale: number;
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

/** Columns of numbers by name, oldest row first, rows with a missing value left out; refuses where a column is not there. */
function readColumns(path: string): { dates: string[]; numbers: Map<string, number[]> } {
  const lines = readFileSync(path, 'utf8').replace(/^\\uFEFF/, '').split(/\\r?\\n/).filter((line) => line.trim() !== '');
  const delimiter =
    spec.data.delimiter ??
    [',', ';', '\\t', '|'].reduce((a, b) => (lines[0].split(b).length > lines[0].split(a).length ? b : a));
  const header = fieldsOf(lines[0], delimiter);
  const indexOf = (column: string): number => {
    const index = header.indexOf(column);
    if (index < 0) refuse(path + ' has no column "' + column + '". It has: ' + header.join(', '));
    return index;
  };
  const needed = new Set([spec.target.column]);
  for (const input of spec.inputs) {
    if (input.source.kind === 'indicator')
      refuse('The input ' + input.name + ' is an indicator, which this script does not compute. Use: lstm-study predict');
    needed.add(input.source.column);
  }
  const adjust = spec.data.adjust;
  const close = header.find((name) => name.toLowerCase() === 'close');
  if (adjust !== undefined) needed.add(adjust).add(close ?? 'close');
  const dateIndex = indexOf(spec.data.date ?? 'date');
  const where = Object.entries(spec.data.where ?? {}).map(([name, value]) => ({ index: indexOf(name), value: String(value) }));
  const columns = [...needed].map((name) => ({ name, index: indexOf(name) }));
  const toNumber = (text: string): number =>
    text === '' ? NaN : Number(spec.data.decimal === ',' ? text.replace(',', '.') : text);
  const rows = lines
    .slice(1)
    .map((line) => fieldsOf(line, delimiter))
    .filter((fields) => where.every(({ index, value }) => fields[index] === value))
    .map((fields) => ({
      date: fields[dateIndex],
      values: columns.map(({ name, index }) => {
        const adjusts = adjust !== undefined && /^(open|high|low|close)$/i.test(name);
        const factor = adjusts ? toNumber(fields[indexOf(adjust)]) / toNumber(fields[indexOf(close ?? 'close')]) : 1;
        return toNumber(fields[index]) * factor;
      }),
    }))
    .filter(({ values }) => values.every((value) => Number.isFinite(value)));
  // Dates that begin with the year sort as text; others are taken to stand oldest first.
  if (rows.every(({ date }) => /^\\d{4}/.test(date))) rows.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  return {
    dates: rows.map(({ date }) => date),
    numbers: new Map(columns.map(({ name }, i) => [name, rows.map(({ values }) => values[i])])),
  };
}

/** The value of an input in row t; needs row t - 1 for differences. */
function transformed(x: number[], t: number, transform: string): number {
  switch (transform) {
    case 'none':
      return x[t];
    case 'log':
      return Math.log(x[t]);
    case 'log1p':
      return Math.log1p(x[t]);
    case 'diff':
      return x[t] - x[t - 1];
    case 'logReturn':
      return Math.log(x[t] / x[t - 1]);
    case 'logDiff1p':
      return Math.log1p(x[t]) - Math.log1p(x[t - 1]);
    default:
      return refuse('Unknown transform ' + transform);
  }
}

/** The last window, scaled: (lookback, features). */
function windowOf(numbers: Map<string, number[]>, last: number): number[][] {
  const { lookback } = spec.window;
  if (last < lookback) refuse('The model needs ' + (lookback + 1) + ' complete rows; the file has ' + (last + 1) + '.');
  const rows = Array.from({ length: lookback }, (_, i) => last - lookback + 1 + i);
  const window = rows.map((t) =>
    spec.inputs.map(({ source, center, scale }) => {
      if (source.kind === 'indicator') return NaN; // refused above
      return (transformed(numbers.get(source.column)!, t, source.transform) - center) / scale;
    }),
  );
  const atOrigin = window[lookback - 1].slice();
  return window.map((row) => row.map((x, f) => (spec.inputs[f].relative ? x - atOrigin[f] : x)));
}

/** Prices of steps 1..horizon from the model's scaled outputs. */
function pricesOf(outputs: number[], lastPrice: number): number[] {
  const { rule, center, scale } = spec.target;
  let sum = 0;
  return outputs.map((output) => {
    const x = output * scale + center;
    sum += x;
    return rule === 'price' ? x : lastPrice * Math.exp(rule === 'sumLogReturns' ? sum : x);
  });
}

const path = process.argv[2] ?? refuse('Usage: node forecast.ts prices.csv');
const { dates, numbers } = readColumns(path);
const last = dates.length - 1;
if (last < 0) refuse(path + ' has no row with all the columns the model needs.');
const lastPrice = numbers.get(spec.target.column)![last];
const prices = pricesOf(await predict(windowOf(numbers, last)), lastPrice);
console.log('last known  ' + lastPrice.toPrecision(9) + '  ' + dates[last]);
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
