import type { Issue } from '../../model/issue.ts';
import { dateText } from './dataTable.ts';
import { decideOrder, unpackDayMonth, type DateStyle, type DayMonthOrder } from './dates.ts';
import { maxDistinct, type BadDate, type RawTable } from './rawTable.ts';
import type { DataSpec } from '../../model/dataSpec.ts';

export interface DatedRows {
  /** In file order; NaN where the day does not exist. */
  readonly times: Float64Array;
  readonly format: string;
  readonly issues: readonly Issue[];
}

const orderNames: Readonly<Record<DayMonthOrder, string>> = {
  us: 'month/day/year',
  european: 'day/month/year',
};

/** Reads packed day-month dates in the order that the study, the numbers or the sequence of rows give. */
export function decideDates(raw: RawTable, style: DateStyle, spec: Pick<DataSpec, 'dateFormat'>): DatedRows {
  if (style !== 'dayMonth') return { times: raw.times, format: style, issues: [] };
  const written = spec.dateFormat === 'us' || spec.dateFormat === 'european' ? spec.dateFormat : null;
  const decision = written === null ? decideOrder(raw.times) : { order: written, by: 'evidence' as const };
  const issues: Issue[] = [];
  if (decision.by !== 'evidence') {
    const isOpen = decision.by === 'open';
    issues.push({
      path: ['data', 'dateFormat'],
      code: 'ambiguousDate',
      severity: isOpen ? 'warning' : 'info',
      message: isOpen
        ? `No date has a number above 12, so day and month cannot be told apart; they are read as ${orderNames[decision.order]}. Set data.dateFormat to "us" or "european".`
        : `No date has a number above 12; read as ${orderNames[decision.order]}, because only then the rows are in time order. Set data.dateFormat if that is wrong.`,
      fix: { title: `Write "${decision.order}" down`, path: ['data', 'dateFormat'], value: decision.order },
    });
  }
  const times = raw.times.map((packed) => unpackDayMonth(packed, decision.order));
  return { times, format: decision.order, issues };
}

export interface Order {
  /** Row of the file order at each place of the time order. */
  readonly permutation: Uint32Array;
  readonly sorted: boolean;
}

/** Time order of the rows; `sorted` when that is not the file's. Stable. */
export function timeOrder(times: Float64Array): Order {
  const n = times.length;
  const permutation = Uint32Array.from({ length: n }, (_, i) => i);
  let up = true;
  let down = true;
  for (let i = 1; i < n && (up || down); i++) {
    up &&= times[i] >= times[i - 1];
    down &&= times[i] < times[i - 1];
  }
  if (up) return { permutation, sorted: false };
  if (down) permutation.reverse();
  else permutation.sort((a, b) => times[a] - times[b] || a - b);
  return { permutation, sorted: true };
}

export interface Duplicates {
  readonly list: readonly { readonly date: string; readonly rows: readonly number[] }[];
  readonly count: number;
}

/** Dates that stand in several rows; times ascending. */
export function findDuplicates(times: Float64Array, fileRows: Int32Array): Duplicates {
  const list: { date: string; rows: number[] }[] = [];
  let count = 0;
  for (let i = 0; i < times.length;) {
    let end = i + 1;
    while (end < times.length && times[end] === times[i]) end++;
    if (end - i > 1) {
      count++;
      if (list.length < 20)
        list.push({ date: dateText(times[i]), rows: [...fileRows.slice(i, Math.min(end, i + 10))] });
    }
    i = end;
  }
  return { list, count };
}

export function duplicateIssue(duplicates: Duplicates, raw: RawTable): Issue {
  const examples = duplicates.list
    .slice(0, 3)
    .map((d) => `${d.date} in rows ${d.rows.join(', ')}`)
    .join('; ');
  const group = raw.columns.find(
    (c) => c.kind === 'text' && c.distinct.length > 1 && c.distinct.length <= maxDistinct,
  );
  const cure =
    group === undefined
      ? 'Keep one row for each date.'
      : `The file seems to hold several series: column "${group.name}" has ${group.distinct.slice(0, 5).join(', ')}${group.distinct.length > 5 ? ', …' : ''}. Choose one with data.where, for example { "${group.name}": "${group.distinct[0]}" }.`;
  return {
    path: group === undefined ? ['data', 'file'] : ['data', 'where'],
    code: 'duplicateDates',
    severity: 'error',
    message: `${duplicates.count} ${duplicates.count === 1 ? 'date stands' : 'dates stand'} in more than one row: ${examples}. ${cure}`,
    ...(group === undefined
      ? {}
      : {
          fix: {
            title: `Take ${group.distinct[0]}`,
            path: ['data', 'where'],
            value: { [group.name]: group.distinct[0] },
          },
        }),
  };
}

export interface Notes {
  /** Rows of text below (or above) the table that are left out. */
  readonly footerRows: readonly number[];
  readonly issues: readonly Issue[];
}

/** Rows without a readable date: notes when they hold no numbers or stand at the end without a digit, else an error. */
export function judgeBadDates(raw: RawTable, isDate: string): Notes {
  const lastGood = raw.fileRows.at(-1) ?? 0;
  const isNote = (bad: BadDate): boolean =>
    !bad.hasNumbers || (bad.row > lastGood && bad.text.trim() !== '' && !/\d/.test(bad.text));
  const notes = raw.badDates.filter(isNote);
  const wrong = raw.badDates.filter((bad) => !isNote(bad));
  const issues: Issue[] = [];
  if (wrong.length > 0) {
    const examples = wrong
      .slice(0, 3)
      .map((b) =>
        b.text.trim() === '' ? `row ${b.row} (empty)` : `row ${b.row} ("${b.text.slice(0, 40)}")`,
      );
    issues.push({
      path: ['data', 'date'],
      code: 'badDate',
      severity: 'error',
      message: `Column "${raw.dateColumn}" is read as ${isDate} dates, which fails on ${wrong.length === 1 ? '' : `${wrong.length}${raw.badDateCount > raw.badDates.length ? ' or more' : ''} rows, first `}${examples.join(', ')}. Mend or delete ${wrong.length === 1 ? 'that row' : 'those rows'}, or set data.dateFormat.`,
    });
  }
  if (notes.length > 0) {
    const rows = notes.slice(0, 5).map((b) => b.row);
    issues.push({
      path: ['data', 'file'],
      code: 'notesLeftOut',
      severity: 'info',
      message: `${notes.length} ${notes.length === 1 ? 'row holds' : 'rows hold'} text instead of a date and ${notes.length === 1 ? 'is' : 'are'} left out: ${rows.length === 1 ? 'row' : 'rows'} ${rows.join(', ')}${notes.length > 5 ? ', …' : ''} ("${notes[0].text.slice(0, 40)}").`,
    });
  }
  return { footerRows: notes.slice(0, 50).map((b) => b.row), issues };
}
