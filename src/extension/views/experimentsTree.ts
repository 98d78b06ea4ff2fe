import * as vscode from 'vscode';
import { isClosed } from '../../model/experiment.ts';
import type { ExperimentRef, ExperimentSummary } from '../../protocol/experiments.ts';
import { DisposableStore } from '../disposables.ts';
import { keyOf, refOf } from '../experimentIndex.ts';
import { experimentName } from '../format.ts';
import type { Parts } from '../parts.ts';
import { setting } from '../settings.ts';
import type { OpenHandle } from '../openExperiments.ts';
import { experimentItem, moreItem, trialItem, type ExperimentNode } from './experimentItems.ts';
import { filterMessage, fitsFilter } from './experimentFilter.ts';
import { ExperimentRows } from './experimentRows.ts';
import { TrialBoard } from './trialBoard.ts';

/** Trials that change this often are drawn at most once in it. */
const redrawMs = 500;
const filterKey = 'experimentsFilter';

export type ExperimentSort = 'newest' | 'name' | 'score';

/** Study > experiment > trials with the lowest values. An expanded experiment is followed until it is collapsed. */
export class ExperimentsTree implements vscode.Disposable, vscode.TreeDataProvider<ExperimentNode> {
  readonly #parts: Parts;
  readonly #disposables = new DisposableStore();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<ExperimentNode[] | undefined>());
  readonly #rows = new ExperimentRows();
  readonly #boards = new Map<string, { board: TrialBoard; handle: Promise<OpenHandle | null> }>();
  readonly #view: vscode.TreeView<ExperimentNode>;
  #selected: readonly ExperimentNode[] = [];
  #redraw: NodeJS.Timeout | null = null;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#view = this.#disposables.add(
      vscode.window.createTreeView('lstmStudy.experiments', {
        treeDataProvider: this,
        canSelectMany: true,
        showCollapseAll: true,
      }),
    );
    this.#disposables.add(parts.index.onChanged(() => this.#drawSoon()));
    this.#disposables.add(parts.index.onProgress((progress) => this.#drawSoon(progress)));
    this.#disposables.add(
      this.#view.onDidCollapseElement(({ element }) => {
        if (element.kind === 'experiment') this.#leave(refOf(element.summary));
      }),
    );
    this.#disposables.add(
      this.#view.onDidChangeSelection(({ selection }) => {
        this.#selected = selection;
        const trials = selection.filter((node) => node.kind === 'trial').length;
        void vscode.commands.executeCommand('setContext', 'lstmStudy.selectedTrials', trials);
      }),
    );
    this.#showFilter();
  }

  /** Of rows that VS Code is drawing anew it knows nothing: those are as it said last, if they are still shown. */
  get selection(): readonly ExperimentNode[] {
    const { selection } = this.#view;
    const last = this.#selected.filter((node) => this.#isShown(node));
    return last.length > selection.length ? last : selection;
  }

  isVisible(): boolean {
    return this.#view.visible;
  }

  get filter(): string {
    return this.#parts.context.workspaceState.get<string>(filterKey, '');
  }

  async setFilter(text: string): Promise<void> {
    await this.#parts.context.workspaceState.update(filterKey, text);
    this.#showFilter();
    this.#draw();
  }

  refresh(): void {
    this.#changed.fire(undefined);
  }

  async getChildren(parent?: ExperimentNode): Promise<ExperimentNode[]> {
    if (!parent) {
      await this.#parts.index.all();
      this.#list();
      return this.#rows.all();
    }
    if (parent.kind !== 'experiment' || isClosed(parent.summary.state)) return [];
    const ref = refOf(parent.summary);
    const board = await this.#follow(ref);
    if (!board) return [];
    const count = setting('experiments.trialsShown', 5);
    const { annotations, state } = this.#parts.index.get(ref) ?? parent.summary;
    const stars = annotations.trials;
    const isRunning = state === 'running';
    const shown = board.top(count, isRunning).map((line): ExperimentNode => ({
      kind: 'trial',
      ref,
      line,
      isStarred: stars[line.number]?.star === true,
    }));
    return board.size > count ? [...shown, { kind: 'more', ref, count: board.size - count }] : shown;
  }

  getTreeItem(node: ExperimentNode): vscode.TreeItem {
    switch (node.kind) {
      case 'experiment':
        return experimentItem(node.summary, this.#parts.index.progress(refOf(node.summary)));
      case 'trial':
        return trialItem(node.ref, node.line, node.isStarred);
      case 'more':
        return moreItem(node.ref, node.count);
    }
  }

  /** Brings badge, message and rows to what is known now; answers the rows that are to be drawn. */
  #list(): ReturnType<ExperimentRows['show']> {
    const all = this.#parts.index.known();
    const running = all.filter((summary) => summary.state === 'running').length;
    this.#view.badge =
      running > 0
        ? { value: running, tooltip: `${running} ${running === 1 ? 'study runs' : 'studies run'}` }
        : undefined;
    const shown = all.filter((summary) => fitsFilter(summary, this.filter));
    this.#view.message = filterMessage(this.filter, shown.length, all.length);
    shown.sort(sorters[setting<ExperimentSort>('experiments.sort', 'newest')]);
    return this.#rows.show(new Map(shown.map((summary) => [keyOf(refOf(summary)), summary])));
  }

  #isShown(node: ExperimentNode): boolean {
    const key = keyOf(node.kind === 'experiment' ? refOf(node.summary) : node.ref);
    return this.#rows.has(key) && (node.kind === 'experiment' || this.#boards.has(key));
  }

  async #follow(ref: ExperimentRef): Promise<TrialBoard | null> {
    const key = keyOf(ref);
    const known = this.#boards.get(key);
    if (known) return (await known.handle) ? known.board : null;
    const board = new TrialBoard();
    const handle = this.#parts.opened
      .open(ref, {
        trialsChanged: (rows) => {
          board.apply(rows);
          this.#drawSoon(ref);
        },
        reopened: ({ trials }) => {
          board.apply(trials);
          this.#drawSoon(ref);
        },
      })
      .then((opened) => {
        board.apply(opened.opened.trials);
        return opened;
      })
      .catch((error: unknown) => {
        this.#parts.log.error(`Experiment ${ref.id} could not be opened`, error);
        this.#boards.delete(key);
        return null;
      });
    this.#boards.set(key, { board, handle });
    return (await handle) ? board : null;
  }

  #leave(ref: ExperimentRef): void {
    const key = keyOf(ref);
    const entry = this.#boards.get(key);
    this.#boards.delete(key);
    void entry?.handle.then((handle) => handle?.dispose());
  }

  /** What changed of the experiment is not in its summary: progress, or its trials. */
  #drawSoon(ref?: ExperimentRef): void {
    if (ref) this.#rows.touch(keyOf(ref));
    this.#redraw ??= setTimeout(() => {
      this.#redraw = null;
      this.#draw();
    }, redrawMs);
  }

  #draw(): void {
    const rows = this.#list();
    this.#changed.fire(rows === 'all' ? undefined : [...rows]);
  }

  #showFilter(): void {
    this.#view.description = this.filter === '' ? '' : `filter: ${this.filter}`;
    void vscode.commands.executeCommand('setContext', 'lstmStudy.filtered', this.filter !== '');
  }

  dispose(): void {
    if (this.#redraw) clearTimeout(this.#redraw);
    for (const { handle } of this.#boards.values()) void handle.then((opened) => opened?.dispose());
    this.#disposables.dispose();
  }
}

const scoreOf = (summary: ExperimentSummary): number =>
  summary.winner?.u2 ?? summary.leader?.u2 ?? Number.POSITIVE_INFINITY;

const sorters: Readonly<Record<ExperimentSort, (a: ExperimentSummary, b: ExperimentSummary) => number>> = {
  newest: (a, b) => (a.createdAt < b.createdAt ? 1 : -1),
  name: (a, b) => experimentName(a).localeCompare(experimentName(b)),
  score: (a, b) => {
    const difference = scoreOf(a) - scoreOf(b);
    return Number.isNaN(difference) || difference === 0 ? sorters.newest(a, b) : difference;
  },
};
