import { stateAt } from '../state/trials.ts';
import type { TrialFilter } from '../state/state.ts';
import type { Column, ColumnSource } from './columns.ts';

/** One condition of the filter text. */
export type Term =
  | {
      readonly kind: 'compare';
      readonly column: string;
      readonly op: '<' | '<=' | '>' | '>=' | '=' | '!=';
      readonly number: number;
    }
  | { readonly kind: 'range'; readonly column: string; readonly low: number; readonly high: number }
  | { readonly kind: 'value'; readonly column: string; readonly values: readonly string[] }
  | { readonly kind: 'text'; readonly text: string };

/**
 * `u2 < 1, units:50, lr 0.001..0.01, optimizer:adam|sgd, note text`: terms are parted by commas and all must hold.
 * A name may be the head of a column, its id, or a beginning of either. What is not understood is text to look for in
 * notes, errors, states and values.
 */
export function parseFilter(text: string, columns: readonly Column[]): readonly Term[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => parseTerm(part, columns));
}

function parseTerm(part: string, columns: readonly Column[]): Term {
  const compared = /^(.+?)\s*(<=|>=|!=|<|>|=)\s*(-?[\d.]+(?:e-?\d+)?)$/i.exec(part);
  if (compared) {
    const column = findColumn(compared[1], columns);
    const number = Number(compared[3]);
    if (column && Number.isFinite(number))
      return { kind: 'compare', column: column.id, op: compared[2] as '<', number }; // one of the pattern's
  }
  const ranged = /^(.+?)[\s:]+(-?[\d.]+(?:e-?\d+)?)\s*\.\.\s*(-?[\d.]+(?:e-?\d+)?)$/i.exec(part);
  if (ranged) {
    const column = findColumn(ranged[1], columns);
    if (column) return { kind: 'range', column: column.id, low: Number(ranged[2]), high: Number(ranged[3]) };
  }
  const valued = /^([^:]+):\s*(.+)$/.exec(part);
  if (valued) {
    const column = findColumn(valued[1], columns);
    if (column)
      return {
        kind: 'value',
        column: column.id,
        values: valued[2].split('|').map((v) => v.trim().toLowerCase()),
      };
  }
  return { kind: 'text', text: part.toLowerCase() };
}

const aliases: Readonly<Record<string, string>> = {
  lr: 'param:learningRate',
  batch: 'param:batchSize',
  u2: 'metric:u2',
  trial: 'number',
  time: 'duration',
};

function findColumn(name: string, columns: readonly Column[]): Column | null {
  const wanted = name.trim().toLowerCase();
  if (wanted === '') return null;
  const alias = aliases[wanted];
  const exact = columns.find((c) => c.id === alias || namesOf(c).includes(wanted));
  return (
    exact ?? columns.find((c) => wanted.length > 2 && namesOf(c).some((n) => n.startsWith(wanted))) ?? null
  );
}

function namesOf(column: Column): readonly string[] {
  const bare = column.id.replace(/^(param|metric):/, '').toLowerCase();
  return [
    column.id.toLowerCase(),
    bare,
    column.label
      .toLowerCase()
      .replace(/[,±].*/, '')
      .trim(),
  ];
}

/** Rows that pass: text, states, star and brushes add up. */
export function filterRows(
  source: ColumnSource,
  columns: readonly Column[],
  filter: TrialFilter,
): Int32Array {
  const { trials, annotations } = source;
  const terms = parseFilter(filter.text, columns);
  const states = new Set(filter.states);
  const byId = new Map(columns.map((column) => [column.id, column]));
  const searched = columns.filter(
    (c) => c.group === 'parameter' || ['note', 'error', 'state', 'value'].includes(c.id),
  );
  const brushes = filter.brushes.flatMap((brush) => {
    const column = byId.get(brush.column);
    return column ? [{ column, low: brush.low, high: brush.high }] : [];
  });
  const kept = new Int32Array(trials.count);
  let n = 0;
  for (let row = 0; row < trials.count; row++) {
    const state = stateAt(trials, row);
    if (states.size > 0 ? !states.has(state) : state === 'waiting') continue;
    if (filter.starred && annotations.trials[String(trials.number[row])]?.star !== true) continue;
    if (!brushes.every(({ column, low, high }) => column.number(row) >= low && column.number(row) <= high))
      continue;
    if (!terms.every((term) => passes(term, row, byId, searched))) continue;
    kept[n++] = row;
  }
  return kept.slice(0, n);
}

function passes(
  term: Term,
  row: number,
  byId: ReadonlyMap<string, Column>,
  searched: readonly Column[],
): boolean {
  if (term.kind === 'text') {
    if (/^#?\d+$/.test(term.text) && byId.get('number')?.text(row) === term.text.replace('#', ''))
      return true;
    return searched.some((column) => column.text(row).toLowerCase().includes(term.text));
  }
  const column = byId.get(term.column);
  if (!column) return false;
  if (term.kind === 'value') {
    const text = column.text(row).toLowerCase();
    const number = column.number(row);
    return term.values.some((value) => text === value || (value !== '' && number === Number(value)));
  }
  const number = column.number(row);
  if (Number.isNaN(number)) return false;
  if (term.kind === 'range') return number >= term.low && number <= term.high;
  switch (term.op) {
    case '<':
      return number < term.number;
    case '<=':
      return number <= term.number;
    case '>':
      return number > term.number;
    case '>=':
      return number >= term.number;
    case '=':
      return number === term.number;
    case '!=':
      return number !== term.number;
  }
}

export function hasFilter(filter: TrialFilter): boolean {
  return filter.text.trim() !== '' || filter.states.length > 0 || filter.starred || filter.brushes.length > 0;
}
