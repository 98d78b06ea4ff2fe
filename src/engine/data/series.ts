import type { ForecastKind } from '../../model/dataSpec.ts';

/**
 * What models are made from: prices and unscaled inputs, row by row in time order. Rows whose inputs need more past than
 * there is (indicator warm-up) are gone; row 0 is the first usable row.
 */
export interface Series {
  readonly rows: number;
  /** As DataTable.times. */
  readonly times: Float64Array;
  /** The column that is forecast and scored. */
  readonly prices: Float64Array;
  readonly inputNames: readonly string[];
  /** (rows, inputNames.length), row-major; row t holds only what is known after row t. */
  readonly inputs: Float64Array;
  /** One flag an input: 1 = the trainer subtracts the value at the origin from every step of the window. */
  readonly relative: Uint8Array;
  readonly forecast: ForecastKind;
}
