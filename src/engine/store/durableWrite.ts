import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { writeFile } from 'atomically';
import { errnoOf, storeFault } from './storeFault.ts';

/** How long a large write tries again when the system runs out of file handles or another program holds the file. */
const retryMs = 5_000;
/** The mode of a new file, before the umask; given, so that a replaced file is not asked for its own. */
const fileMode = 0o666;

/**
 * Documents up to here are written without leaving the thread: seven hand-overs to Node's pool cost more than a small synced
 * write does (bench/store). Larger ones go through the pool.
 */
const smallBytes = 64 * 1024;

/**
 * Replaces a file atomically and durably: a temporary file with a name of its own is written, synced and renamed over it, and
 * the folder is synced. The folder must exist. Faults: those of storeFault.
 */
export async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  const bytes = Buffer.from(content as Uint8Array); // either overload: a copy, which nobody changes while it is written
  if (bytes.length > smallBytes || writeSmall(file, bytes) === 'tryLater') await writeLarge(file, bytes);
}

/** What goes by: file handles run out, or (on Windows) a scanner holds the file. atomically waits for its end. */
const passing = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'EBUSY']);
const passingOnWindows = new Set(['EACCES', 'EPERM']);

/** Names of temporary files: no two of a process are alike, nor two of different ones. */
const thisProcess = randomBytes(6).toString('hex');
let written = 0;

function writeSmall(file: string, bytes: Uint8Array): 'written' | 'tryLater' {
  const temporary = `${file}.tmp-${thisProcess}-${++written}`;
  let folder: number | null = null;
  let made = false;
  try {
    // Opened first: where the folder vanished nothing is begun.
    folder = openFolderSync(dirname(file));
    const fd = openSync(temporary, 'wx', fileMode);
    made = true;
    try {
      writeFileSync(fd, bytes); // goes on until all is written, or fails
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, file);
    made = false;
    if (folder !== null) syncFolderSync(folder);
    return 'written';
  } catch (error) {
    if (made) rmSync(temporary, { force: true });
    const code = errnoOf(error) ?? '';
    if (passing.has(code) || (process.platform === 'win32' && passingOnWindows.has(code))) return 'tryLater';
    throw storeFault(error, file);
  } finally {
    if (folder !== null) closeSync(folder);
  }
}

function syncFolderSync(folder: number): void {
  try {
    fsyncSync(folder);
  } catch (error) {
    ignoreUnsyncable(error);
  }
}

async function writeLarge(file: string, bytes: Uint8Array): Promise<void> {
  let folder: FileHandle | null = null;
  try {
    // Opened first: a folder that vanished is a fault, and atomically would make it anew.
    folder = await openFolder(dirname(file));
    // atomically hands text to one write(2) and does not look at how much of it was taken: on a nearly full disk that is less
    // than all, and a truncated document would be renamed into place. A stream writes the rest, or fails.
    const stream = Readable.from([bytes], { objectMode: false });
    await writeFile(file, stream, { timeout: retryMs, mode: fileMode, chown: false });
    await folder?.sync().catch(ignoreUnsyncable);
  } catch (error) {
    throw storeFault(error, file);
  } finally {
    await folder?.close();
  }
}

/** Makes what was renamed in a folder durable, where the system can. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await openFolder(path);
  try {
    await folder?.sync().catch(ignoreUnsyncable);
  } finally {
    await folder?.close();
  }
}

/** Null where folders cannot be opened (Windows): there the rename is all there is. */
async function openFolder(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isUnopenable(error)) return null;
    throw error;
  }
}

function openFolderSync(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (isUnopenable(error)) return null;
    throw error;
  }
}

function isUnopenable(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'EISDIR' || code === 'EPERM' || (code === 'EACCES' && process.platform === 'win32');
}

/** Some network file systems cannot sync folders. */
function ignoreUnsyncable(error: unknown): void {
  const code = errnoOf(error);
  if (code !== 'EINVAL' && code !== 'ENOTSUP' && code !== 'EPERM' && code !== 'EISDIR') throw error;
}
