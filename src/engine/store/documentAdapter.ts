import { closeSync, fsyncSync, openSync, writeFileSync as writeWhole } from 'node:fs';
import { lstat, open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { writeFile, writeFileSync } from 'atomically';
import type { Adapter } from 'lowdb';
import type { z } from 'zod';
import { Fault } from '../../model/fault.ts';
import { errnoOf, storeFault } from './storeFault.ts';

/** Larger documents are not ours: they are not read. */
export const documentLimitBytes = 64 * 1024 * 1024;

export interface DocumentOptions<T> {
  readonly file: string;
  readonly schema: z.ZodType<T>;
  /** Called before each write; throws when this process may not write any more. Left out by readers, whose `write` is refused. */
  readonly guard?: () => void;
}

/**
 * The adapter of a lowdb document: whole files, replaced atomically and durably. A write goes to a temporary file with a name of
 * its own, is synced, renamed over the document, and the folder is synced where the system has it: after `write` has
 * resolved, a power cut leaves the new document; before, the old one. Never a mixture.
 *
 * `read` answers null for a document that is not there. Faults: `storeDamaged` for what is not a document of this kind,
 * `storeNewer` for one of a later format, and those of storeFault.
 */
export function documentAdapter<T>({ file, schema, guard }: DocumentOptions<T>): Adapter<T> {
  return {
    read: async () => {
      const text = await readText(file);
      return text === null ? null : parseDocument(text, file, schema);
    },
    write: async (data) => {
      if (!guard) throw new Error(`${file} was opened for reading`);
      // A document that could not be read back is a bug, and must be one before the good document is replaced.
      const text = JSON.stringify(schema.parse(data));
      guard();
      await writeDurably(file, `${text}\n`);
    },
  };
}

/** How long a write tries again when the system runs out of file handles or another program holds the file. */
const retryMs = 5_000;
/** The mode of a new file, before the umask; given, so that a replaced file is not asked for its own. */
const fileMode = 0o666;

/**
 * Documents up to here are written without leaving the thread: seven hand-overs to Node's pool cost more than a small synced
 * write does (bench/store). Larger ones go through the pool.
 */
const smallBytes = 64 * 1024;

/** Replaces a file atomically and durably. The folder must exist. */
export async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
  if (bytes.length <= smallBytes) writeSmall(file, bytes);
  else await writeLarge(file, bytes);
}

function writeSmall(file: string, bytes: Uint8Array): void {
  let folder: number | null = null;
  try {
    // Opened first: a folder that vanished is a fault, and atomically would make it anew.
    folder = openFolderSync(dirname(file));
    writeFileSync(file, undefined, {
      timeout: retryMs,
      mode: fileMode,
      chown: false,
      // atomically hands text to one write(2) and does not look at how much of it was taken: on a nearly full disk that is less
      // than all, and a truncated document would be renamed into place. Node's own writes the rest, or fails.
      tmpCreated: (temporary) => writeWhole(temporary, bytes),
    });
    if (folder !== null) syncFolderSync(folder);
  } catch (error) {
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
    folder = await openFolder(dirname(file));
    // A stream for the same reason: it writes the rest, or fails.
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

/** Text of a file of ours; null when it is not there. Links are not followed: what they point to is not ours. */
async function readText(file: string): Promise<string | null> {
  try {
    const stats = await lstat(file);
    if (!stats.isFile()) throw damaged(file, 'it is a link or a folder, not a file');
    if (stats.size > documentLimitBytes)
      throw damaged(file, `it has ${stats.size} bytes, which no document here has`);
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'EACCES' || code === 'EIO')
      throw damaged(file, `the system does not let it be read (${code})`);
    throw error;
  }
}

/** Parses a stored document. Faults `storeDamaged` and `storeNewer`, which name the file and say what is wrong. */
export function parseDocument<T>(text: string, file: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(file, text.trim() === '' ? 'it is empty' : 'it is not JSON (half written?)');
  }
  if (typeof value === 'object' && value !== null && 'format' in value) {
    if (typeof value.format === 'number' && value.format > 1)
      throw new Fault(
        'storeNewer',
        `${file} was written by a newer version (format ${value.format}); this one reads format 1. Update LSTM Study to open it.`,
      );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw damaged(file, `${issue.path.map(String).join('.') || 'its content'}: ${issue.message}`);
}

function damaged(file: string, why: string): Fault {
  return new Fault('storeDamaged', `${file} cannot be read: ${why}.`);
}
