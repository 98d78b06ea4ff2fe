import type { Annotations } from '../../model/experiment.ts';
import type { ExperimentRef, OpenedExperiment } from '../../protocol/experiments.ts';
import type { PortServer } from '../../protocol/portRpc.ts';
import type { ViewContract } from '../../protocol/view.ts';
import { keyOf } from '../experimentIndex.ts';
import type { OpenHandle } from '../openExperiments.ts';
import type { Parts } from '../parts.ts';

export const noAnnotations: Annotations = { format: 1, trials: {} };

/** The one experiment a page shows: opened, followed, exchanged for another, left. */
export class Followed {
  readonly #parts: Parts;
  readonly #page: () => PortServer<ViewContract> | null;
  #current: { readonly ref: ExperimentRef; readonly handle: OpenHandle; opened: OpenedExperiment } | null =
    null;
  #wanted: string | null = null;
  #reads = 0;

  constructor(parts: Parts, page: () => PortServer<ViewContract> | null) {
    this.#parts = parts;
    this.#page = page;
  }

  get ref(): ExperimentRef | null {
    return this.#current?.ref ?? null;
  }

  get opened(): OpenedExperiment | null {
    return this.#current?.opened ?? null;
  }

  /** Opens `ref` afresh and answers everything about it; null leaves what was open. */
  async show(ref: ExperimentRef | null): Promise<OpenedExperiment | null> {
    this.#leave();
    this.#wanted = ref ? keyOf(ref) : null;
    if (!ref) return null;
    const handle = await this.#parts.opened.open(ref, {
      trialsChanged: (rows) => this.#page()?.send('trials', rows),
      reopened: (opened) => {
        if (this.#current) this.#current.opened = opened;
        this.#sendAll(opened);
      },
    });
    if (this.#wanted !== keyOf(ref)) {
      handle.dispose(); // another one was asked for meanwhile
      return null;
    }
    this.#current = { ref, handle, opened: handle.opened };
    return handle.opened;
  }

  /** As `show`, and tells the page. */
  async exchange(ref: ExperimentRef | null): Promise<void> {
    const opened = await this.show(ref);
    if (opened) {
      this.#sendAll(opened);
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
    this.#current?.handle.dispose();
    this.#current = null;
  }

  dispose(): void {
    this.#wanted = null;
    this.#leave();
  }
}
