import type { Disposable } from '../protocol/contract.ts';
import type { ExperimentRef, OpenedExperiment } from '../protocol/experiments.ts';
import type { TrialColumns } from '../protocol/trialColumns.ts';
import { DisposableStore } from './disposables.ts';
import { createEmitter } from './emitter.ts';
import type { EngineProcess } from './engineProcess.ts';
import { keyOf } from './experimentIndex.ts';

export interface OpenHandle extends Disposable {
  /** What the engine answered when it was opened for this holder: everything, once. */
  readonly opened: OpenedExperiment;
}

export interface ExperimentListener {
  readonly trialsChanged: (rows: TrialColumns) => void;
  /** The engine was started again: everything, anew. */
  readonly reopened: (opened: OpenedExperiment) => void;
}

/**
 * Experiments that someone looks at. The engine follows each once, however many look, and forgets it when the last one
 * leaves; after a crash they are opened again.
 */
export class OpenExperiments implements Disposable {
  readonly #engine: EngineProcess;
  readonly #disposables = new DisposableStore();
  readonly #listeners = new Map<string, { ref: ExperimentRef; listeners: Set<ExperimentListener> }>();
  readonly #failed = createEmitter<{ readonly ref: ExperimentRef; readonly error: unknown }>();
  #starts = 0;
  readonly onFailed = this.#failed.on;

  constructor(engine: EngineProcess) {
    this.#engine = engine;
    this.#disposables.add(
      engine.onEvent('trialsChanged', ({ store, id, rows }) => {
        for (const listener of this.#listeners.get(keyOf({ store, id }))?.listeners ?? [])
          listener.trialsChanged(rows);
      }),
    );
    this.#disposables.add(
      engine.onStarted(() => {
        if (this.#starts++ > 0) void this.#reopen();
      }),
    );
  }

  /** Some experiment is being looked at. */
  get isAny(): boolean {
    return this.#listeners.size > 0;
  }

  /** The listener hears of every change after what the answer holds; a change in between may come twice, which is harmless. */
  async open(ref: ExperimentRef, listener: ExperimentListener): Promise<OpenHandle> {
    const key = keyOf(ref);
    const entry = this.#listeners.get(key) ?? { ref, listeners: new Set() };
    entry.listeners.add(listener);
    this.#listeners.set(key, entry);
    const leave = (): void => {
      if (!entry.listeners.delete(listener) || entry.listeners.size > 0) return;
      this.#listeners.delete(key);
      if (this.#engine.state === 'up') this.#engine.request('close', ref).catch(() => undefined); // closed already with the process
    };
    try {
      return { opened: await this.#engine.request('open', ref), dispose: leave };
    } catch (error) {
      leave();
      throw error;
    }
  }

  async #reopen(): Promise<void> {
    for (const { ref, listeners } of [...this.#listeners.values()]) {
      try {
        const opened = await this.#engine.request('open', ref);
        for (const listener of [...listeners]) listener.reopened(opened);
      } catch (error) {
        this.#failed.fire({ ref, error });
      }
    }
  }

  dispose(): void {
    this.#listeners.clear();
    this.#disposables.dispose();
  }
}
