import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Fault } from '../../model/fault.ts';
import type { Clock } from '../clock.ts';
import { writeDurably } from './durableWrite.ts';
import { currentOwner } from './owner.ts';
import { binName, documentNames, idPattern } from './place.ts';
import { errnoOf, isAbsent, readFault, storeFault } from './storeFault.ts';

export const storeName = '.lstm-study';

/** The store of a study file: `.lstm-study` beside it. */
export function storeOf(studyFile: string): string {
  return join(dirname(studyFile), storeName);
}

/** Makes the store when it is not there, with a .gitignore of `*`: who wants experiments in git deletes that line. */
export async function ensureStore(store: string): Promise<void> {
  try {
    if (await makeFolder(store)) await writeDurably(join(store, '.gitignore'), '*\n');
  } catch (error) {
    throw storeFault(error, store);
  }
}

/**
 * True when it was made. Parents are made one by one: the recursion of mkdir itself answers ENOENT on a read-only disk, and never
 * answers below /proc.
 */
async function makeFolder(folder: string): Promise<boolean> {
  const make = (): Promise<true> => mkdir(folder).then(() => true);
  try {
    return await make().catch(async (error: unknown) => {
      if (errnoOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
      await makeFolder(dirname(folder));
      return make();
    });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    if ((await stat(folder)).isDirectory()) return false;
    throw new Fault(
      'unwritable',
      `${folder} is a file where a folder is needed. Move it, or choose another place with --store.`,
    );
  }
}

/** `<yyyymmdd-hhmmss>-<slug>-<4 random>`. */
export function newExperimentId(name: string, clock: Clock): string {
  const time = new Date(clock.now()).toISOString();
  const stamp = `${time.slice(0, 10).replaceAll('-', '')}-${time.slice(11, 19).replaceAll(':', '')}`;
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return `${stamp}-${slug || 'study'}-${randomBytes(2).toString('hex')}`;
}

/** Folders of a store that may be experiments: their names are ids and they are no links. Sorted, oldest first. */
export async function listExperimentIds(store: string): Promise<string[]> {
  try {
    const entries = await readdir(store, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && idPattern.test(entry.name))
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw readFault(error, store);
  }
}

/** The folder of an experiment; Fault `badInput` for an id that could lead out of the store. */
export function experimentFolder(store: string, id: string): string {
  if (!idPattern.test(id))
    throw new Fault('badInput', `"${id}" is no experiment id; \`lstm-study list\` shows them.`);
  return join(store, id);
}

/** Files that are asked for their size before other work of this thread gets its turn: a millisecond or two. */
const sizeBatch = 256;

/** Bytes of all files of an experiment. Links are not followed. On this thread: ten thousand calls through the pool take a second. */
export async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // being moved or deleted
  for (const [i, entry] of entries.entries()) {
    if (i % sizeBatch === sizeBatch - 1) await setImmediate();
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += await sizeOf(path);
    else if (entry.isFile()) bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0; // a temporary file may go meanwhile
  }
  return bytes;
}

/** Moves an experiment into the bin of its store. Fault `storeLocked` while somebody writes it. */
export async function moveToBin(store: string, id: string, clock: Clock): Promise<void> {
  const folder = experimentFolder(store, id);
  const owner = await currentOwner(folder, clock);
  if (owner)
    throw new Fault('storeLocked', `Process ${owner.pid} on ${owner.host} is running ${id}. Stop it first.`);
  await mkdir(join(store, binName), { recursive: true });
  await move(folder, join(store, binName, id));
}

export async function restoreFromBin(store: string, id: string): Promise<void> {
  await move(join(store, binName, basename(experimentFolder(store, id))), experimentFolder(store, id));
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT')
      throw new Fault('badInput', `There is no experiment in ${from}.`, { cause: error });
    throw storeFault(error, from);
  }
}

/** Deletes one experiment that is in the bin, for good. */
export async function emptyFromBin(store: string, id: string): Promise<void> {
  const place = join(store, binName, basename(experimentFolder(store, id)));
  const stats = await lstat(place).catch(() => null); // not there: nothing to delete
  if (stats?.isDirectory()) await rm(place, { recursive: true, force: true });
}

/** When the head of an experiment was last bumped: what readers watch. 0 when it has none. */
export async function headTime(folder: string): Promise<number> {
  return stat(join(folder, documentNames.head)).then(
    (s) => s.mtimeMs,
    () => 0,
  ); // no head yet
}
