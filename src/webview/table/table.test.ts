import { describe, expect, it } from 'vitest';
import type { Annotations } from '../../model/experiment.ts';
import { searchSpaceOf } from '../../model/searchSpace.ts';
import { studySchema } from '../../model/study.ts';
import { toTrialColumns } from '../../protocol/trialColumns.ts';
import { freshMemory, type TrialFilter } from '../state/state.ts';
import { trialRow } from '../../protocol/testing.ts';
import { columnsOf, layoutColumns, sameEverywhere, spreadOf, type ColumnSource } from './columns.ts';
import { csvCell, csvText, tableCsv } from './csv.ts';
import { filterRows, parseFilter } from './filterRows.ts';
import { nextSort, sortRows } from './sortRows.ts';

const annotations: Annotations = { format: 1, trials: { '2': { star: true, note: 'small, steady' } } };
const trials = toTrialColumns(
  [
    trialRow(0, { value: 0.998, params: { units: 50, optimizer: 'adam', learningRate: 0.001 } }),
    trialRow(1, {
      state: 'pruned',
      value: null,
      params: { units: 100, optimizer: 'sgd', learningRate: 0.03 },
    }),
    trialRow(2, { value: 0.995, params: { units: 50, optimizer: 'rmsprop', learningRate: 0.00134 } }),
    trialRow(3, {
      state: 'running',
      value: null,
      params: { units: 150, optimizer: 'adam', learningRate: 0.01 },
    }),
    trialRow(4, { value: 1.002, params: { units: 150, optimizer: 'sgd', learningRate: 0.002 } }),
    trialRow(5, { state: 'failed', value: null, error: { code: 'outOfMemory', message: '=HYPERLINK("x")' } }),
    trialRow(6, { state: 'waiting', value: null }),
  ],
  2,
);
const space = searchSpaceOf(studySchema.parse({ lstmStudy: 1, data: { file: 'a.csv' } }));
const source: ColumnSource = {
  trials,
  annotations,
  objective: 'u2',
  space,
  isInside: null,
  isRunning: true,
  spread: spreadOf,
};
const all = columnsOf(source);
const none: TrialFilter = { text: '', states: [], starred: false, brushes: [] };
const shown = (filter: Partial<TrialFilter>): number[] => [
  ...filterRows(source, all, { ...none, ...filter }),
];

describe('an interrupted experiment', () => {
  it('has no running row: the table, the filter and the CSV say interrupted', () => {
    const cut = { ...source, isRunning: false };
    const columns = columnsOf(cut);
    const textOf = (id: string): string => columns.find((c) => c.id === id)!.text(3);
    expect([textOf('state'), textOf('value'), textOf('lift')]).toEqual([
      'interrupted',
      'interrupted',
      'fold 2, epoch 10',
    ]);
    expect([...filterRows(cut, columns, { ...none, text: 'interrupted' })]).toEqual([3]);
  });
});

describe('a space that was changed', () => {
  it('marks the trials outside, and only where there are some', () => {
    const marked = (isInside: ColumnSource['isInside']): string[] | undefined => {
      const column = columnsOf({ ...source, isInside }).find((c) => c.id === 'outside');
      return column && Array.from(trials.number, (_, row) => column.text(row));
    };
    expect(marked(null)).toBeUndefined();
    expect(marked(() => true)).toBeUndefined();
    const texts = marked((params) => params.units !== 150);
    expect(texts!.map((text, row) => [trials.number[row], text]).filter(([, text]) => text !== '')).toEqual(
      Array.from(trials.number)
        .filter((_, row) => trials.params.units[row] === 150)
        .map((number) => [number, 'outside']),
    );
  });
});

describe('filterRows', () => {
  const cases: readonly (readonly [string, Partial<TrialFilter>, readonly number[]])[] = [
    ['nothing: all but waiting', {}, [0, 1, 2, 3, 4, 5]],
    ['a comparison', { text: 'u2 < 1' }, [0, 2]],
    ['a value', { text: 'units:50' }, [0, 2, 5]],
    ['one of several values', { text: 'optimizer:adam|rmsprop, units:50' }, [0, 2, 5]],
    ['a range, by a short name', { text: 'lr 0.0013..0.01' }, [2, 3, 4]],
    ['a range after a colon', { text: 'learning rate: 0.0013..0.01' }, [2, 3, 4]],
    ['terms add up', { text: 'u2 < 1, units:50, steady' }, [2]],
    ['text in a note', { text: 'small' }, [2]],
    ['a number', { text: '#4' }, [4]],
    ['a trial that was cut off is no running one', { text: 'interrupted' }, []],
    ['a state', { states: ['pruned', 'failed'] }, [1, 5]],
    ['waiting when asked for', { states: ['waiting'] }, [6]],
    ['stars', { starred: true }, [2]],
    ['a brush', { brushes: [{ column: 'param:units', low: 100, high: 150, label: '' }] }, [1, 3, 4]],
    [
      'a brush and a comparison',
      { text: 'u2 >= 1', brushes: [{ column: 'param:units', low: 100, high: 150, label: '' }] },
      [4],
    ],
    ['what cannot be understood is text', { text: 'nosuch < 3' }, []],
  ];
  it.each(cases)('%s', (_name, filter, expected) => expect(shown(filter)).toEqual(expected));

  it('takes no half-typed comparison for a filter by number', () => {
    expect(parseFilter('u2 <', all)).toEqual([{ kind: 'text', text: 'u2 <' }]);
  });
});

describe('sortRows', () => {
  it('gives back the order of before where it still holds, and no other', () => {
    const keys = [{ column: 'value', direction: 'ascending' }] as const;
    const rows = Int32Array.from(shown({}));
    const order = sortRows(rows, keys, { trials, columns: all });
    expect(sortRows(rows, keys, { trials, columns: all, before: order })).toBe(order);
    for (const wrong of [
      order.toReversed(),
      order.slice(1),
      order.map((row, i) => (i === 0 ? order[1] : row)),
      Int32Array.from([...order.slice(0, -1), 99]),
    ])
      expect(sortRows(rows, keys, { trials, columns: all, before: wrong })).toEqual(order);
  });

  const sorted = (keys: Parameters<typeof sortRows>[1]): number[] => [
    ...sortRows(Int32Array.from(shown({})), keys, { trials, columns: all }),
  ];
  it('keeps running rows on top and rows without a value last, in both directions', () => {
    expect(sorted([{ column: 'value', direction: 'ascending' }])).toEqual([3, 2, 0, 4, 1, 5]);
    expect(sorted([{ column: 'value', direction: 'descending' }])).toEqual([3, 4, 0, 2, 1, 5]);
  });
  it('sorts by several columns', () => {
    const keys = [
      { column: 'param:units', direction: 'descending' },
      { column: 'value', direction: 'ascending' },
    ] as const;
    expect(sorted(keys)).toEqual([3, 4, 1, 2, 0, 5]);
  });
  it('sorts names as text and leaves the empty last', () => {
    expect(sorted([{ column: 'note', direction: 'descending' }])[1]).toBe(2);
    expect(sorted([{ column: 'param:optimizer', direction: 'ascending' }]).slice(1, 3)).toEqual([0, 5]);
  });
  it('does not change the rows it was given', () => {
    const rows = Int32Array.of(4, 0);
    sortRows(rows, [{ column: 'value', direction: 'ascending' }], { trials, columns: all });
    expect([...rows]).toEqual([4, 0]);
  });
});

describe('nextSort', () => {
  const up = { column: 'a', direction: 'ascending' } as const;
  const down = { column: 'a', direction: 'descending' } as const;
  const other = { column: 'b', direction: 'ascending' } as const;
  it('goes ascending, descending, none', () => {
    expect(nextSort([], 'a', 'alone')).toEqual([up]);
    expect(nextSort([up], 'a', 'alone')).toEqual([down]);
    expect(nextSort([down], 'a', 'alone')).toEqual([]);
  });
  it('adds a column and turns it without losing the others', () => {
    expect(nextSort([other], 'a', 'added')).toEqual([other, up]);
    expect(nextSort([other, up], 'a', 'added')).toEqual([other, down]);
    expect(nextSort([other, down], 'a', 'added')).toEqual([other]);
  });
});

describe('columns', () => {
  it('shows searched hyperparameters only, with equal decimals', () => {
    const ids = layoutColumns(all, freshMemory.columns).map((c) => c.id);
    expect(ids).toContain('param:learningRate');
    expect(ids).not.toContain('param:momentum');
    const rate = all.find((c) => c.id === 'param:learningRate')!;
    expect([rate.text(0), rate.text(2), rate.text(1)]).toEqual(['0.00100', '0.00134', '0.03000']);
  });
  it('puts pinned columns first, keeps order, widths and what was hidden', () => {
    const laid = layoutColumns(all, {
      order: ['note', 'select', 'star', 'state', 'number', 'value'],
      shown: { curve: false },
      widths: { note: 300 },
      pinned: { duration: true },
    });
    expect(laid.slice(0, 6).map((c) => c.id)).toEqual([
      'select',
      'star',
      'state',
      'number',
      'value',
      'duration',
    ]);
    expect(laid[6]).toMatchObject({ id: 'note', width: 300 });
    expect(laid.some((c) => c.id === 'curve')).toBe(false);
  });
  it('knows which columns say the same everywhere', () => {
    const units = all.find((c) => c.id === 'param:units')!;
    expect(sameEverywhere(units, [0, 2])).toBe(true);
    expect(sameEverywhere(units, [0, 1])).toBe(false);
  });
  it('says in words what a trial without a value is', () => {
    const value = all.find((c) => c.id === 'value')!;
    expect([1, 3, 5, 0].map((row) => value.text(row))).toEqual([
      'pruned',
      'fold 2 of 2',
      'out of memory',
      '0.9980 ± 0.0014',
    ]);
  });
});

describe('CSV', () => {
  it('holds exactly the columns and rows shown, in their order', () => {
    const columns = layoutColumns(all, freshMemory.columns).filter((c) =>
      ['select', 'number', 'value', 'lift', 'note'].includes(c.id),
    );
    expect(tableCsv(columns, [2, 1])).toBe(
      '#,U2 ± folds,"Lift, %",note\r\n2,0.9950 ± 0.0014,+0.50,"small, steady"\r\n1,pruned,"fold 2, epoch 10",\r\n',
    );
  });
  it.each([
    ['=1+1', "'=1+1"],
    ['+cmd|calc', "'+cmd|calc"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', '"\'\rx"'],
    ['−0.09', '-0.09'],
    ['+0.46', '+0.46'],
    ['-1.5e-3', '-1.5e-3'],
    ['a "b"', '"a ""b"""'],
    ['two\nlines', '"two\nlines"'],
  ])('%j cannot run and stays what it is: %j', (raw, written) => expect(csvCell(raw)).toBe(written));
  it('leaves numbers that are none empty', () => expect(csvText([[NaN, 1]])).toBe(',1\r\n'));
  it('does not let the message of a failed trial become a formula', () => {
    const error = all.filter((c) => c.id === 'error');
    expect(tableCsv(error, [5])).toBe('error\r\n"\'=HYPERLINK(""x"")"\r\n');
  });
});
