import type { Column } from './columns.ts';

/**
 * The table as CSV (RFC 4180, CRLF), exactly the rows and columns shown, in their order.
 * Columns that hold no text (the select box, the sparkline) are left out.
 */
export function tableCsv(columns: readonly Column[], rows: Iterable<number>): string {
  const written = columns.filter((column) => column.id !== 'select' && column.id !== 'curve');
  const heads = written.map((column) => (column.label === '' ? column.title : column.label));
  const lines = [heads, ...Array.from(rows, (row) => written.map((column) => column.text(row)))];
  return csvText(lines);
}

export function csvText(lines: readonly (readonly (string | number)[])[]): string {
  return lines.map((cells) => cells.map(csvCell).join(',') + '\r\n').join('');
}

/**
 * One cell. A text that a spreadsheet would run as a formula (it begins with = + - @, tab or carriage return and is no
 * plain number) gets an apostrophe before it (OWASP, CSV injection). A true minus becomes the ASCII one, so that numbers
 * stay numbers.
 */
export function csvCell(value: string | number): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const text = value.replace(/^\u2212(?=\d)/, '-');
  const isNumber = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
  const safe = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
