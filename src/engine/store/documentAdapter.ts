import type { Adapter } from 'lowdb';
import type { z } from 'zod';
import { parseDocument, readText } from './documentText.ts';
import { writeDurably } from './durableWrite.ts';

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
 * `storeNewer` for one of a later format, `unreadable`, and at writing those of storeFault.
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
