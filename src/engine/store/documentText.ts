import { lstatSync, readFileSync, type Stats } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { Fault } from '../../model/fault.ts';
import { isAbsent, readFault } from './storeFault.ts';

/** Larger documents are not ours: they are not read. */
export const documentLimitBytes = 64 * 1024 * 1024;

/** Text of a file of ours; null when it is not there. Faults `unreadable`, and `storeDamaged` for what is no file of ours: links are not followed: what they point to is not ours. */
export async function readText(file: string): Promise<string | null> {
  try {
    assertReadable(file, await lstat(file));
    return await readFile(file, 'utf8');
  } catch (error) {
    return absentOrThrow(file, error);
  }
}

/** Bytes of a file of ours that should have `length` of them; null when it is not there. Faults as of readText. */
export async function readBytes(file: string, length: number): Promise<Uint8Array | null> {
  try {
    const stats = await lstat(file);
    if (!stats.isFile()) throw damaged(file, notFile);
    if (stats.size !== length) throw damaged(file, `it has ${stats.size} bytes, not ${length}`);
    return await readFile(file);
  } catch (error) {
    return absentOrThrow(file, error);
  }
}

/** As readText, without leaving the thread, for thousands of small documents: a quarter of the time. */
export function readTextSync(file: string): string | null {
  try {
    assertReadable(file, lstatSync(file));
    return readFileSync(file, 'utf8');
  } catch (error) {
    return absentOrThrow(file, error);
  }
}

const notFile = 'it is a link or a folder, not a file';

function assertReadable(file: string, stats: Stats): void {
  if (!stats.isFile()) throw damaged(file, notFile);
  if (stats.size > documentLimitBytes)
    throw damaged(file, `it has ${stats.size} bytes, which no document here has`);
}

function absentOrThrow(file: string, error: unknown): null {
  if (isAbsent(error)) return null;
  throw readFault(error, file);
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
