import { createHash } from 'node:crypto';
import type { Study } from '../../model/study.ts';

/** JSON with the keys of every object in order: equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, v]) => `${JSON.stringify(key)}:${canonicalJson(v)}`);
    return `{${parts.join(',')}}`;
  }
  return JSON.stringify(value);
}

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
