import { mkdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { z } from 'zod';
import { Fault, isFault } from '../../model/fault.ts';
import { parseDocument, readText, readTextSync } from './documentText.ts';
import { asideName } from './place.ts';
import { errnoOf } from './storeFault.ts';

/** A document that could not be used, in words for people. */
export interface Damage {
  readonly file: string;
  readonly code: 'storeDamaged' | 'storeNewer';
  readonly message: string;
}

export type ReadResult<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly damage: Damage };

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
  if (isFault(error) && (error.code === 'storeDamaged' || error.code === 'storeNewer'))
    return { kind: 'damaged', damage: { file, code: error.code, message: error.message } };
  throw error;
}

/**
 * Moves a document that cannot be read into a folder of its own below `damaged`, beside it. Only the owner of the experiment
 * does this; readers leave it where it is. Never deletes, never replaces. Answers the new place.
 */
export async function setAside(file: string): Promise<string> {
  for (let i = 0; ; i++) {
    const folder = join(dirname(file), asideName, `${basename(file)}-${i}`);
    await mkdir(dirname(folder), { recursive: true });
    try {
      await mkdir(folder);
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') continue;
      throw error;
    }
    const place = join(folder, basename(file));
    await rename(file, place);
    return place;
  }
}

/** The Fault for an experiment whose own document cannot be read. */
export function unreadable(folder: string, damage: Damage | null): Fault {
  if (damage) return new Fault(damage.code, damage.message);
  return new Fault(
    'storeDamaged',
    `There is no experiment.json in ${folder}: this is no experiment, or its first document was lost.`,
  );
}
