import { createHash } from 'node:crypto';
import type { DataTable } from './dataTable.ts';

/** SHA-256 (hexadecimal) of the dates and of the named columns, all rows in order, as little-endian doubles with their names. */
export function dataHash(table: DataTable, columns: readonly string[]): string {
  const hash = createHash('sha256');
  const add = (name: string, values: Float64Array): void => {
    hash.update(`${name}\0${values.length}\0`);
    // One NaN has many bit patterns; the copy has one.
    const bytes = Buffer.alloc(values.length * 8);
    for (let i = 0; i < values.length; i++)
      bytes.writeDoubleLE(Number.isNaN(values[i]) ? NaN : values[i], i * 8);
    hash.update(bytes);
  };
  add('times', table.times);
  for (const name of [...columns].sort()) add(name, table.numbers.get(name) ?? new Float64Array());
  return hash.digest('hex');
}
