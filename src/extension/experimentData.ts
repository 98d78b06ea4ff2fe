import * as path from 'node:path';
import type { ExperimentRef, ExperimentSummary } from '../protocol/experiments.ts';

/** Requests for which the engine reads the data file that a stored experiment names. */
const readers = new Set(['resume', 'rerun', 'test', 'predictions', 'analyse', 'export']);

/** The experiment whose data file a request has read; null where it reads none. */
export function readsDataOf(request: string, params: unknown): ExperimentRef | null {
  if (!readers.has(request) || typeof params !== 'object' || params === null) return null;
  if (!('store' in params) || !('id' in params)) return null;
  const { store, id } = params;
  return typeof store === 'string' && typeof id === 'string' ? { store, id } : null;
}

/** Where the data file of a stored experiment lies. Both names came with the store, perhaps with a clone: they may lead anywhere. */
export function dataFileOf({
  store,
  studyFile,
  dataFile,
}: Pick<ExperimentSummary, 'store' | 'studyFile' | 'dataFile'>): string {
  return path.resolve(path.dirname(store), path.dirname(studyFile), dataFile);
}
