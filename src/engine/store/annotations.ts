import { join } from 'node:path';
import { annotationsSchema, type Annotations } from '../../model/experiment.ts';
import { Fault } from '../../model/fault.ts';
import { documentAdapter } from './documentAdapter.ts';
import { noAnnotations } from './experimentReader.ts';
import { documentNames } from './place.ts';
import { readDocument, setAside } from './readDocument.ts';
import { underShortLock } from './shortLock.ts';

export type AnnotationChange = Partial<Omit<Annotations, 'format'>>;

/**
 * Changes what users wrote about an experiment: given fields are replaced, those of a trial too; what is not given stays, because
 * another window may have written it. An empty entry of a trial removes it. Any process may do this, also while another one runs
 * the experiment: annotations have a lock of their own, held for one write. A damaged document is set aside first; one that cannot be
 * read just now is left, with Fault `unreadable`.
 */
export async function annotate(folder: string, change: AnnotationChange): Promise<Annotations> {
  const file = join(folder, documentNames.annotations);
  return underShortLock(file, {
    busy: `${file} is being written by another process.`,
    work: async () => {
      const read = await readDocument(file, annotationsSchema);
      if (read.kind === 'damaged') await setAside(read.damage);
      const merged = merge(read.kind === 'read' ? read.value : noAnnotations, change);
      await documentAdapter({ file, schema: annotationsSchema, guard: () => undefined }).write(merged);
      return merged;
    },
  });
}

function merge(before: Annotations, change: AnnotationChange): Annotations {
  const trials = { ...before.trials };
  for (const [number, entry] of Object.entries(change.trials ?? {}))
    trials[number] = Object.keys(entry).length === 0 ? {} : { ...trials[number], ...entry };
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
