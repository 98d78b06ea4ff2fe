import { join } from 'node:path';
import type { Experiment } from '../../model/experiment.ts';
import { readExperiment } from '../store/experimentReader.ts';
import { listExperimentIds } from '../store/storeFolder.ts';

/** Earlier experiments of a store: the latest of the same study and data, and the latest of the same study on other data. */
export async function findExperiments(
  store: string,
  { studyHash, dataHash }: { readonly studyHash: string; readonly dataHash: string },
): Promise<{ readonly same: Experiment | null; readonly olderData: string | null }> {
  let same: Experiment | null = null;
  let olderData: string | null = null;
  for (const id of await listExperimentIds(store)) {
    const read = await readExperiment(join(store, id));
    if (read.kind !== 'read' || read.value.studyHash !== studyHash) continue;
    if (read.value.dataHash === dataHash) same = read.value;
    else olderData = id;
  }
  return { same, olderData };
}
