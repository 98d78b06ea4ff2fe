import { shownState, trialStates, type ShownState, type TrialState } from '../../model/trial.ts';
import type { ParamValue } from '../../model/hyperparameters.ts';
import { paramsAt, type TrialColumns } from '../../protocol/trialColumns.ts';

export interface TrialLine {
  readonly number: number;
  readonly state: ShownState;
  readonly value: number | null;
  readonly u2: number | null;
  readonly error: string | null;
  readonly params: Readonly<Record<string, ParamValue>>;
}

/** The trials of one experiment as the tree shows them: built from columns, changed by columns. */
export class TrialBoard {
  readonly #lines = new Map<number, TrialLine & { readonly state: TrialState }>();

  apply(columns: TrialColumns): void {
    for (let i = 0; i < columns.count; i++) {
      const number = columns.number[i] ?? -1;
      const value = columns.value[i] ?? NaN;
      const u2 = columns.metrics.u2[i] ?? NaN;
      this.#lines.set(number, {
        number,
        state: trialStates[columns.state[i] ?? 0] ?? 'waiting',
        value: Number.isNaN(value) ? null : value,
        u2: Number.isNaN(u2) ? null : u2,
        error: columns.errors[number]?.code ?? null,
        params: paramsAt(columns, i),
      });
    }
  }

  get(number: number): TrialLine | undefined {
    return this.#lines.get(number);
  }

  get size(): number {
    return this.#lines.size;
  }

  /** Lowest values first, then what runs, then what failed; at most `count`. Without its experiment no trial runs. */
  top(count: number, isRunning: boolean): TrialLine[] {
    return [...this.#lines.values()]
      .sort(byRank)
      .slice(0, count)
      .map((line) => ({ ...line, state: shownState(line.state, isRunning) }));
  }
}

const order: Readonly<Record<ShownState, number>> = {
  complete: 0,
  running: 1,
  interrupted: 1,
  failed: 2,
  pruned: 3,
  waiting: 4,
};

function byRank(a: TrialLine, b: TrialLine): number {
  if (a.value !== null && b.value !== null) return a.value - b.value || a.number - b.number;
  if (a.value !== null) return -1;
  if (b.value !== null) return 1;
  return order[a.state] - order[b.state] || a.number - b.number;
}
