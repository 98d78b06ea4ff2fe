import type { Issue } from '../../model/issue.ts';
import type { Study } from '../../model/study.ts';
import { adjustPrices } from './adjust.ts';
import { findColumn, ohlcColumns, resolveColumns, type ResolvedColumns } from './columns.ts';
import { dateText, type DataTable } from './dataTable.ts';
import { computeIndicator, indicatorWarmUp } from './indicators.ts';
import type { Series } from './series.ts';
import { transformColumn, transformDomain, transformWarmUp } from './transforms.ts';

interface Input {
  readonly name: string;
  readonly values: Float64Array;
  readonly relative: boolean;
}

export interface BuiltSeries {
  readonly series: Series | null;
  readonly columns: ResolvedColumns;
  readonly issues: readonly Issue[];
}

/**
 * The Series of a table: rows that lack a used value are left out, inputs are computed causally on the rest, rows before every
 * input has a value (warm-up) are dropped. Nothing is ever filled in.
 */
export function buildSeries(table: DataTable, data: Study['data']): BuiltSeries {
  const names = [...table.numbers.keys()];
  const columns = resolveColumns(data, names, []);
  const failed = (issues: readonly Issue[]): BuiltSeries => ({ series: null, columns, issues });
  if (columns.price === null || columns.issues.length > 0) return failed(columns.issues);
  const complete = completeRows(table, columns);
  if (complete.rows === 0) return failed([noCompleteRows()]);
  const adjusted =
    data.adjust === undefined
      ? complete
      : adjustPrices(complete, findColumn(data.adjust, names) ?? data.adjust);
  const domain = domainIssues(adjusted, columns, data);
  if (domain.length > 0) return failed(domain);
  const prices = columnOf(adjusted, columns.price.column);
  const inputs = inputsOf(adjusted, columns.price.column, data);
  const warmUp = Math.max(
    data.forecast === 'price' ? 0 : 1,
    ...inputs.map(({ values }) => {
      const first = values.findIndex((x) => !Number.isNaN(x));
      return first < 0 ? values.length : first;
    }),
  );
  if (warmUp >= adjusted.rows) return failed([tooShortForInputs(adjusted.rows, inputWarmUp(data))]);
  const bad = firstNotFinite(inputs, warmUp, adjusted);
  if (bad !== null) return failed([bad]);
  const rows = adjusted.rows - warmUp;
  const matrix = new Float64Array(rows * inputs.length);
  inputs.forEach(({ values }, j) => {
    for (let t = 0; t < rows; t++) matrix[t * inputs.length + j] = values[t + warmUp];
  });
  const series: Series = {
    rows,
    times: adjusted.times.slice(warmUp),
    prices: prices.slice(warmUp),
    inputNames: inputs.map((i) => i.name),
    inputs: matrix,
    relative: Uint8Array.from(inputs, (i) => (i.relative ? 1 : 0)),
    forecast: data.forecast,
  };
  return { series, columns, issues: [] };
}

/**
 * What is wrong with values of any row, test rows too: only whether each can be used, so that a search does not end in a test that
 * cannot be run.
 */
export function valueIssues(table: DataTable, data: Study['data']): readonly Issue[] {
  const columns = resolveColumns(data, [...table.numbers.keys()], []);
  if (columns.price === null || columns.issues.length > 0) return columns.issues;
  return domainIssues(completeRows(table, columns), columns, data);
}

function columnOf(table: DataTable, name: string): Float64Array {
  const values = table.numbers.get(name);
  if (values === undefined) throw new Error(`column ${name} is resolved but not in the table`);
  return values;
}

/** Only the rows that have every used value. */
function completeRows(table: DataTable, columns: ResolvedColumns): DataTable {
  const used = columns.used.map((c) => [c.name, columnOf(table, c.name)] as const);
  const keep: number[] = [];
  for (let t = 0; t < table.rows; t++) {
    if (used.every(([, values]) => Number.isFinite(values[t]))) keep.push(t);
  }
  const pick = (values: Float64Array): Float64Array => Float64Array.from(keep, (t) => values[t]);
  return {
    rows: keep.length,
    dateColumn: table.dateColumn,
    times: pick(table.times),
    numbers: new Map(used.map(([name, values]) => [name, pick(values)])),
    fileRows: Int32Array.from(keep, (t) => table.fileRows[t]),
  };
}

/** Inputs as the study names them; none named: the price in the form that is forecast. */
function inputsOf(table: DataTable, price: string, data: Study['data']): Input[] {
  const names = [...table.numbers.keys()];
  const inputs: Input[] = data.features.map(({ column, transform }) => {
    const name = findColumn(column, names) ?? column;
    return {
      name: transform === 'none' ? name : `${name}.${transform}`,
      values: transformColumn(columnOf(table, name), transform),
      relative: false,
    };
  });
  for (const indicator of data.indicators) {
    const { high, low, close, volume } = ohlcColumns(names);
    const optional = (name: string | null): { values?: Float64Array } =>
      name === null ? {} : { values: columnOf(table, name) };
    const on = indicator.column === undefined ? price : (findColumn(indicator.column, names) ?? price);
    const values = columnOf(table, indicator.kind === 'atr' && close !== null ? close : on);
    const outputs = computeIndicator(indicator, {
      values,
      high: optional(high).values,
      low: optional(low).values,
      volume: optional(volume).values,
    });
    const suffix = indicator.column === undefined ? '' : `(${on})`;
    for (const output of outputs)
      inputs.push({ name: output.name + suffix, values: output.values, relative: false });
  }
  if (inputs.length > 0) return inputs;
  const values = columnOf(table, price);
  switch (data.forecast) {
    case 'logReturn':
      return [{ name: `${price}.logReturn`, values: transformColumn(values, 'logReturn'), relative: false }];
    case 'windowRelative':
      return [{ name: `${price}.windowRelative`, values: values.map(Math.log), relative: true }];
    case 'price':
      return [{ name: price, values, relative: false }];
  }
}

/** Squares of squares of errors, over a million rows, still have a number (Diebold-Mariano needs them). */
const largest = 1e60;

/** Values that no error measure or no logarithm can take, with the row of the file. */
function domainIssues(table: DataTable, columns: ResolvedColumns, data: Study['data']): Issue[] {
  const issues: Issue[] = [];
  const check = (
    name: string,
    above: number,
    issue: (row: number, value: number) => Omit<Issue, 'severity'>,
  ): void => {
    const values = columnOf(table, name);
    const at = values.findIndex((x) => !(x > above));
    if (at >= 0) issues.push({ severity: 'error', ...issue(at, values[at]) });
  };
  for (const { name, path } of columns.used) {
    const values = columnOf(table, name);
    const at = values.findIndex((x) => Math.abs(x) > largest);
    if (at >= 0)
      issues.push({
        path,
        code: 'valueTooLarge',
        severity: 'error',
        message: `"${name}" is ${values[at]} in row ${table.fileRows[at]}; above ${largest} the squares of errors have no number. Mend the row, or divide the column by a power of ten.`,
      });
  }
  const price = columns.price?.column;
  if (price !== undefined && columnOf(table, price).every((x) => Math.abs(x) < 1 / largest))
    issues.push({
      path: ['data', 'price'],
      code: 'priceTooSmall',
      severity: 'error',
      message: `"${price}" is below ${1 / largest} in every row, where the squares of errors are 0. Multiply the column by a power of ten.`,
    });
  const place = (t: number): string => `row ${table.fileRows[t]} (${dateText(table.times[t])})`;
  if (price !== undefined && data.forecast !== 'price') {
    check(price, 0, (t, value) => ({
      path: ['data', 'price'],
      code: 'priceNotPositive',
      message: `"${price}" is ${value} in ${place(t)}; ${data.forecast} needs prices above zero. Mend the row, or set data.forecast to "price".`,
    }));
  }
  const names = [...table.numbers.keys()];
  data.features.forEach(({ column, transform }, i) => {
    const domain = transformDomain(transform);
    if (domain === null) return;
    const name = findColumn(column, names) ?? column;
    check(name, domain.above, (t, value) => ({
      path: ['data', 'features', i, 'transform'],
      code: 'transformDomain',
      message: `"${name}" is ${value} in ${place(t)}; ${transform} needs values above ${domain.above}. ${domain.above === 0 ? 'For volumes, which may be zero, take "logDiff1p" or "log1p"; else "diff" or "none".' : 'Take "diff" or "none".'}`,
    }));
  });
  return issues;
}

function firstNotFinite(inputs: readonly Input[], from: number, table: DataTable): Issue | null {
  for (const { name, values } of inputs) {
    for (let t = from; t < values.length; t++) {
      if (Number.isFinite(values[t])) continue;
      return {
        path: ['data', 'features'],
        code: 'inputNotFinite',
        severity: 'error',
        message: `Input "${name}" has no finite value in row ${table.fileRows[t]} (${dateText(table.times[t])}). Mend the row, or take another transform.`,
      };
    }
  }
  return null;
}

function noCompleteRows(): Issue {
  return {
    path: ['data', 'file'],
    code: 'missingCells',
    severity: 'error',
    message:
      'No row has a value in every column the study uses. Use fewer columns, or a file without such gaps.',
  };
}

function tooShortForInputs(rows: number, warmUp: number): Issue {
  return {
    path: ['data', 'indicators'],
    code: 'tooFewRows',
    severity: 'error',
    message: `The indicators have their first value after ${warmUp} rows, and there are ${rows}. Shorten their periods, or use a longer file.`,
  };
}

/** Rows at the start of a file that the study's inputs use up; for messages about too few rows. */
export function inputWarmUp(data: Study['data']): number {
  const features = data.features.map((f) => transformWarmUp(f.transform));
  return Math.max(data.forecast === 'price' ? 0 : 1, ...features, ...data.indicators.map(indicatorWarmUp));
}
