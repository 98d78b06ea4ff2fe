export interface DisposableLike {
  dispose(): unknown;
}

/** Holds what has to end together. What is added after the end is ended at once; ending twice is safe. */
export class DisposableStore implements DisposableLike {
  readonly #items = new Set<DisposableLike>();
  #disposed = false;

  get isDisposed(): boolean {
    return this.#disposed;
  }

  add<T extends DisposableLike>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.add(item);
    return item;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const item of [...this.#items].reverse()) item.dispose();
    this.#items.clear();
  }
}
