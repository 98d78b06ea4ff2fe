import type { Annotations } from '../../model/experiment.ts';
import type { ExperimentRef, OpenedExperiment } from '../../protocol/experiments.ts';
import type { PortServer } from '../../protocol/portRpc.ts';
import type { TrialColumns } from '../../protocol/trialColumns.ts';
import type { ViewContract } from '../../protocol/view.ts';
import type { OpenHandle } from '../openExperiments.ts';
import type { Parts } from '../parts.ts';

export const noAnnotations: Annotations = { format: 1, trials: {} };

interface Current {
  readonly ref: ExperimentRef;
  readonly handle: OpenHandle;
  opened: OpenedExperiment;
}

/** The one experiment a page shows: opened, followed, exchanged for another, left. */
export class Followed {
  readonly #parts: Parts;
  readonly #page: () => PortServer<ViewContract> | null;
  #current: Current | null = null;
  #asked: ExperimentRef | null = null;
  #shows = 0;
  /** Rows that came before the page knows whose they are; null when they go to it at once. */
  #held: TrialColumns[] | null = null;
  #reads = 0;

  constructor(parts: Parts, page: () => PortServer<ViewContract> | null) {
    this.#parts = parts;
    this.#page = page;
  }

  get ref(): ExperimentRef | null {
    return this.#current?.ref ?? null;
  }

  /** What is shown, or will be when it has been read. */
  get asked(): ExperimentRef | null {
    return this.#asked;
  }

  get opened(): OpenedExperiment | null {
    return this.#current?.opened ?? null;
  }

  /** Opens `ref` afresh and answers everything about it; rows are held until `release`. Null leaves what was open. */
  async show(ref: ExperimentRef | null): Promise<OpenedExperiment | null> {
    this.#leave();
    this.#asked = ref;
    if (!ref) return null;
    const own = this.#shows;
    const isOwn = (): boolean => own === this.#shows; // no other one was asked for meanwhile
    this.#held = [];
    try {
      const handle = await this.#parts.opened.open(ref, {
        trialsChanged: (rows) => {
          if (!isOwn()) return;
          if (this.#held) this.#held.push(rows);
          else this.#page()?.send('trials', rows);
        },
        reopened: (opened) => {
          if (!isOwn() || !this.#current) return;
          this.#current.opened = opened;
          this.#sendAll(opened);
        },
      });
      if (!isOwn()) {
        handle.dispose();
        return null;
      }
      this.#current = { ref, handle, opened: handle.opened };
      return handle.opened;
    } catch (error) {
      if (isOwn()) this.#asked = null; // the next one to ask tries again
      throw error;
    }
  }

  /** The page knows what `show` has answered. */
  release(): void {
    if (!this.#current) return; // another one is being read
    const held = this.#held ?? [];
    this.#held = null;
    for (const rows of held) this.#page()?.send('trials', rows);
  }

  /** As `show`, and tells the page. */
  async exchange(ref: ExperimentRef | null): Promise<void> {
    const opened = await this.show(ref);
    if (opened) {
      this.#sendAll(opened);
      this.release();
      await this.refreshHeader(); // what was told while it was read
    }
    if (!ref) this.#page()?.send('experiment', null);
  }

  /** The header changed: state, leader, winner, looks, annotations. */
  async refreshHeader(): Promise<void> {
    const current = this.#current;
    const summary = current && this.#parts.index.get(current.ref);
    if (!current || !summary) return;
    this.#page()?.send('experiment', { experiment: current.opened.experiment, summary });
    this.#page()?.send('annotations', summary.annotations);
    const { looks, state } = current.opened.summary;
    if (summary.looks === looks && summary.state === state) return;
    // Looks, leader and winner stand in the document too: read it again.
    const read = ++this.#reads;
    const opened = await this.#parts.engine.request('open', current.ref);
    await this.#parts.engine.request('close', current.ref); // it is followed already
    if (this.#current !== current || read !== this.#reads) return; // a later answer knows more
    current.opened = opened;
    this.#page()?.send('experiment', { experiment: opened.experiment, summary: opened.summary });
  }

  #sendAll(opened: OpenedExperiment): void {
    const page = this.#page();
    page?.send('experiment', { experiment: opened.experiment, summary: opened.summary });
    page?.send('trials', opened.trials);
    page?.send('annotations', opened.annotations);
    page?.send('progress', opened.progress);
  }

  #leave(): void {
    this.#shows++;
    this.#current?.handle.dispose();
    this.#current = null;
  }

  dispose(): void {
    this.#asked = null;
    this.#leave();
  }
}
