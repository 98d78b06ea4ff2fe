import { describe, expect, it } from 'vitest';
import { toTrialColumns } from '../../protocol/trialColumns.ts';
import type { DocumentState, ViewState } from '../../protocol/view.ts';
import { trialRow } from '../../protocol/testing.ts';
import { valueAt } from '../form/studyValues.ts';
import { parseMemory } from './memory.ts';
import { columnWidths, reduce, type Action } from './reduce.ts';
import { freshMemory, freshState, type PanelState, type PendingEdit } from './state.ts';

const document = (text: string): DocumentState => ({
  kind: 'file',
  name: 'a.lstm.json',
  text,
  version: 1,
  readOnly: null,
  trusted: true,
});
const valid = '{ "lstmStudy": 1, "data": { "file": "a.csv" } }';
const rows = toTrialColumns([trialRow(0), trialRow(1)], 2);
/** Only what the reducer reads of an experiment. */
const experiment = (id: string, state = 'running'): ViewState['experiment'] =>
  ({ experiment: { study: {} }, summary: { id, state, store: 's' } }) as unknown as ViewState['experiment'];
const view = (more: Partial<ViewState> = {}): ViewState => ({
  document: document(valid),
  check: null,
  experiment: null,
  trials: null,
  annotations: { format: 1, trials: {} },
  progress: null,
  testing: null,
  ref: null,
  ...more,
});
const after = (state: PanelState, ...actions: readonly Action[]): PanelState => actions.reduce(reduce, state);
const opened = after(freshState(freshMemory), {
  type: 'opened',
  view: view({ experiment: experiment('a'), trials: rows }),
});

describe('reduce', () => {
  it('opens on Setup without an experiment and on Trials with one, and keeps the tab that was left', () => {
    expect(after(freshState(freshMemory), { type: 'opened', view: view() }).memory.tab).toBe('setup');
    expect(opened.memory.tab).toBe('trials');
    const kept = freshState({ ...freshMemory, tab: 'plots', experimentId: 'a', selection: [1] });
    const back = after(kept, { type: 'opened', view: view({ experiment: experiment('a'), trials: rows }) });
    expect(back.memory).toMatchObject({ tab: 'plots', selection: [1] });
  });

  it('reads the text as far as it can and keeps the last valid study', () => {
    const broken = after(opened, {
      type: 'document',
      document: document('{ "lstmStudy": 1, "data": { "file": "b.csv" '),
    });
    expect(broken.written).toMatchObject({ data: { file: 'b.csv' } });
    expect(broken.study?.data.file).toBe('a.csv');
  });

  it('shows an edit at once, until the text holds it or the host refuses it', () => {
    const edit = (trials: number): PendingEdit => ({
      path: ['search', 'trials'],
      value: trials,
      answered: false,
    });
    const [first, second] = [edit(5), edit(6)];
    const shown = (state: PanelState): unknown => valueAt(state.written, ['search', 'trials']);
    const both = after(opened, { type: 'edited', edit: first }, { type: 'edited', edit: second });
    expect(shown(both)).toBe(6);

    const answered = (e: PendingEdit, applied: boolean): Action => ({
      type: 'editAnswered',
      edit: e,
      applied,
    });
    expect(shown(after(both, answered(second, false)))).toBe(5);
    expect(shown(after(both, answered(first, false), answered(second, false)))).toBeUndefined();

    // The answer before its text: no step back in between. Then the text is the truth again, also after an undo.
    const held = after(both, answered(first, true), answered(second, true));
    expect(shown(held)).toBe(6);
    const text = (trials: number): Action => ({
      type: 'document',
      document: document(
        `{ "lstmStudy": 1, "data": { "file": "a.csv" }, "search": { "trials": ${trials} } }`,
      ),
    });
    expect(shown(after(held, text(6), text(4)))).toBe(4);
    // The text of the first while the second is under way.
    expect(shown(after(both, answered(first, true), text(5)))).toBe(6);
  });

  it('keeps selection, sort and filter when rows arrive', () => {
    const chosen = after(
      opened,
      { type: 'select', trials: [1, 1, 0] },
      { type: 'sort', sort: [{ column: 'number', direction: 'descending' }] },
      { type: 'filter', filter: { text: 'u2 < 1' } },
      { type: 'scrolled', place: 'table', top: 120 },
    );
    const next = after(chosen, {
      type: 'trials',
      rows: toTrialColumns([trialRow(1, { value: 0.9 }), trialRow(2)], 2),
    });
    expect(next.memory).toBe(chosen.memory);
    expect(next.memory.selection).toEqual([1, 0]);
    expect(next.trials?.count).toBe(3);
  });

  it('lets go of selection, brushes and compared trials when another experiment comes', () => {
    const chosen = after(
      opened,
      { type: 'select', trials: [1] },
      { type: 'brush', brush: { column: 'value', low: 0, high: 1, label: 'U2' } },
      { type: 'filter', filter: { text: 'units:50' } },
      { type: 'experiment', experiment: experiment('b') },
    );
    expect(chosen.memory).toMatchObject({ selection: [], compare: [], experimentId: 'b' });
    expect(chosen.memory.filter).toMatchObject({ brushes: [], text: 'units:50' });
    expect(chosen.trials).toBeNull();
  });

  it('replaces a brush of the same axis and takes each back alone', () => {
    const brush = (column: string, high: number): Action => ({
      type: 'brush',
      brush: { column, low: 0, high, label: column },
    });
    const two = after(opened, brush('a', 1), brush('b', 1), brush('a', 2));
    expect(two.memory.filter.brushes.map((b) => [b.column, b.high])).toEqual([
      ['b', 1],
      ['a', 2],
    ]);
    expect(after(two, { type: 'unbrush', column: 'b' }).memory.filter.brushes).toHaveLength(1);
    expect(after(two, { type: 'clearFilter' }).memory.filter.brushes).toEqual([]);
  });

  it('keeps widths within bounds', () => {
    const wide = after(
      opened,
      { type: 'resizeColumn', column: 'note', width: 1e9 },
      { type: 'resizeColumn', column: 'value', width: -5 },
    );
    expect(wide.memory.columns.widths).toEqual({ note: columnWidths.max, value: columnWidths.min });
  });

  it('forgets that stop was pressed once the run has ended', () => {
    const pressed = after(opened, { type: 'stop', pressed: true });
    expect(pressed.stopping).toBe(true);
    expect(after(pressed, { type: 'experiment', experiment: experiment('a', 'interrupted') }).stopping).toBe(
      false,
    );
  });

  it('closes a dialog about a trial when another experiment is shown, and when another tab is', () => {
    const asking = after(opened, { type: 'overlay', overlay: { kind: 'test', trial: 1 } });
    expect(after(asking, { type: 'experiment', experiment: experiment('a') }).overlay).not.toBeNull();
    expect(after(asking, { type: 'experiment', experiment: experiment('b') }).overlay).toBeNull();
    expect(after(asking, { type: 'tab', tab: 'plots' }).overlay).toBeNull();
  });

  it('knows of a test that was begun before the page was loaded again', () => {
    const again = after(freshState(freshMemory), { type: 'opened', view: view({ testing: 7 }) });
    expect(again.asked.test).toBe(7);
    expect(after(again, { type: 'asked', asked: { test: null } }).asked.test).toBeNull();
  });

  it('shows a fault until it is taken away', () => {
    const wrong = after(opened, { type: 'fault', fault: { code: 'internal', message: 'x' } });
    expect(wrong.fault?.message).toBe('x');
    expect(after(wrong, { type: 'fault', fault: null }).fault).toBeNull();
  });
});

describe('parseMemory', () => {
  it('comes back as it was kept', () => {
    const kept = {
      ...freshMemory,
      tab: 'compare',
      selection: [3],
      compare: [{ store: 's', id: 'a', number: 3 }],
    } as const;
    expect(parseMemory(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
  });
  it.each([undefined, null, 7, 'x', [], { tab: 'nowhere', sort: 3, filter: { text: 1 } }])(
    'is fresh where %j cannot be read',
    (kept) => expect(parseMemory(kept)).toEqual(freshMemory),
  );
  it('keeps what can be read beside what cannot', () => {
    expect(parseMemory({ tab: 'plots', columns: 'x', selection: [1] })).toEqual({
      ...freshMemory,
      tab: 'plots',
      selection: [1],
    });
  });
});
