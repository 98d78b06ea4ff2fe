import { expect, test } from 'vitest';
import { Fault } from '../../model/fault.ts';
import { studySchema, type Study, type StudyInput } from '../../model/study.ts';
import { createRng } from '../rng.ts';
import { dayMs, type DataTable } from './dataTable.ts';
import { foldTensors } from './foldTensors.ts';
import { openTest, prepareStudy } from './prepare.ts';

/** A random walk of daily prices with volume. */
function walk(rows: number, change?: (t: number) => number): DataTable {
  const rng = createRng(1);
  const close = new Float64Array(rows);
  let p = 100;
  for (let t = 0; t < rows; t++) {
    p *= Math.exp(change?.(t) ?? 0.01 * rng.normal());
    close[t] = p;
  }
  return {
    rows,
    dateColumn: 'date',
    times: Float64Array.from({ length: rows }, (_, t) => t * dayMs),
    numbers: new Map([
      ['close', close],
      ['volume', close.map((x, t) => (t % 50 === 0 ? 0 : x * 1000))],
    ]),
    fileRows: Int32Array.from({ length: rows }, (_, t) => t + 2),
  };
}

function study(input: Partial<StudyInput> = {}): Study {
  return studySchema.parse({ lstmStudy: 1, data: { file: 'x.csv' }, ...input });
}

test('the search series ends, in memory too, before the test range', () => {
  const table = walk(1001);
  const { data } = prepareStudy(table, study());
  expect(data?.series.rows).toBe(849);
  expect(data?.series.prices.buffer.byteLength).toBe(849 * 8);
  expect(data?.series.times.buffer.byteLength).toBe(849 * 8);
  expect(data?.test).toMatchObject({ from: 849, to: 1000 });
  const opened = openTest(table, study());
  expect(opened.plan).toMatchObject({
    fold: 4,
    train: { from: 0, to: 849 },
    validation: { from: 849, to: 1000 },
    validationOrigins: [848, 998],
  });
});

test('every trial is scored on the same targets whatever its lookback', () => {
  const wide = study({ hyperparameters: { lookback: { choices: [5, 120] } } });
  const { data } = prepareStudy(walk(1000), wide);
  const plan = data!.folds[1];
  const short = foldTensors(data!.series, plan, { lookback: 5, horizon: 1 });
  const long = foldTensors(data!.series, plan, { lookback: 120, horizon: 1 });
  expect(long.validationOrigins).toEqual(short.validationOrigins);
  expect(short.trainOrigins.length - long.trainOrigins.length).toBe(115);
  expect(short.inputs).toEqual(long.inputs);
});

test('targets and inputs of the three kinds of forecast', () => {
  for (const forecast of ['logReturn', 'price', 'windowRelative'] as const) {
    const s = study({ data: { file: 'x.csv', forecast, scaler: 'none' }, horizon: 3 });
    const { data } = prepareStudy(walk(1000), s);
    const { series, folds } = data!;
    const tensors = foldTensors(series, folds[0], { lookback: 20, horizon: 3 });
    const t = tensors.trainOrigins[10];
    const p = series.prices;
    const expected = {
      logReturn: [1, 2, 3].map((h) => Math.log(p[t + h] / p[t + h - 1])),
      price: [1, 2, 3].map((h) => p[t + h]),
      windowRelative: [1, 2, 3].map((h) => Math.log(p[t + h] / p[t])),
    }[forecast];
    [...tensors.targets.slice(t * 3, t * 3 + 3)].forEach((x, h) => expect(x).toBeCloseTo(expected[h], 4));
    expect([...tensors.relative]).toEqual([forecast === 'windowRelative' ? 1 : 0]);
    // Rows that are no origin hold NaN: between train and validation the purge leaves some.
    expect(tensors.targets[(folds[0].train.to - 2) * 3]).toBeNaN();
  }
});

test.each([
  ['a long lookback', { hyperparameters: { lookback: 250 } }, 300],
  ['macd', { data: { file: 'x', indicators: [{ kind: 'macd' }] }, hyperparameters: { lookback: 10 } }, 100],
  [
    'an indicator longer than the file',
    { data: { file: 'x', indicators: [{ kind: 'obv', period: 90 }] }, hyperparameters: { lookback: 10 } },
    120,
  ],
  [
    'a test range by date',
    {
      data: { file: 'x', indicators: [{ kind: 'macd' }] },
      hyperparameters: { lookback: 10 },
      split: { test: { from: '1970-03-01' } },
    },
    120,
  ],
] as const)('too few rows: the message names a number that is enough: %s', (_name, input, rows) => {
  const s = study(input as Partial<StudyInput>);
  const { data, issues } = prepareStudy(walk(rows), s);
  expect(data).toBeNull();
  const issue = issues.find((i) => i.code === 'tooFewRows');
  const needed = Number(/need (\d+) rows/.exec(issue?.message ?? '')?.[1]);
  if ('share' in s.split.test) {
    expect(prepareStudy(walk(needed), s).data).not.toBeNull();
    expect(prepareStudy(walk(needed - 10), s).data).toBeNull();
  } else {
    // More rows before the range: as many more as the message asks for.
    const from = new Date(Date.UTC(1970, 2, 1) + (needed - rows) * dayMs).toISOString().slice(0, 10);
    const later = study({ ...(input as Partial<StudyInput>), split: { test: { from } } });
    expect(prepareStudy(walk(needed), later).data).not.toBeNull();
  }
});

test.each([
  ['a constant', 500, ['lookback'], (largest: number) => largest],
  ['choices', { choices: [20, 60, 500, 600], ordered: true }, ['lookback', 'choices'], () => [20, 60]],
  ['choices of which one fits', { choices: [20, 500] }, ['lookback'], () => 20],
  ['a range', { int: [20, 500] }, ['lookback', 'int', 1], (largest: number) => largest],
  [
    'a range with a step',
    { int: [20, 500], step: 50 },
    ['lookback', 'int', 1],
    (largest: number) => 20 + Math.floor((largest - 20) / 50) * 50,
  ],
  ['a range above what fits', { int: [480, 500] }, ['lookback'], (largest: number) => largest],
] as const)(
  'a window that is too long is mended to the largest that fits: %s',
  (_name, lookback, path, value) => {
    const table = walk(600);
    const short = (written: unknown): ReturnType<typeof prepareStudy> =>
      prepareStudy(table, study({ hyperparameters: { lookback: written } as StudyInput['hyperparameters'] }));
    let largest = 480;
    while (short(largest).data === null) largest--;
    expect(short(largest + 1).data).toBeNull();
    const issue = short(lookback).issues.find((i) => i.code === 'tooFewRows');
    expect(issue?.path).toEqual(['hyperparameters', ...path]);
    expect(issue?.fix).toMatchObject({ path: issue?.path, value: value(largest) });
  },
);

test('rows that are too few for any window are the fault of the file', () => {
  const issue = prepareStudy(walk(40), study()).issues.find((i) => i.code === 'tooFewRows');
  expect(issue).toMatchObject({ path: ['data', 'file'] });
  expect(issue?.fix).toBeUndefined();
});

test.each([
  ['priceNotPositive', { data: { file: 'x' } }],
  [
    'transformDomain',
    { data: { file: 'x', price: 'volume', forecast: 'price', features: [{ column: 'volume' }] } },
  ],
  ['testOutsideData', { split: { test: { from: '1960-01-01' } } }],
  ['testTooShort', { split: { test: { share: 0.01 } } }],
] as const)('%s', (code, input) => {
  const table = walk(900);
  if (code === 'priceNotPositive') table.numbers.get('close')![400] = -37;
  expect(prepareStudy(table, study(input as Partial<StudyInput>)).issues.map((i) => i.code)).toContain(code);
});

test('a price that is not positive in the test range is said before the search, not after it', () => {
  const table = walk(900);
  table.numbers.get('close')![890] = 0;
  const { data, issues } = prepareStudy(table, study());
  expect(data).toBeNull();
  expect(issues[0]).toMatchObject({ code: 'priceNotPositive', path: ['data', 'price'] });
  expect(issues[0].message).toContain('row 892');
});

test('test rows without any price cannot be opened', () => {
  const table = walk(900);
  table.numbers.get('close')!.fill(NaN, 765);
  expect(prepareStudy(table, study()).data).not.toBeNull();
  expect(() => openTest(table, study())).toThrow(Fault);
});

test('rows without a value are left out, never filled', () => {
  const table = walk(1000);
  table.numbers.get('close')![100] = NaN;
  const { data } = prepareStudy(table, study({ data: { file: 'x', price: 'close' } }));
  expect(data?.series.rows).toBe(848);
  expect([...data!.series.times]).not.toContain(100 * dayMs);
});

test('the data hash follows the columns used and nothing else', () => {
  const hash = (table: DataTable): string => prepareStudy(table, study()).data!.dataHash;
  const table = walk(1000);
  const first = hash(table);
  table.numbers.get('volume')![5] = 1;
  expect(hash(table)).toBe(first);
  table.numbers.get('close')![999] += 1e-9;
  expect(hash(table)).not.toBe(first);
});

test('adjusting multiplies open, high, low and close by adjusted / close', () => {
  const table = walk(1000);
  const close = table.numbers.get('close')!;
  const numbers = new Map([
    ['open', close.map((x) => x * 0.99)],
    ['close', close],
    ['adjclose', close.map((x, t) => x * (t < 500 ? 0.5 : 1))],
  ]);
  const s = study({
    data: {
      file: 'x',
      adjust: 'adjclose',
      price: 'close',
      features: [{ column: 'open', transform: 'none' }],
    },
  });
  const { data } = prepareStudy({ ...table, numbers }, s);
  const { series } = data!;
  expect(series.prices[0]).toBeCloseTo(close[1] * 0.5, 10);
  expect(series.inputs[0]).toBeCloseTo(close[1] * 0.99 * 0.5, 10);
});

test('values whose squared errors have no number are refused with row and cure', () => {
  const scaled = (column: string, factor: number): DataTable => {
    const table = walk(1000);
    const numbers = new Map(table.numbers);
    numbers.set(
      column,
      numbers.get(column)!.map((x) => x * factor),
    );
    return { ...table, numbers };
  };
  const errorsOf = (table: DataTable, data: Partial<StudyInput['data']> = {}) =>
    prepareStudy(table, study({ data: { file: 'x.csv', ...data } })).issues.filter(
      (issue) => issue.severity === 'error',
    );
  expect(errorsOf(scaled('close', 1e200))).toMatchObject([
    { code: 'valueTooLarge', path: ['data', 'price'], message: expect.stringContaining('row 2') as unknown },
  ]);
  expect(errorsOf(scaled('close', 1e-200))).toMatchObject([{ code: 'priceTooSmall' }]);
  const features = [{ column: 'volume', transform: 'none' as const }];
  expect(errorsOf(scaled('volume', 1e200), { features })).toMatchObject([
    { code: 'valueTooLarge', path: ['data', 'features', 0, 'column'] },
  ]);
  expect(errorsOf(scaled('volume', 1e200))).toEqual([]);
  expect(errorsOf(scaled('close', 1e50))).toEqual([]);
});
