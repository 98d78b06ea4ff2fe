import type { DisposableLike } from './disposables.ts';

export interface Paced extends DisposableLike {
  /** Runs it now, or when the pause after the last time is over: what was called for last is always run. */
  readonly call: () => void;
}

/** For what is drawn outside the panel: a window draws many things, and a run tells something ten times a second. */
export const drawMs = 1_000;

export function atMostEvery(pauseMs: number, run: () => void): Paced {
  let timer: NodeJS.Timeout | null = null;
  let isWanted = false;
  const now = (): void => {
    isWanted = false;
    timer = setTimeout(() => {
      timer = null;
      if (isWanted) now();
    }, pauseMs);
    run();
  };
  return {
    call: () => {
      if (timer) isWanted = true;
      else now();
    },
    dispose: () => {
      if (timer) clearTimeout(timer);
      timer = null;
      isWanted = false;
    },
  };
}
