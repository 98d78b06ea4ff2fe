import { join } from 'node:path';
import type { Experiment } from '../../model/experiment.ts';
import { readExperiment } from '../store/experimentReader.ts';
import { listExperimentIds } from '../store/storeFolder.ts';
import type { Study } from '../../model/study.ts';
import { studyHashOf } from '../experiment/hashes.ts';
import type { StudyOnData } from '../experiment/readStudy.ts';

/**
 * Earlier experiments of a store: the latest of the same study and data, and the latest of the same study on other data. One that is
 * damaged or of a newer version is passed over (the list names it); what is wrong with one that cannot be read just now is told: it may
 * be the one meant, and whole in a moment.
 */
export async function findExperiments(
  store: string,
  { studyHash, dataHash }: { readonly studyHash: string; readonly dataHash: string },
): Promise<{
  readonly same: Experiment | null;
  readonly olderData: string | null;
  readonly unreadable: string | null;
}> {
  let same: Experiment | null = null;
  let olderData: string | null = null;
  let unreadable: string | null = null;
  for (const id of await listExperimentIds(store)) {
    const read = await readExperiment(join(store, id));
    if (read.kind === 'damaged' && read.damage.code === 'unreadable') unreadable = read.damage.message;
    if (read.kind !== 'read' || read.value.studyHash !== studyHash) continue;
    if (read.value.dataHash === dataHash) same = read.value;
    else olderData = id;
  }
  return { same, olderData, unreadable };
}

/** The study with the next seed that no experiment of the store has used on this data. */
export async function unusedSeed(store: string, onData: StudyOnData): Promise<Study> {
  for (let seed = onData.study.search.seed + 1; ; seed++) {
    const study: Study = { ...onData.study, search: { ...onData.study.search, seed } };
    const found = await findExperiments(store, {
      studyHash: studyHashOf(study),
      dataHash: onData.data.dataHash,
    });
    if (!found.same) return study;
  }
}
