import { join } from 'node:path';
import { Low } from 'lowdb';
import lockfile from 'proper-lockfile';
import { annotationsSchema, type Annotations } from '../../model/experiment.ts';
import { Fault } from '../../model/fault.ts';
import { documentAdapter } from './documentAdapter.ts';
import { noAnnotations } from './experimentReader.ts';
import { documentNames } from './place.ts';
import { readDocument, setAside } from './readDocument.ts';
import { errnoOf, storeFault } from './storeFault.ts';

export type AnnotationChange = Partial<Omit<Annotations, 'format'>>;

/**
 * Changes what users wrote about an experiment: given fields are replaced, trials are merged by number, an empty entry of a
 * trial removes it. Any process may do this, also while another one runs the experiment: annotations have a lock of their
 * own, held for one write. A damaged document is set aside first.
 */
export async function annotate(folder: string, change: AnnotationChange): Promise<Annotations> {
  const file = join(folder, documentNames.annotations);
  const release = await lock(file);
  try {
    const read = await readDocument(file, annotationsSchema);
    if (read.kind === 'damaged') await setAside(file);
    const before = read.kind === 'read' ? read.value : noAnnotations;
    const merged = merge(before, change);
    await new Low(
      documentAdapter({ file, schema: annotationsSchema, guard: () => undefined }),
      merged,
    ).write();
    return merged;
  } finally {
    await release().catch(() => undefined); // went stale while the write hung: not ours any more
  }
}

function merge(before: Annotations, change: AnnotationChange): Annotations {
  const trials = { ...before.trials, ...change.trials };
  const kept = Object.fromEntries(
    Object.entries(trials).filter(
      ([number, t]) => /^\d{1,7}$/.test(number) && (t.star || t.note || (t.tags && t.tags.length > 0)),
    ),
  );
  const parsed = annotationsSchema.safeParse({ ...before, ...change, format: 1, trials: kept });
  if (!parsed.success)
    throw new Fault('badInput', `These annotations cannot be stored: ${parsed.error.issues[0].message}.`);
  return parsed.data;
}

async function lock(file: string): Promise<() => Promise<void>> {
  try {
    return await lockfile.lock(file, {
      realpath: false,
      stale: 3_000,
      update: 1_000,
      retries: { retries: 60, factor: 1, minTimeout: 50, maxTimeout: 100 },
      onCompromised: () => undefined, // held for one write; a replaced file is whole either way
    });
  } catch (error) {
    if (errnoOf(error) === 'ELOCKED')
      throw new Fault('storeLocked', `${file} is being written by another process. Try again in a moment.`);
    throw storeFault(error, file);
  }
}
