import { mkdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { z } from 'zod';
import { Fault, isFault } from '../../model/fault.ts';
import { parseDocument, readText, readTextSync } from './documentText.ts';
import { makeOwnFolder } from './ownFolder.ts';
import { asideName } from './place.ts';
import { errnoOf, storeFault } from './storeFault.ts';

/** A document that could not be used, in words for people. */
export interface Damage {
  readonly file: string;
  readonly code: 'storeDamaged' | 'storeNewer' | 'unreadable';
  readonly message: string;
}

export type ReadResult<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly damage: Damage };

/** Of a document whose numbers are not as many as it says. */
export function unfitting(file: string): Damage {
  return {
    file,
    code: 'storeDamaged',
    message: `${file} cannot be read: its columns do not fit together.`,
  };
}

/** Reads one document; what is wrong with it is an answer, not an error. */
export async function readDocument<T>(file: string, schema: z.ZodType<T>): Promise<ReadResult<T>> {
  try {
    return resultOf(await readText(file), file, schema);
  } catch (error) {
    return damageOf(error, file);
  }
}

/** The same on this thread, for one of many small documents (readTextSync). */
export function readDocumentSync<T>(file: string, schema: z.ZodType<T>): ReadResult<T> {
  try {
    return resultOf(readTextSync(file), file, schema);
  } catch (error) {
    return damageOf(error, file);
  }
}

function resultOf<T>(text: string | null, file: string, schema: z.ZodType<T>): ReadResult<T> {
  return text === null ? { kind: 'absent' } : { kind: 'read', value: parseDocument(text, file, schema) };
}

function damageOf(error: unknown, file: string): { readonly kind: 'damaged'; readonly damage: Damage } {
  if (
    isFault(error) &&
    (error.code === 'storeDamaged' || error.code === 'storeNewer' || error.code === 'unreadable')
  )
    return { kind: 'damaged', damage: { file, code: error.code, message: error.message } };
  throw error;
}

/** The content; null where there is none. Fault of what is wrong with it, for who cannot do without. */
export function whole<T>(read: ReadResult<T>): T | null {
  if (read.kind === 'damaged') throw new Fault(read.damage.code, read.damage.message);
  return read.kind === 'read' ? read.value : null;
}

/**
 * Moves a document that cannot be read into a folder of its own below `damaged`, beside it. Only the owner of the experiment
 * does this; readers leave it where it is. Never deletes, never replaces. A document that cannot be read just now is not moved: it
 * may be whole, and what stood in its place meanwhile would be lost. Fault `unreadable`.
 */
export async function setAside({ file, code, message }: Damage): Promise<void> {
  if (code === 'unreadable') throw new Fault(code, message);
  const aside = join(dirname(file), asideName);
  await makeOwnFolder(aside);
  for (let i = 0; ; i++) {
    const folder = join(aside, `${basename(file)}-${i}`);
    try {
      await mkdir(folder);
      await rename(file, join(folder, basename(file)));
      return;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw storeFault(error, folder);
    }
  }
}
