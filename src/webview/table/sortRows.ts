import { trialStates } from '../../model/trial.ts';
import type { TrialColumns } from '../../protocol/trialColumns.ts';
import type { SortKey } from '../state/state.ts';
import type { Column } from './columns.ts';

const running = trialStates.indexOf('running');

/**
 * Rows in the order shown. Running trials stand on top in order of number, whatever the sort: so sorted rows do not
 * jump, and a trial that finishes moves once. Rows without a value come last in either direction; ties by number.
 */
export function sortRows(
  rows: Int32Array,
  keys: readonly SortKey[],
  from: {
    readonly trials: TrialColumns;
    readonly columns: readonly Column[];
    /** The order of before: given back where it still holds, as it does after most updates. */
    readonly before?: Int32Array;
  },
): Int32Array {
  const { trials, columns, before } = from;
  const known = keys.flatMap((key) => {
    const column = columns.find((c) => c.id === key.column);
    return column ? [{ column, sign: key.direction === 'ascending' ? 1 : -1 }] : [];
  });
  // Numbers are read once: a column's function may look things up.
  const tables = known.map(({ column, sign }) => {
    const size = trials.count;
    if (column.sortsAsText) {
      const texts = new Array<string>(size);
      for (const row of rows) texts[row] = column.text(row);
      return (a: number, b: number): number => compareTexts(texts[a], texts[b], sign);
    }
    const numbers = new Float64Array(size);
    for (const row of rows) numbers[row] = column.number(row);
    return (a: number, b: number): number => compareNumbers(numbers[a], numbers[b], sign);
  });
  const compare = (a: number, b: number): number => {
    const live = Number(trials.state[b] === running) - Number(trials.state[a] === running);
    if (live !== 0) return live;
    if (trials.state[a] !== running) {
      for (const byKey of tables) {
        const order = byKey(a, b);
        if (order !== 0) return order;
      }
    }
    return trials.number[a] - trials.number[b];
  };
  return before && holds(before, rows, compare) ? before : rows.slice().sort(compare);
}

/** Whether an order has exactly these rows, and in order. Numbers part all rows, so none stands twice in an order. */
function holds(order: Int32Array, rows: Int32Array, compare: (a: number, b: number) => number): boolean {
  if (order.length !== rows.length) return false;
  const wanted = new Set(rows);
  return order.every((row, i) => wanted.has(row) && (i === 0 || compare(order[i - 1], row) < 0));
}

function compareNumbers(a: number, b: number, sign: number): number {
  if (a === b) return 0;
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return (a - b) * sign;
}

function compareTexts(a: string, b: string, sign: number): number {
  if (a === b) return 0;
  if (a === '') return 1;
  if (b === '') return -1;
  return (a < b ? -1 : 1) * sign;
}

/** Sort after a click on a head: alone, or added to the others (Shift); third click takes it back. */
export function nextSort(
  keys: readonly SortKey[],
  column: string,
  how: 'alone' | 'added',
): readonly SortKey[] {
  const present = keys.find((key) => key.column === column);
  const others = how === 'added' ? keys.filter((key) => key.column !== column) : [];
  if (!present || (how === 'alone' && keys.length > 1))
    return how === 'added'
      ? [...keys, { column, direction: 'ascending' }]
      : [{ column, direction: 'ascending' }];
  if (present.direction === 'descending') return others;
  return keys.length === 1 || how === 'alone'
    ? [{ column, direction: 'descending' }]
    : keys.map((key) => (key.column === column ? { column, direction: 'descending' } : key));
}
