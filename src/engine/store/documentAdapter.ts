import { lstat, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { writeFile } from 'atomically';
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

/** Replaces a file atomically and durably. The folder must exist. */
export async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
  try {
    await lstat(dirname(file)); // atomically would make the folder anew; a folder that vanished is a fault
    // A stream, because atomically hands text to one write(2) and does not look at how much of it was taken: on a nearly full
    // disk that is less than all, and a truncated document would be renamed into place. Streams write the rest, or fail.
    await writeFile(file, Readable.from([bytes], { objectMode: false }), { timeout: retryMs });
    await syncFolder(dirname(file));
  } catch (error) {
    throw storeFault(error, file);
  }
}

/** How long a write tries again when the system runs out of file handles or another program holds the file. */
const retryMs = 5_000;

/** Makes what was renamed in a folder durable, where the system can. */
export async function syncFolder(folder: string): Promise<void> {
  let handle;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    // Windows cannot open folders, some network file systems cannot sync them: the rename is all there is.
    const code = errnoOf(error);
    if (code !== 'EISDIR' && code !== 'EPERM' && code !== 'EACCES' && code !== 'EINVAL' && code !== 'ENOTSUP')
      throw error;
  } finally {
    await handle?.close();
  }
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
