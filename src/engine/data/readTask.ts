import type { Issue } from '../../model/issue.ts';
import { nearest } from '../../model/nearest.ts';
import type { DataSpec } from '../../model/dataSpec.ts';

/** A file to read. */
export interface ReadTask {
  readonly path: string;
  readonly bytes: number;
  readonly spec: DataSpec;
  /** Refuse a file that would take more. */
  readonly memoryLimitBytes: number;
}

/** Text and decoded cells that are in memory at one time. */
const piecesBytes = 64e6;

/** Bytes of a table in memory while it is read: number columns, doubled where they grow, and the sorted copy. */
export function memoryNeeded(rows: number, columns: number): number {
  return Math.ceil(rows) * (columns * 8 * 2 + 24) + piecesBytes;
}

export function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
}

export function unknownColumn(path: Issue['path'], name: string, names: readonly string[]): Issue {
  const near = nearest(name, names);
  const list = `The file has: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}.`;
  const base = dataError(
    path,
    'unknownColumn',
    `There is no column "${name}"${near === null ? '' : `; did you mean "${near}"`}${near === null ? '. ' : '? '}${list}`,
  );
  const isKey = path[1] === 'where';
  return near === null
    ? base
    : { ...base, fix: { title: `Use "${near}"`, path, value: near, ...(isKey ? { rename: near } : {}) } };
}

export function dataError(path: Issue['path'], code: string, message: string): Issue {
  return { path, code, severity: 'error', message };
}
