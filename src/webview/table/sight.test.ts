import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsInSight, nearestPlace, rowsInSight } from './sight.ts';

describe('rowsInSight', () => {
  const rows = { count: 100, height: 24, spare: 6 };

  it('gives the rows of the view and the spare ones, always as many', () => {
    expect(rowsInSight({ top: 0, height: 240 }, rows)).toEqual({ first: 0, end: 23 });
    expect(rowsInSight({ top: 1200, height: 240 }, rows)).toEqual({ first: 44, end: 67 });
  });

  it('stays inside the table, also when it was scrolled further than it is long now', () => {
    expect(rowsInSight({ top: 2300, height: 240 }, rows)).toEqual({ first: 77, end: 100 });
    expect(rowsInSight({ top: 9000, height: 240 }, rows)).toEqual({ first: 77, end: 100 });
    expect(rowsInSight({ top: 50, height: 240 }, { ...rows, count: 5 })).toEqual({ first: 0, end: 5 });
    expect(rowsInSight({ top: 0, height: 240 }, { ...rows, count: 0 })).toEqual({ first: 0, end: 0 });
  });

  it('always holds every row that can be seen', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 900 }), (top, height) => {
        const { first, end } = rowsInSight({ top, height }, rows);
        for (let row = 0; row < rows.count; row++)
          if (row * 24 < top + height && (row + 1) * 24 > top) expect(row >= first && row < end).toBe(true);
      }),
    );
  });
});

describe('columnsInSight', () => {
  const widths = [100, 50, 80, 120, 60, 60, 90, 40];

  it('gives the columns of the view, two more on each side, and the room before them', () => {
    expect(columnsInSight({ left: 0, width: 150 }, widths)).toEqual({ first: 0, end: 4, before: 0 });
    expect(columnsInSight({ left: 240, width: 100 }, widths)).toEqual({ first: 1, end: 6, before: 100 });
  });

  it('gives none of none, and the last ones beyond the end', () => {
    expect(columnsInSight({ left: 0, width: 100 }, [])).toEqual({ first: 0, end: 0, before: 0 });
    expect(columnsInSight({ left: 5000, width: 100 }, widths).end).toBeLessThanOrEqual(widths.length);
  });
});

describe('nearestPlace', () => {
  it('moves no further than it must', () => {
    expect(nearestPlace(100, 240, { start: 120, size: 24 })).toBe(100);
    expect(nearestPlace(100, 240, { start: 48, size: 24 })).toBe(48);
    expect(nearestPlace(100, 240, { start: 480, size: 24 })).toBe(264);
  });
});
