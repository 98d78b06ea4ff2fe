import * as vscode from 'vscode';
import type { ExperimentRef } from '../protocol/experiments.ts';
import type { EngineProcess } from './engineProcess.ts';
import { keyOf, type ExperimentIndex } from './experimentIndex.ts';

interface Deleted {
  readonly ref: ExperimentRef;
  readonly name: string;
}

/** Experiments deleted in this window. The engine empties its bin when it ends, so it is kept while there are any. */
export class DeletedExperiments {
  readonly #engine: EngineProcess;
  readonly #index: ExperimentIndex;
  #deleted: readonly Deleted[] = [];

  constructor(engine: EngineProcess, index: ExperimentIndex) {
    this.#engine = engine;
    this.#index = index;
  }

  get isAny(): boolean {
    return this.#deleted.length > 0;
  }

  /** The one deleted last comes first. */
  list(): readonly Deleted[] {
    return this.#deleted;
  }

  add(ref: ExperimentRef, name: string): void {
    this.#set([{ ref, name }, ...this.#deleted]);
  }

  /** Puts it back where it was. Fault where it is not in the bin any more. */
  async takeBack(ref: ExperimentRef): Promise<void> {
    await this.#engine.request('restore', ref);
    this.#set(this.#deleted.filter((deleted) => keyOf(deleted.ref) !== keyOf(ref)));
    await this.#index.refresh();
  }

  #set(deleted: readonly Deleted[]): void {
    this.#deleted = deleted;
    void vscode.commands.executeCommand('setContext', 'lstmStudy.deleted', deleted.length > 0);
  }
}
