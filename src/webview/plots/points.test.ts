import { describe, expect, it } from 'vitest';
import type { TrialRow } from '../../model/trial.ts';
import { toTrialColumns } from '../../protocol/trialColumns.ts';
import { createTableView, type Panel } from '../panel.ts';
import { reduce, type Action } from '../state/reduce.ts';
import { freshMemory, freshState, type PanelState } from '../state/state.ts';
import { trialRow } from '../../protocol/testing.ts';
import { createPlotGround } from './points.ts';

const header = (leader: number): PanelState['experiment'] =>
  ({
    experiment: {
      study: { objective: 'u2', hyperparameters: {}, search: { points: [], when: {}, constraints: [] } },
      amendments: [],
      baselines: [],
    },
    summary: { id: 'a', state: 'running', leader: { number: leader }, winner: null },
  }) as unknown as PanelState['experiment']; // only what plots read of it

const columns = (...rows: readonly TrialRow[]) => toTrialColumns(rows, 2);
const running = (epoch: number): TrialRow =>
  trialRow(3, { state: 'running', value: null, progress: { fold: 0, epoch } });

/** Grounds of one panel, after one action each. */
function grounds() {
  const table = createTableView();
  const ground = createPlotGround();
  let state: PanelState = {
    ...freshState({ ...freshMemory, experimentId: 'a' }),
    experiment: header(0),
    trials: columns(trialRow(0), trialRow(1), trialRow(2), running(1)),
  };
  const panel = {
    get state() {
      return state;
    },
    get table() {
      return table(state);
    },
  } as unknown as Panel; // the ground asks nothing of a host
  return (action: Action | null) => {
    if (action) state = reduce(state, action);
    return ground(panel);
  };
}

describe('the ground of plots', () => {
  it('is the same while a running trial moves on and the header is sent again', () => {
    const after = grounds();
    const first = after(null);
    expect(after({ type: 'trials', rows: columns(running(2)) })).toBe(first);
    expect(after({ type: 'experiment', experiment: header(0) })).toBe(first);
    expect(after({ type: 'filter', filter: { text: 'u2 < 1.0015' } }).chosen).toEqual(new Set([0, 1]));
    const narrowed = after(null);
    expect(after({ type: 'trials', rows: columns(running(3)) })).toBe(narrowed);
  });

  it('is another with a complete trial, a fresh seed, a leader, a selection', () => {
    const after = grounds();
    let before = after(null);
    for (const action of [
      { type: 'trials', rows: columns(trialRow(3, { value: 0.99 })) },
      { type: 'trials', rows: columns(trialRow(0, { confirm: { mean: 1, sd: 0.001, seeds: 5 } })) },
      { type: 'experiment', experiment: header(3) },
      { type: 'select', trials: [1] },
    ] as const) {
      const next = after(action);
      expect(next).not.toBe(before);
      before = next;
    }
    expect(before.leader).toBe(3);
    expect(before.points.map((p) => p.number)).toEqual([0, 1, 2, 3]);
  });

  it('follows the stars when only starred trials are shown', () => {
    const after = grounds();
    after({ type: 'filter', filter: { starred: true } });
    const starred = after({
      type: 'annotations',
      annotations: { format: 1, trials: { '2': { star: true } } },
    });
    expect(starred.chosen).toEqual(new Set([2]));
  });
});
