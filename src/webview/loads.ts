/** Answers of the host that a view needs while it draws: asked once a key, kept until their subject changes. */
export type Loadable<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly message: string };

export interface Loads {
  /** What is known now; asks the host the first time. `key` names the subject and its version. */
  get<T>(key: string, load: () => Promise<T>): Loadable<T>;
  /** Puts an answer that came by another way. */
  put(key: string, value: unknown): void;
  /** Forgets all keys with this beginning. */
  forget(prefix: string): void;
}

const keptAtMost = 200;

export function createLoads(onChange: () => void): Loads {
  const known = new Map<string, Loadable<unknown>>();
  const set = (key: string, value: Loadable<unknown>): void => {
    known.delete(key);
    known.set(key, value);
    if (known.size > keptAtMost) known.delete(known.keys().next().value!);
  };
  return {
    get<T>(key: string, load: () => Promise<T>): Loadable<T> {
      const present = known.get(key);
      if (present) return present as Loadable<T>; // a key has one type: its callers name it
      const loading = { state: 'loading' } as const;
      set(key, loading);
      load().then(
        (value) => {
          if (known.get(key) === loading) set(key, { state: 'ready', value });
          onChange();
        },
        (error: unknown) => {
          const message = error instanceof Error ? error.message : String(error);
          if (known.get(key) === loading) set(key, { state: 'failed', message });
          onChange();
        },
      );
      return loading;
    },
    put(key, value) {
      set(key, { state: 'ready', value });
      onChange();
    },
    forget(prefix) {
      for (const key of [...known.keys()]) if (key.startsWith(prefix)) known.delete(key);
      onChange();
    },
  };
}
