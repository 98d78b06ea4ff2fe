import type { Issue } from '../../model/issue.ts';
import type { DataSpec, IndicatorSpec } from '../../model/dataSpec.ts';
import { nearest } from '../../model/nearest.ts';
import { plainName } from './plainName.ts';

const adjustedNames = [
  'adjclose',
  'adjustedclose',
  'closeadj',
  'closeadjusted',
  'adjclosingprice',
  'adjustedclosingprice',
  'adjcloseprice',
  'adjustedprice',
];
const closeNames = [
  'close',
  'closingprice',
  'closeprice',
  'closelast',
  'last',
  'lastprice',
  'price',
  'settle',
  'settlement',
  'schlusskurs',
  'schluss',
  'cierre',
  'cloture',
  'value',
  'nav',
  'rate',
];

/** A column the study uses and the place in the study file that asks for it. */
export interface UsedColumn {
  readonly name: string;
  readonly path: Issue['path'];
}

export interface ResolvedColumns {
  readonly price: { readonly column: string; readonly reason: string } | null;
  /** Distinct by name: price first, then features, indicators, adjustment. */
  readonly used: readonly UsedColumn[];
  readonly issues: readonly Issue[];
}

/** The name in the file that `wanted` means: exact, else equal without case, spaces, underscores; null when there is none. */
export function findColumn(wanted: string, names: readonly string[]): string | null {
  if (names.includes(wanted)) return wanted;
  return names.find((name) => plainName(name) === plainName(wanted)) ?? null;
}

function findOneOf(wanted: readonly string[], names: readonly string[]): string | null {
  for (const name of wanted) {
    const found = names.find((n) => plainName(n) === name);
    if (found !== undefined) return found;
  }
  return null;
}

export interface OhlcColumns {
  readonly open: string | null;
  readonly high: string | null;
  readonly low: string | null;
  readonly close: string | null;
  readonly volume: string | null;
  readonly adjusted: string | null;
}

/** The usual columns of a price file by their names. */
export function ohlcColumns(names: readonly string[]): OhlcColumns {
  return {
    open: findOneOf(['open', 'openprice', 'openingprice'], names),
    high: findOneOf(['high', 'highprice', 'dayhigh'], names),
    low: findOneOf(['low', 'lowprice', 'daylow'], names),
    close: findOneOf(closeNames, names),
    volume: findOneOf(['volume', 'vol', 'volumetraded', 'sharestraded'], names),
    adjusted: findOneOf(adjustedNames, names),
  };
}

/** Columns an indicator reads, by the role each has. */
export function indicatorColumns(
  indicator: IndicatorSpec,
  names: readonly string[],
  price: string,
): { readonly columns: readonly string[]; readonly missing: readonly string[] } {
  const ohlc = ohlcColumns(names);
  const need = (
    roles: readonly ('high' | 'low' | 'close' | 'volume')[],
  ): { columns: string[]; missing: string[] } => ({
    columns: roles.flatMap((role) => ohlc[role] ?? []),
    missing: roles.filter((role) => ohlc[role] === null),
  });
  if (indicator.kind === 'atr') return need(['high', 'low', 'close']);
  if (indicator.kind === 'obv') {
    const volume = need(['volume']);
    return { columns: [price, ...volume.columns], missing: volume.missing };
  }
  if (indicator.column === undefined) return { columns: [price], missing: [] };
  const found = findColumn(indicator.column, names);
  return found === null ? { columns: [], missing: [indicator.column] } : { columns: [found], missing: [] };
}

/** Finds every column the study names among the number columns of the file. */
export function resolveColumns(
  spec: DataSpec,
  numbers: readonly string[],
  texts: readonly string[],
): ResolvedColumns {
  const issues: Issue[] = [];
  const used = new Map<string, UsedColumn>();
  const use = (name: string, path: Issue['path']): void => {
    if (!used.has(name)) used.set(name, { name, path });
  };
  const lookUp = (wanted: string, path: Issue['path']): string | null => {
    const found = findColumn(wanted, numbers);
    if (found !== null) use(found, path);
    else issues.push(notFound(wanted, path, { numbers, texts }));
    return found;
  };
  const price = spec.price === undefined ? defaultPrice(numbers) : writtenPrice(spec.price, lookUp);
  if (price !== null) use(price.column, ['data', 'price']);
  else if (spec.price === undefined) issues.push(noPrice(numbers));
  spec.features.forEach((feature, i) => lookUp(feature.column, ['data', 'features', i, 'column']));
  spec.indicators.forEach((indicator, i) => {
    if (price === null) return;
    const { columns, missing } = indicatorColumns(indicator, numbers, price.column);
    for (const column of columns) use(column, ['data', 'indicators', i]);
    for (const name of missing) {
      issues.push(
        indicator.column === name
          ? notFound(name, ['data', 'indicators', i, 'column'], { numbers, texts })
          : {
              path: ['data', 'indicators', i, 'kind'],
              code: 'unknownColumn',
              severity: 'error',
              message: `${indicator.kind} needs a column "${name}", and the file has none: ${numbers.slice(0, 20).join(', ')}. Leave the indicator out, or add the column.`,
            },
      );
    }
  });
  if (spec.adjust !== undefined) {
    lookUp(spec.adjust, ['data', 'adjust']);
    const ohlc = ohlcColumns(numbers);
    if (ohlc.close === null) {
      issues.push({
        path: ['data', 'adjust'],
        code: 'unknownColumn',
        severity: 'error',
        message: `data.adjust needs the unadjusted close beside "${spec.adjust}", and the file has no close column.`,
      });
    } else use(ohlc.close, ['data', 'adjust']);
  }
  return { price, used: [...used.values()], issues };
}

function writtenPrice(
  wanted: string,
  lookUp: (wanted: string, path: Issue['path']) => string | null,
): ResolvedColumns['price'] {
  const found = lookUp(wanted, ['data', 'price']);
  return found === null ? null : { column: found, reason: 'named in data.price' };
}

function defaultPrice(numbers: readonly string[]): ResolvedColumns['price'] {
  const { adjusted, close } = ohlcColumns(numbers);
  if (adjusted !== null) return { column: adjusted, reason: 'the adjusted close of the file' };
  if (close !== null) return { column: close, reason: 'the close of the file; it has no adjusted close' };
  return numbers.length === 1 ? { column: numbers[0], reason: 'the only number column' } : null;
}

function noPrice(numbers: readonly string[]): Issue {
  const message =
    numbers.length === 0
      ? 'The file has no column of numbers. If its numbers are written with a comma, set data.decimal to ",".'
      : `No close or adjusted close among ${numbers.slice(0, 20).join(', ')}: name the series to forecast in data.price.`;
  return { path: ['data', 'price'], code: 'noPriceColumn', severity: 'error', message };
}

function notFound(
  wanted: string,
  path: Issue['path'],
  names: { readonly numbers: readonly string[]; readonly texts: readonly string[] },
): Issue {
  const text = findColumn(wanted, names.texts);
  if (text !== null) {
    return {
      path,
      code: 'columnNotNumeric',
      severity: 'error',
      message: `Column "${text}" holds text or dates, not numbers. Number columns: ${names.numbers.slice(0, 20).join(', ')}.`,
    };
  }
  const near = nearest(wanted, names.numbers);
  return {
    path,
    code: 'unknownColumn',
    severity: 'error',
    message: `There is no column "${wanted}"${near === null ? '.' : `; did you mean "${near}"?`} Number columns: ${names.numbers.slice(0, 20).join(', ')}.`,
    ...(near === null ? {} : { fix: { title: `Use "${near}"`, path, value: near } }),
  };
}
