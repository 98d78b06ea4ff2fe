/** Time as the engine sees it: passed in, so that nothing that is computed can depend on it by accident. */
export interface Clock {
  /** Milliseconds since 1970, for records that people read. */
  now(): number;
  /** Milliseconds from some start, never going back: for durations and limits, whatever happens to the wall clock. */
  elapsedMs(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsedMs: () => performance.now(),
};

/** ISO 8601, UTC. */
export function isoTime(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
