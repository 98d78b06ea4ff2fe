import { existsSync } from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { ExperimentRef, ExperimentSummary } from '../protocol/experiments.ts';
import type { RunProgress } from '../protocol/runProgress.ts';
import { DisposableStore } from './disposables.ts';
import type { EngineProcess } from './engineProcess.ts';
import { storeOf, type StudyFiles } from './studyFiles.ts';

export function keyOf(ref: ExperimentRef): string {
  return `${ref.store}\0${ref.id}`;
}

export function refOf(summary: ExperimentSummary): ExperimentRef {
  return { store: summary.store, id: summary.id };
}

/** Several changes within this time are one refresh. */
const refreshDelayMs = 300;

/**
 * All experiments of the workspace: headers only. Own changes come as events of the engine; those of another window are
 * seen by `StoreFollower` while somebody looks, and by VS Code's watcher, where that works, at other times.
 */
export class ExperimentIndex implements vscode.Disposable {
  readonly #disposables = new DisposableStore();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<void>());
  readonly #experimentChanged = this.#disposables.add(new vscode.EventEmitter<ExperimentSummary>());
  readonly #progressed = this.#disposables.add(new vscode.EventEmitter<RunProgress>());
  readonly #warned = new Set<string>();
  readonly #watchers = new Map<string, vscode.Disposable>();
  readonly #summaries = new Map<string, ExperimentSummary>();
  readonly #progress = new Map<string, RunProgress>();
  /** What this window runs, also between a crash of its engine and the resume: until the engine says that it is idle. */
  readonly #ownRuns = new Map<string, ExperimentRef>();
  readonly #engine: EngineProcess;
  readonly #files: StudyFiles;
  readonly #log: vscode.LogOutputChannel;
  #loading: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** Something in the list changed. */
  readonly onChanged = this.#changed.event;
  readonly onExperimentChanged = this.#experimentChanged.event;
  readonly onProgress = this.#progressed.event;

  constructor(engine: EngineProcess, files: StudyFiles, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#files = files;
    this.#log = log;
    this.#disposables.add(files.onChanged(() => this.refreshSoon()));
    this.#disposables.add(engine.onEvent('experimentChanged', ({ summary }) => this.#update(summary)));
    this.#disposables.add(
      engine.onEvent('progress', (progress) => {
        const key = keyOf(progress);
        this.#progress.set(key, progress);
        if (progress.phase === 'idle') this.disown(progress);
        else this.#own(progress);
        this.#progressed.fire(progress);
      }),
    );
    this.#disposables.add(engine.onCrashed(() => this.#progress.clear()));
  }

  /** Newest first. The engine is asked once; afterwards changes arrive by themselves. */
  async all(): Promise<ExperimentSummary[]> {
    this.#loading ??= this.#load();
    await this.#loading;
    return this.known();
  }

  /** Without waiting for anything. */
  known(): ExperimentSummary[] {
    return [...this.#summaries.values()].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  }

  get(ref: ExperimentRef): ExperimentSummary | undefined {
    return this.#summaries.get(keyOf(ref));
  }

  progress(ref: ExperimentRef): RunProgress | null {
    return this.#progress.get(keyOf(ref)) ?? null;
  }

  running(): ExperimentSummary[] {
    return this.known().filter((summary) => summary.state === 'running');
  }

  /** Experiments of a study file, newest first. */
  ofStudy(studyFile: string): ExperimentSummary[] {
    const store = storeOf(studyFile);
    const name = path.basename(studyFile);
    return this.known().filter((summary) => summary.store === store && summary.studyFile === name);
  }

  /** Stores that may hold experiments of this workspace, whether they exist or not. */
  stores(): string[] {
    return [...this.#watchers.keys()];
  }

  /** This window's engine runs it and tells of every change. */
  isOwn(ref: ExperimentRef): boolean {
    return this.#progress.has(keyOf(ref));
  }

  /** What runs in this window, or ran when its engine crashed. */
  ownRuns(): readonly ExperimentRef[] {
    return [...this.#ownRuns.values()];
  }

  #own({ store, id }: ExperimentRef): void {
    this.#ownRuns.set(keyOf({ store, id }), { store, id });
  }

  disown(ref: ExperimentRef): void {
    this.#ownRuns.delete(keyOf(ref));
  }

  /** The engine has crashed and is not started again: nobody is there to ask, and what this window ran is not running any more. */
  giveUpOwnRuns(): readonly ExperimentRef[] {
    const refs = this.ownRuns();
    this.#ownRuns.clear();
    for (const ref of refs) {
      const summary = this.get(ref);
      if (summary?.state === 'running') this.#update({ ...summary, state: 'interrupted' });
    }
    return refs;
  }

  /** Reads the headers of some experiments of a store again; those that are gone leave the list. */
  async refreshOnly(store: string, ids: readonly string[]): Promise<void> {
    const { experiments } = await this.#engine.request('listExperiments', {
      stores: [store],
      only: [...ids],
    });
    const present = new Set(experiments.map(({ id }) => id));
    const gone = ids.filter((id) => !present.has(id) && this.#summaries.delete(keyOf({ store, id })));
    this.#recognise(experiments);
    for (const summary of experiments) if (!this.#isEarly(summary)) this.#update(summary);
    if (gone.length > 0) this.#changed.fire();
  }

  /** A run that was begun for this window is its own before it tells of itself: its engine may be killed until then. */
  #recognise(experiments: readonly ExperimentSummary[]): void {
    const { pid } = this.#engine;
    for (const summary of experiments)
      if (summary.state === 'running' && summary.ownerPid === pid) this.#own(refOf(summary));
  }

  /** A list that has an own run as ended, or as damaged, came before the event of its end, which alone says what ended it. */
  #isEarly(summary: ExperimentSummary): boolean {
    return summary.state !== 'running' && this.isOwn(refOf(summary));
  }

  refreshSoon(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.refresh();
    }, refreshDelayMs);
  }

  async refresh(): Promise<void> {
    this.#loading = this.#load();
    await this.#loading;
  }

  /** Follows a store that a run is about to make. */
  follow(store: string): void {
    this.#watch(store);
  }

  async #load(): Promise<void> {
    const stores = await this.#files.stores();
    for (const store of stores) this.#watch(store);
    const present = stores.filter((store) => existsSync(store));
    if (present.length === 0) {
      this.#summaries.clear();
      this.#changed.fire();
      return;
    }
    const asked = new Map(this.#summaries);
    try {
      const { experiments, warnings } = await this.#engine.request('listExperiments', { stores: present });
      this.#recognise(experiments);
      const before = new Map(this.#summaries);
      // What an event has told since is newer than the answer, which may have been read before it.
      const isNewer = (key: string): boolean => before.get(key) !== asked.get(key);
      for (const key of asked.keys()) if (!isNewer(key)) this.#summaries.delete(key);
      for (const summary of experiments) {
        const key = keyOf(refOf(summary));
        if (isNewer(key)) continue;
        const old = before.get(key);
        if (this.#isEarly(summary)) {
          if (old) this.#summaries.set(key, old);
          continue;
        }
        const isSame = old?.state === summary.state;
        if (summary.state !== 'running') this.#progress.delete(key);
        // What ended a run is told once, by its event; the header on disk does not hold it.
        this.#summaries.set(key, isSame ? { ...summary, problem: summary.problem ?? old.problem } : summary);
        if (old && !isSame) this.#experimentChanged.fire(summary);
      }
      for (const warning of warnings) this.#warn(`${warning.file}: ${warning.message}`);
    } catch (error) {
      this.#log.error('The list of experiments could not be read', error);
      this.#loading = null; // the next caller tries again
    }
    this.#changed.fire();
  }

  #update(summary: ExperimentSummary): void {
    this.#summaries.set(keyOf(refOf(summary)), summary);
    if (summary.state !== 'running') this.#progress.delete(keyOf(refOf(summary)));
    this.#experimentChanged.fire(summary);
    this.#changed.fire();
  }

  #warn(text: string): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    this.#log.warn(text);
  }

  #watch(store: string): void {
    if (this.#watchers.has(store)) return;
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.file(store), '*/{head,annotations}.json'),
    );
    const refresh = (): void => this.refreshSoon();
    this.#watchers.set(
      store,
      vscode.Disposable.from(
        watcher,
        watcher.onDidChange(refresh),
        watcher.onDidCreate(refresh),
        watcher.onDidDelete(refresh),
      ),
    );
  }

  dispose(): void {
    if (this.#timer) clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.dispose();
    this.#disposables.dispose();
  }
}
