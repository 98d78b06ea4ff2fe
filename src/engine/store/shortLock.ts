import lockfile from 'proper-lockfile';
import { setTimeout } from 'node:timers/promises';
import { Fault } from '../../model/fault.ts';
import { errnoOf, storeFault } from './storeFault.ts';

/** A lock that was not touched for so long was left by a process that died with it. */
const staleMs = 3_000;
const touchMs = 1_000;
/** How long a lock that others hold is waited for, and how often it is asked for. */
const attempts = 60;
const pauseMs = 100;

/**
 * Does a piece of work that takes milliseconds while no other process does it: the lock is a folder beside `target`, which need not
 * exist. Waits 6 s at most for others, then Fault `storeLocked` with the sentence `busy`; what else goes wrong (the folder is
 * gone, or may not be written) is told at once, with the faults of storeFault.
 */
export async function underShortLock<T>(
  target: string,
  { busy, work }: { readonly busy: string; readonly work: () => Promise<T> },
): Promise<T> {
  const release = await take(target, busy);
  try {
    return await work();
  } finally {
    await release().catch(() => undefined); // went stale while a write hung: not ours any more
  }
}

async function take(target: string, busy: string): Promise<() => Promise<void>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await lockfile.lock(target, {
        realpath: false,
        stale: staleMs,
        update: touchMs,
        onCompromised: () => undefined, // a replaced document is whole either way, and a token decides who writes
      });
    } catch (error) {
      // Only a lock that is held is worth waiting for.
      if (errnoOf(error) !== 'ELOCKED') throw storeFault(error, target);
      if (attempt === attempts) throw new Fault('storeLocked', `${busy} Try again in a moment.`);
    }
    await setTimeout(pauseMs);
  }
}
