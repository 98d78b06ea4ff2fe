import { expect, test } from 'vitest';
import { dateText, dayMs, type DataTable } from './dataTable.ts';
import { maxPreviewPoints, previewTable } from './preview.ts';

function table(rows: number): DataTable {
  return {
    rows,
    dateColumn: 'date',
    times: Float64Array.from({ length: rows }, (_, t) => t * dayMs),
    numbers: new Map([
      ['close', Float64Array.from({ length: rows }, (_, t) => (t === 31_234 ? 500 : t % 10))],
      ['volume', new Float64Array(rows).fill(NaN)],
    ]),
    fileRows: new Int32Array(rows),
  };
}

test('a short table is shown whole, missing cells as null', () => {
  const { dates, columns } = previewTable(table(30), ['close', 'volume', 'none']);
  expect(dates).toHaveLength(30);
  expect(columns.map((c) => c.name)).toEqual(['close', 'volume']);
  expect(columns[1].values).toEqual(new Array(30).fill(null));
});

test('a long table keeps its ends and its spikes in at most 2,000 points', () => {
  const { dates, columns } = previewTable(table(100_000), ['close']);
  expect(dates.length).toBeLessThanOrEqual(maxPreviewPoints);
  expect(dates[0]).toBe('1970-01-01');
  expect(dates.at(-1)).toBe(dateText(99_999 * dayMs));
  expect(columns[0].values).toContain(500);
});

test('times of day show only where there are any', () => {
  expect(dateText(0)).toBe('1970-01-01');
  expect(dateText(90 * 60_000)).toBe('1970-01-01T01:30');
  expect(dateText(1000)).toBe('1970-01-01T00:00:01');
});
