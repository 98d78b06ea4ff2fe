import { expect } from 'vitest';
import { lstmForward } from '../../src/engine/predict/lstmForward.ts';
import { bundleOf, sp500, type BundleOptions } from './fixtures.ts';

/** Models of different shapes that every export is checked with. */
export const modelCases: readonly (BundleOptions & { readonly title: string })[] = [
  { title: '1 layer, 1 input', sizes: { features: 1, units: 8, layers: 1, horizon: 1 }, lookback: 20 },
  {
    title: '3 layers, 2 inputs, 5 steps',
    sizes: { features: 2, units: 7, layers: 3, horizon: 5 },
    lookback: 12,
    inputs: ['adjclose.logReturn', 'volume.logDiff1p'],
    study: {
      horizon: 5,
      data: {
        file: 'sp500.csv',
        features: [
          { column: 'adjclose', transform: 'logReturn' },
          { column: 'volume', transform: 'logDiff1p' },
        ],
      },
    },
  },
  {
    title: 'window-relative price',
    sizes: { features: 1, units: 5, layers: 2, horizon: 3 },
    lookback: 15,
    inputs: ['adjclose.windowRelative'],
    relative: [1],
    study: { horizon: 3, data: { file: 'sp500.csv', forecast: 'windowRelative' } },
  },
  {
    title: 'raw price',
    inputs: ['adjclose'],
    sizes: { features: 1, units: 4, layers: 1, horizon: 2 },
    lookback: 9,
    study: { horizon: 2, data: { file: 'sp500.csv', forecast: 'price' } },
  },
  {
    title: 'dropouts, 2 layers, 4 steps, window-relative price',
    params: { dropout: 0.5, recurrentDropout: 0.3, optimizer: 'rmsprop', clipNorm: 1 },
    sizes: { features: 1, units: 16, layers: 2, horizon: 4 },
    lookback: 7,
    inputs: ['adjclose.windowRelative'],
    relative: [1],
    study: { horizon: 4, data: { file: 'sp500.csv', forecast: 'windowRelative' } },
  },
  {
    title: '50 units, 60 rows',
    params: { recurrentDropout: 0.2 },
    sizes: { features: 1, units: 50, layers: 1, horizon: 2 },
    lookback: 60,
    study: { horizon: 2 },
  },
];

const days = Array.from(
  { length: 40 },
  (_, i) => `${new Date(i * 86_400_000).toISOString().slice(0, 10)},${100 + i}`,
);

/** Files that the exported programs must refuse; `text` null: there is none. */
export const unfitFiles: readonly {
  readonly what: string;
  readonly model: number;
  readonly text: string | null;
  readonly says: string;
}[] = [
  { what: 'prices without its columns', model: 1, text: 'date,close\n2020-01-01,1\n', says: 'has no column' },
  {
    what: 'too few rows',
    model: 0,
    text: `date,adjclose\n${days.slice(0, 20).join('\n')}\n`,
    says: 'too few complete rows: the model looks back on 20',
  },
  {
    what: 'a day that stands twice',
    model: 0,
    text: `date,adjclose\n${[...days, days[30]].join('\n')}\n`,
    says: 'more than one row of 1970-01-31',
  },
  { what: 'a file that is not there', model: 0, text: null, says: 'There is no file' },
];

/** Each number within `relative` x max(1, |expected|). */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, relative: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(actual[i] - expected[i])).toBeLessThanOrEqual(
      relative * Math.max(1, Math.abs(expected[i])),
    );
}

/** Forecast of the last row of the S&P file, computed here from the raw numbers. */
export function expectedPrices(options: BundleOptions): number[] {
  const bundle = bundleOf(options);
  const { document, weights } = bundle;
  const { lookback } = document.window;
  const last = sp500.adjclose.length - 1;
  const price = sp500.adjclose;
  const forecast = document.data.forecast;
  const raw = (t: number): number[] => {
    const ret = Math.log(price[t] / price[t - 1]);
    if (weights.features === 2) return [ret, Math.log1p(sp500.volume[t]) - Math.log1p(sp500.volume[t - 1])];
    return [forecast === 'price' ? price[t] : forecast === 'logReturn' ? ret : Math.log(price[t])];
  };
  const scaled = (t: number): number[] => raw(t).map((x) => (x - 0.0001) / 0.012);
  const origin = scaled(last);
  const window = Array.from({ length: lookback }, (_, i) =>
    scaled(last - lookback + 1 + i).map((x, f) => x - (options.relative?.[f] === 1 ? origin[f] : 0)),
  );
  const out = [...lstmForward(weights, Float64Array.from(window.flat()))].map((x) => x * 0.012 + 0.0001);
  let sum = 0;
  return out.map((x) => {
    sum += x;
    if (forecast === 'price') return x;
    return price[last] * Math.exp(forecast === 'logReturn' ? sum : x);
  });
}

export function printedPrices(text: string): number[] {
  return [...text.matchAll(/^step \d+\s+(\S+)/gm)].map((m) => Number(m[1]));
}
