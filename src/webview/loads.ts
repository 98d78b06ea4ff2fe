/**
 * Answers of the host that a view needs while it draws: asked once a key, kept until their subject changes. A failed one
 * is asked again by `again`.
 */
export type Loadable<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly message: string; readonly again: () => void };

export interface Loads {
  /**
   * What is known now; asks the host the first time. While a version is asked for, the last answer about its subject
   * stands: who reads it is not thrown out of it.
   */
  get<T>(about: About, load: () => Promise<T>): Loadable<T>;
  /** Forgets all keys with this beginning. */
  forget(prefix: string): void;
}

export interface About {
  readonly subject: string;
  /** What the answer rests on. */
  readonly version?: string | number;
}

const keptAtMost = 200;

export function createLoads(onChange: () => void): Loads {
  const known = bounded<Loadable<unknown>>();
  const latest = bounded<{ readonly asked: number; readonly value: unknown }>();
  let asked = 0;
  const ask = <T>(key: string, subject: string, load: () => Promise<T>): void => {
    const turn = ++asked;
    const loading = { state: 'loading' } as const;
    known.set(key, loading);
    load().then(
      (value) => {
        // Answers come in any order: the one that was asked for last knows most.
        if ((latest.get(subject)?.asked ?? 0) < turn) latest.set(subject, { asked: turn, value });
        if (known.get(key) === loading) known.set(key, { state: 'ready', value });
        onChange();
      },
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        const again = (): void => {
          known.delete(key);
          onChange();
        };
        if (known.get(key) === loading) known.set(key, { state: 'failed', message, again });
        onChange();
      },
    );
  };
  return {
    get<T>({ subject, version = '' }: About, load: () => Promise<T>): Loadable<T> {
      const key = `${subject} ${version}`;
      if (!known.get(key)) ask(key, subject, load);
      const now = known.get(key)!;
      const before = now.state === 'loading' ? latest.get(subject) : undefined;
      return (before ? { state: 'ready', value: before.value } : now) as Loadable<T>; // a subject has one type: its callers name it
    },
    forget(prefix) {
      for (const key of known.keys()) if (key.startsWith(prefix)) known.delete(key);
      onChange();
    },
  };
}

interface Bounded<V> {
  readonly get: (key: string) => V | undefined;
  readonly set: (key: string, value: V) => void;
  readonly delete: (key: string) => void;
  readonly keys: () => string[];
}

/** The oldest go first. */
function bounded<V>(): Bounded<V> {
  const map = new Map<string, V>();
  return {
    get: (key) => map.get(key),
    set: (key, value) => {
      map.delete(key);
      map.set(key, value);
      if (map.size > keptAtMost) map.delete(map.keys().next().value!);
    },
    delete: (key) => void map.delete(key),
    keys: () => [...map.keys()],
  };
}
