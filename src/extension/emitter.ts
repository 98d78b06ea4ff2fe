import type { DisposableLike } from './disposables.ts';

/** A list of listeners without VS Code, for the parts that run and are tested outside it. */
export interface Emitter<T> {
  readonly on: (listener: (value: T) => void) => DisposableLike;
  readonly fire: (value: T) => void;
}

export function createEmitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    on(listener) {
      const own = (value: T): void => listener(value);
      listeners.add(own);
      return { dispose: () => listeners.delete(own) };
    },
    fire(value) {
      for (const listener of [...listeners]) listener(value);
    },
  };
}
