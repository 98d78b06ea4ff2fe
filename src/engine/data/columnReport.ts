import type { ColumnReport } from '../../model/dataReport.ts';
import type { Issue } from '../../model/issue.ts';
import type { ResolvedColumns } from './columns.ts';
import { dateText, type DataTable } from './dataTable.ts';
import type { RawColumn, RawTable } from './rawTable.ts';

/** Text in the cells of number columns the study uses. */
export function badCellIssues(raw: RawTable, columns: ResolvedColumns): Issue[] {
  return columns.used.flatMap(({ name, path }) => {
    const column = raw.columns.find((c) => c.name === name);
    if (column === undefined || column.unreadable === 0) return [];
    const cells = column.badCells.map((c) => `row ${c.row} ("${c.text.slice(0, 30)}")`).join(', ');
    const more =
      column.unreadable > column.badCells.length
        ? `, and ${column.unreadable - column.badCells.length} more`
        : '';
    return [
      {
        path,
        code: 'textInNumber',
        severity: 'error' as const,
        message: `Column "${name}" holds text where a number is needed: ${cells}${more}. Mend the cells or leave them empty; empty cells are left out with their row.`,
      },
    ];
  });
}

/** Rows that lack a value the study uses. */
export function countMissingRows(table: DataTable, columns: ResolvedColumns): number {
  const used = columns.used.flatMap((c) => table.numbers.get(c.name) ?? []);
  let count = 0;
  for (let i = 0; i < table.rows; i++) if (used.some((values) => Number.isNaN(values[i]))) count++;
  return count;
}

export function missingIssue(table: DataTable, columns: ResolvedColumns, rows: number): Issue {
  const perColumn = columns.used
    .map(({ name }) => {
      const values = table.numbers.get(name);
      const at = values?.findIndex((x) => Number.isNaN(x)) ?? -1;
      return at < 0 ? null : `"${name}" first in row ${table.fileRows[at]}`;
    })
    .filter((text) => text !== null);
  return {
    path: ['data', 'file'],
    code: 'missingCells',
    severity: rows === table.rows ? 'error' : 'warning',
    message: `${rows} of ${table.rows} rows lack a value the study uses (${perColumn.slice(0, 4).join(', ')}); they are left out, nothing is filled in.`,
  };
}

/** What each column of the file holds, in the order of the file. */
export function columnReports(raw: RawTable, table: DataTable): ColumnReport[] {
  const reports = new Map(raw.columns.map((c) => [c.name, columnReport(c)]));
  return raw.names.flatMap((name) => {
    if (name !== raw.dateColumn) return reports.get(name) ?? [];
    return [
      {
        name,
        kind: 'date' as const,
        missing: 0,
        unreadable: raw.badDateCount,
        min: null,
        max: null,
        first: dateText(table.times[0]),
        last: dateText(table.times[table.rows - 1]),
        values: [],
      },
    ];
  });
}

function columnReport(column: RawColumn): ColumnReport {
  let min = Infinity;
  let max = -Infinity;
  for (const value of column.values ?? []) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return {
    name: column.name,
    kind: column.kind,
    missing: column.missing,
    unreadable: column.unreadable,
    min: Number.isFinite(min) ? min : null,
    max: Number.isFinite(max) ? max : null,
    first: column.first,
    last: column.last,
    values: column.distinct.slice(0, 50),
  };
}
