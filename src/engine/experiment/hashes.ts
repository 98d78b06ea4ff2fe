import { createHash } from 'node:crypto';
import { canonicalJson } from '../../model/canonicalJson.ts';
import type { Study } from '../../model/study.ts';

/**
 * What makes two studies the same: everything but what it is called, where its data lies (the data has a hash of its own) and how
 * long it may go on. SHA-256, hex.
 */
export function studyHashOf(study: Study): string {
  const { name: _name, notes: _notes, $schema: _schema, data, search, ...rest } = study;
  const { file: _file, ...dataRest } = data;
  const { trials: _trials, timeLimit: _timeLimit, patience: _patience, ...searchRest } = search;
  return createHash('sha256')
    .update(canonicalJson({ ...rest, data: dataRest, search: searchRest }))
    .digest('hex');
}
