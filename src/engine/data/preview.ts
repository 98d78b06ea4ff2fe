import type { DataPreview } from '../../model/dataReport.ts';
import { dateText, type DataTable } from './dataTable.ts';

export const maxPreviewPoints = 2000;

/**
 * Columns thinned out for a chart. Rows are cut into equal parts and each part gives the rows of the first column's lowest and
 * highest value, so that spikes stay; first and last row are always in.
 */
export function previewTable(table: DataTable, columns: readonly string[]): DataPreview {
  const rows = table.rows <= maxPreviewPoints ? allRows(table.rows) : extremeRows(table, columns[0]);
  return {
    dates: rows.map((i) => dateText(table.times[i])),
    columns: columns.flatMap((name) => {
      const values = table.numbers.get(name);
      if (values === undefined) return [];
      return [{ name, values: rows.map((i) => (Number.isFinite(values[i]) ? values[i] : null)) }];
    }),
  };
}

function allRows(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function extremeRows(table: DataTable, column: string): number[] {
  const values = table.numbers.get(column) ?? table.times;
  const parts = maxPreviewPoints / 2 - 1;
  const picked = new Set<number>([0]);
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((part * table.rows) / parts);
    const to = Math.floor(((part + 1) * table.rows) / parts);
    let low = from;
    let high = from;
    for (let i = from; i < to; i++) {
      if (values[i] < values[low]) low = i;
      if (values[i] > values[high]) high = i;
    }
    picked.add(low).add(high);
  }
  picked.add(table.rows - 1);
  return [...picked].sort((a, b) => a - b);
}
