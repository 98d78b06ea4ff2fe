import type { DataTable } from './dataTable.ts';
import { ohlcColumns } from './columns.ts';

/**
 * Open, high, low and close multiplied by adjusted / close of their row (splits and dividends). Volume is left as it is: the
 * factor holds dividends too, and those do not change the number of shares.
 */
export function adjustPrices(table: DataTable, adjusted: string): DataTable {
  const names = [...table.numbers.keys()];
  const { open, high, low, close } = ohlcColumns(names);
  const target = table.numbers.get(adjusted);
  const base = close === null ? undefined : table.numbers.get(close);
  if (target === undefined || base === undefined)
    throw new Error('adjustPrices: columns are resolved before');
  const numbers = new Map(table.numbers);
  for (const name of [open, high, low, close]) {
    const values = name === null ? undefined : table.numbers.get(name);
    if (name === null || values === undefined) continue;
    numbers.set(
      name,
      values.map((x, t) => x * (target[t] / base[t])),
    );
  }
  return { ...table, numbers };
}
