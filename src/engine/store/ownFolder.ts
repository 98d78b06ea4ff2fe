import { lstat, mkdir } from 'node:fs/promises';
import { Fault } from '../../model/fault.ts';
import { errnoOf, isAbsent, readFault, storeFault } from './storeFault.ts';

/** Whether a folder of an experiment is there. Fault `storeDamaged` for a link or a file in its place: what a link leads to is not ours. */
export async function isOwnFolder(path: string): Promise<boolean> {
  const stats = await lstat(path).catch((error: unknown) => {
    if (isAbsent(error)) return null;
    throw readFault(error, path);
  });
  if (stats === null) return false;
  if (stats.isDirectory()) return true;
  throw new Fault(
    'storeDamaged',
    `${path} is a ${stats.isSymbolicLink() ? 'link' : 'file'} where a folder of the store belongs. Nothing is read or written through it: move it away, then try again.`,
  );
}

/** Makes a folder inside an experiment where it is not there. Faults: those of storeFault, and `storeDamaged` as above. */
export async function makeOwnFolder(path: string): Promise<void> {
  if (await isOwnFolder(path)) return;
  await mkdir(path).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw storeFault(error, path); // made by somebody else meanwhile
  });
}
