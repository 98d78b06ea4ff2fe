import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import { z } from 'zod';
import { Fault, isFault } from '../../model/fault.ts';
import { isoTime, type Clock } from '../clock.ts';
import { writeDurably } from './durableWrite.ts';
import { documentNames } from './place.ts';
import { readDocument } from './readDocument.ts';
import { underShortLock } from './shortLock.ts';
import { errnoOf, isAbsent, readFault, storeFault } from './storeFault.ts';

const ownerSchema = z.strictObject({
  format: z.literal(1),
  pid: z.int(),
  /** Start of the process in the system's own units: a number that was given to another process since is told apart by it. */
  birth: z.string().nullable(),
  host: z.string(),
  startedAt: z.string(),
  token: z.string(),
});
type OwnerRecord = z.infer<typeof ownerSchema>;

/** The lock is touched this often by its owner ... */
const touchMs = 5_000;
/** ... and one that was not touched for this long has lost its owner, or its owner sleeps. */
const staleMs = 30_000;

/** The right to write an experiment. */
export interface Owner {
  /** Throws Fault `storeLocked` when another process has taken over, `unwritable` when the folder is gone, `unreadable`. Called before each write. */
  readonly check: () => void;
  release(): Promise<void>;
}

/**
 * Makes this process the one writer of the experiment in `folder`, or rejects with Fault `storeLocked`, which names the owner.
 *
 * owner.json names the writer and carries a token; the lock beside it (proper-lockfile: a folder, touched every 5 s) tells
 * whether the writer lives. Taken over is a lock whose process is gone, on this machine at once, and any lock that was not touched
 * for 30 s. A writer that slept through that finds another token before its next write and stops. Deciding and
 * taking happen under a second, short lock, so that two that find the same dead owner cannot both take its place.
 */
export async function acquireOwner(
  folder: string,
  clock: Clock,
  onLost: (fault: Fault) => void,
): Promise<Owner> {
  const file = join(folder, documentNames.owner);
  const lockPath = join(folder, 'owner.lock');
  const token = randomUUID();
  let lost: Fault | null = null;
  let heart: NodeJS.Timeout | null = null;
  const lose = (fault: Fault): Fault => {
    if (lost === null) {
      lost = fault;
      if (heart) clearInterval(heart);
      onLost(fault);
    }
    return lost;
  };

  await underTakeoverLock(folder, async () => {
    const holder = await currentOwner(folder, clock);
    if (holder) throw lockedFault(folder, holder);
    await rmdir(lockPath).catch((error: unknown) => {
      if (errnoOf(error) !== 'ENOENT') throw storeFault(error, lockPath);
    });
    await lockfile.lock(file, {
      lockfilePath: lockPath,
      realpath: false,
      stale: staleMs,
      update: touchMs,
      onCompromised: () => {
        // The token decides: a lock that somebody else touched or removed is no reason to stop. proper-lockfile touches it no more.
        const beat = (): void => {
          if (isOurs()) void touch(lockPath, clock);
        };
        beat();
        heart ??= setInterval(beat, touchMs).unref();
      },
    });
    const record: OwnerRecord = {
      format: 1,
      pid: process.pid,
      birth: birthOf(process.pid),
      host: hostname(),
      startedAt: isoTime(clock),
      token,
    };
    await writeDurably(file, JSON.stringify(record));
  });

  function check(): void {
    if (lost) throw lost;
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      // Without its owner.json the folder was taken over by a process that has ended since; without the folder nothing is left to own.
      if (errnoOf(error) === 'ENOENT' && existsSync(folder)) throw lose(takenOverFault(folder));
      const fault = isAbsent(error) ? storeFault(error, file) : readFault(error, file);
      throw isFault(fault) ? lose(fault) : fault;
    }
    if (!text.includes(`"${token}"`)) throw lose(takenOverFault(folder));
  }

  const isOurs = (): boolean => {
    try {
      check();
      return true;
    } catch {
      return false; // `check` has told the owner
    }
  };

  return {
    check,
    release: async () => {
      if (lost) return;
      lost = new Fault('storeLocked', `The experiment in ${folder} has been closed.`);
      if (heart) clearInterval(heart);
      await underTakeoverLock(folder, async () => {
        const record = await readOwner(folder);
        if (record?.token !== token) return;
        await rm(file, { force: true });
        await lockfile.unlock(file, { lockfilePath: lockPath, realpath: false }).catch(() => undefined); // given up by proper-lockfile
        await rmdir(lockPath).catch(() => undefined); // gone already: nothing to undo
      });
    },
  };
}

/** Keeps the lock young, and makes it anew where it was removed. */
async function touch(lockPath: string, clock: Clock): Promise<void> {
  try {
    await mkdir(lockPath).catch((error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw error;
    });
    const time = new Date(clock.now());
    await utimes(lockPath, time, time);
  } catch {
    // The folder is gone or not writable; the next write says so.
  }
}

/** Who writes the experiment now, or null. Fault `unreadable` where that cannot be seen. */
export async function currentOwner(
  folder: string,
  clock: Clock,
): Promise<{ pid: number; host: string; startedAt: string } | null> {
  const record = await readOwner(folder);
  if (!record) return null; // the lock without its owner.json was left by a kill between the two
  if (record.host === hostname() && !isAlive(record)) return null;
  const lock = join(folder, 'owner.lock');
  const touched = await stat(lock).then(
    (s) => s.mtimeMs,
    (error: unknown) => {
      if (isAbsent(error)) return null;
      throw readFault(error, lock); // who cannot be seen is not dead
    },
  );
  if (touched === null || clock.now() - touched > staleMs) return null; // file times are the wall clock's
  return record;
}

/** Null when it is absent, torn, of another kind or a link: nobody has finished taking the experiment. Fault `unreadable`. */
async function readOwner(folder: string): Promise<OwnerRecord | null> {
  const read = await readDocument(join(folder, documentNames.owner), ownerSchema);
  if (read.kind === 'damaged' && read.damage.code === 'unreadable')
    throw new Fault('unreadable', read.damage.message);
  return read.kind === 'read' ? read.value : null;
}

function underTakeoverLock(folder: string, work: () => Promise<void>): Promise<void> {
  return underShortLock(join(folder, 'takeover'), {
    busy: `Another process is just opening the experiment in ${folder}.`,
    work,
  });
}

function lockedFault(folder: string, holder: { pid: number; host: string; startedAt: string }): Fault {
  const where = holder.host === hostname() ? 'this machine' : holder.host;
  return new Fault(
    'storeLocked',
    `The experiment in ${folder} is being written by process ${holder.pid} on ${where} since ${holder.startedAt}. Stop it there first; it can be followed from here meanwhile.`,
  );
}

function takenOverFault(folder: string): Fault {
  return new Fault(
    'storeLocked',
    `Another process has taken over the experiment in ${folder} while this one slept; this one has stopped writing. Open the experiment again to follow it.`,
  );
}

function isAlive(record: OwnerRecord): boolean {
  try {
    process.kill(record.pid, 0);
  } catch (error) {
    if (errnoOf(error) !== 'EPERM') return false;
  }
  const birth = birthOf(record.pid);
  return birth === null || record.birth === null || birth === record.birth;
}

/** Field 22 of /proc/<pid>/stat, start time after boot in ticks; null where there is no such file. */
function birthOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
