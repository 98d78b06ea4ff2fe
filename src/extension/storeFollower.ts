import type * as vscode from 'vscode';
import { isClosed } from '../model/experiment.ts';
import type { ExperimentIndex } from './experimentIndex.ts';
import { differences, takePulse, type Pulse } from './storePulse.ts';

const lookEveryMs = 1_000;
/**
 * A run of another window whose head stands still is asked about again: its process may be gone without a word. So is what could
 * not be read: what mends it need not touch the head.
 */
const stillMs = 10_000;

/**
 * What other windows and the command line write, seen while somebody looks: once a second the times of the heads, and of
 * what changed the headers alone. It needs no file watcher, which network folders and containers often lack.
 */
export class StoreFollower implements vscode.Disposable {
  readonly #index: ExperimentIndex;
  readonly #isWanted: () => boolean;
  readonly #log: vscode.LogOutputChannel;
  readonly #pulses = new Map<string, Pulse>();
  readonly #lastChange = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #isDisposed = false;

  constructor(index: ExperimentIndex, isWanted: () => boolean, log: vscode.LogOutputChannel) {
    this.#index = index;
    this.#isWanted = isWanted;
    this.#log = log;
    this.#again();
  }

  #again(): void {
    if (this.#isDisposed) return;
    this.#timer = setTimeout(() => {
      if (!this.#isWanted()) {
        this.#again();
        return;
      }
      this.#look()
        .catch((error: unknown) => this.#log.warn(`The stores could not be followed: ${String(error)}`))
        .finally(() => this.#again());
    }, lookEveryMs);
  }

  async #look(): Promise<void> {
    for (const store of this.#index.stores()) {
      const before = this.#pulses.get(store);
      const now = await takePulse(store);
      const { changed, gone } = before ? differences(before, now) : this.#unknown(store, now);
      const ids = [...changed, ...gone, ...this.#silent(store, now)].filter(
        (id) => !this.#index.isOwn({ store, id }),
      );
      const at = performance.now();
      for (const id of ids) this.#lastChange.set(`${store}\0${id}`, at);
      if (ids.length > 0) await this.#index.refreshOnly(store, ids);
      this.#pulses.set(store, now); // only now: what could not be read is asked again
    }
  }

  /** The first look: what the list does not have, or has as running. */
  #unknown(store: string, now: Pulse): { changed: string[]; gone: string[] } {
    return {
      changed: [...now.keys()].filter((id) => {
        const known = this.#index.get({ store, id });
        return !known || known.state === 'running';
      }),
      gone: [],
    };
  }

  #silent(store: string, now: Pulse): string[] {
    const at = performance.now();
    return [...now.keys()].filter((id) => {
      const state = this.#index.get({ store, id })?.state;
      const mayChange = state !== undefined && (state === 'running' || isClosed(state));
      return mayChange && at - (this.#lastChange.get(`${store}\0${id}`) ?? 0) > stillMs;
    });
  }

  dispose(): void {
    this.#isDisposed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }
}
