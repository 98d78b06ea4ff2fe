import { Fault } from '../../model/fault.ts';
import type { Forecast } from '../../protocol/results.ts';
import { buildSeries } from '../data/buildSeries.ts';
import { dateText, type DataTable } from '../data/dataTable.ts';
import { plainName } from '../data/plainName.ts';
import type { Series } from '../data/series.ts';
import type { BundleDocument, TargetRule } from '../exporters/bundleSchema.ts';
import type { ModelBundle } from '../exporters/modelBundle.ts';
import { lstmForward } from './lstmForward.ts';

/**
 * The forecast after the last row of a table, by a model from its bundle: inputs made as in training, scaled by the model's own
 * scaler, last window, back to prices from the last known price. Throws Fault `badInput` where the table lacks a column, an
 * input comes out under another name, or there are too few rows.
 */
export function predictNext(bundle: ModelBundle, table: DataTable): Forecast {
  const { document, weights } = bundle;
  const { series, issues } = buildSeries(table, document.data);
  if (series === null)
    throw new Fault(
      'badInput',
      `The data does not fit the model: ${issues.map((issue) => issue.message).join(' ')}`,
    );
  const names = document.inputs.map((input) => input.name);
  // Another case or other marks in a column's name is the same column, as everywhere.
  if (names.map(plainName).join('\n') !== series.inputNames.map(plainName).join('\n'))
    throw new Fault(
      'badInput',
      `The data does not fit the model: it takes ${names.join(', ')}; this file gives ${series.inputNames.join(', ')}.`,
    );
  const { lookback } = document.window;
  if (series.rows < lookback)
    throw new Fault(
      'badInput',
      `The model looks back on ${lookback} rows; the file has ${series.rows} that are complete. Give it a longer file.`,
    );
  const window = lastWindow(document, series);
  const outputs = lstmForward(weights, window);
  const lastPrice = series.prices[series.rows - 1];
  return {
    lastDate: dateText(series.times[series.rows - 1]),
    lastPrice,
    steps: pricesOf(outputs, document, lastPrice).map((price, i) => ({
      step: i + 1,
      price,
      change: price / lastPrice - 1,
    })),
    note: `${doubts(document, { series, table, window })}Trial ${document.provenance.trial} of ${document.provenance.experiment}, trained on rows to ${document.provenance.rows.lastDate}. Repeating the last price would say ${lastPrice} for every step; the report says whether this model does better.`,
  };
}

/** Scaled values this far out were never seen in training: standard deviations, or widths of the train range. */
const farOut = 10;

/** What makes this forecast doubtful although the columns fit; empty when nothing does. */
function doubts(
  { inputs }: BundleDocument,
  { series, table, window }: { series: Series; table: DataTable; window: Float64Array },
): string {
  const lastDate = dateText(series.times[series.rows - 1]);
  const fileEnd = dateText(table.times[table.rows - 1]);
  const widest = window.reduce((most, x, i) => (Math.abs(x) > Math.abs(window[most]) ? i : most), 0);
  const size = Math.abs(window[widest]);
  return [
    ...(fileEnd === lastDate
      ? []
      : [
          `The file goes on to ${fileEnd}, but its rows after ${lastDate} lack a value that the model needs: this is the forecast made on ${lastDate}. `,
        ]),
    ...(size > farOut
      ? [
          `Doubtful: ${inputs[widest % inputs.length].name} lies ${size.toFixed(0)} times its training scale from what the model has seen; look for a split, a unit or another series in the last rows. `,
        ]
      : []),
  ].join('');
}

/** (lookback, features), scaled; relative inputs less their value at the origin. */
function lastWindow(
  { inputs, window: { lookback } }: BundleDocument,
  series: Pick<Series, 'inputs' | 'rows'>,
): Float64Array {
  const width = inputs.length;
  const scaled = (t: number, f: number): number =>
    (series.inputs[t * width + f] - inputs[f].center) / inputs[f].scale;
  const origin = series.rows - 1;
  return Float64Array.from({ length: lookback * width }, (_, i) => {
    const f = i % width;
    const t = origin - lookback + 1 + Math.floor(i / width);
    return scaled(t, f) - (inputs[f].relative ? scaled(origin, f) : 0);
  });
}

function pricesOf(outputs: Float64Array, { target }: BundleDocument, lastPrice: number): readonly number[] {
  let sum = 0;
  return Array.from(outputs, (output) => {
    const x = output * target.scale + target.center;
    sum += x;
    return priceBy(target.rule, { x, sum, lastPrice });
  });
}

function priceBy(
  rule: TargetRule,
  { x, sum, lastPrice }: { readonly x: number; readonly sum: number; readonly lastPrice: number },
): number {
  switch (rule) {
    case 'sumLogReturns':
      return lastPrice * Math.exp(sum);
    case 'logRatio':
      return lastPrice * Math.exp(x);
    case 'price':
      return x;
  }
}
