import type { Clock } from '../clock.ts';

/** Work that is done soon after it was asked for, but no more often than every `intervalMs`. */
export interface Throttled {
  request(): void;
  /** Does what is pending now and waits for it; rejects with what the work has failed with since the last flush. */
  flush(): Promise<void>;
  dispose(): void;
}

/**
 * `intervalMs` is asked after each run, so that work that grows can space itself out. A failure is kept for `flush` and
 * handed to `onError`.
 */
export function throttled(
  work: () => Promise<void>,
  options: {
    readonly clock: Clock;
    readonly intervalMs: (lastMs: number) => number;
    readonly onError: (error: unknown) => void;
  },
): Throttled {
  const { clock, intervalMs, onError } = options;
  let pending = false;
  let disposed = false;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  let nextAt = -Infinity;

  const run = (): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    running = running.then(async () => {
      if (!pending || disposed) return;
      pending = false;
      const from = clock.elapsedMs();
      await work();
      nextAt = clock.elapsedMs() + intervalMs(clock.elapsedMs() - from);
    });
    const result = running;
    running = running.catch((error: unknown) => onError(error));
    return result;
  };

  return {
    request: () => {
      pending = true;
      if (timer || disposed) return;
      timer = setTimeout(() => void run().catch(() => undefined), Math.max(0, nextAt - clock.elapsedMs())); // `run` hands failures to onError
    },
    flush: () => run(),
    dispose: () => {
      disposed = true;
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}
