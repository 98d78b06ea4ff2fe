import type { ExperimentSummary } from '../../protocol/experiments.ts';

/** An experiment of the list. One object for as long as it is listed: VS Code knows rows by their objects. */
export interface ExperimentRow {
  readonly kind: 'experiment';
  summary: ExperimentSummary;
}

/**
 * The rows of the Experiments view. While VS Code draws the whole list anew it knows no row, and keys and menus act on none; so
 * only what changed is drawn as long as the same experiments stand in the same order.
 */
export class ExperimentRows {
  #rows = new Map<string, ExperimentRow>();
  readonly #touched = new Set<string>();

  has(key: string): boolean {
    return this.#rows.has(key);
  }

  /** In the order of the list. */
  all(): ExperimentRow[] {
    return [...this.#rows.values()];
  }

  /** The row, or what stands below it, changes by more than its summary: the next `show` has it drawn. */
  touch(key: string): void {
    this.#touched.add(key);
  }

  /** Takes what is to be listed, in order. Answers the rows to be drawn, or 'all' where a row comes, goes or moves. */
  show(summaries: ReadonlyMap<string, ExperimentSummary>): readonly ExperimentRow[] | 'all' {
    const before = this.#rows;
    const keys = [...before.keys()];
    const isSameList =
      keys.length === summaries.size && [...summaries.keys()].every((key, i) => key === keys[i]);
    this.#rows = new Map();
    const changed: ExperimentRow[] = [];
    for (const [key, summary] of summaries) {
      const row = before.get(key) ?? { kind: 'experiment', summary };
      if (row.summary !== summary || this.#touched.has(key)) changed.push(row);
      row.summary = summary;
      this.#rows.set(key, row);
    }
    this.#touched.clear();
    return isSameList ? changed : 'all';
  }
}
