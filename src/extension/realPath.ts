import { realpathSync } from 'node:fs';
import * as path from 'node:path';

/** Where a path leads, links followed. Of what is not there yet: its name in the place its folder leads to. */
export function realPath(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    const folder = path.dirname(file);
    return folder === file ? file : path.join(realPath(folder), path.basename(file)); // not there, or not to be looked at
  }
}

/** Does the path, links followed, end below one of the roots? */
export function isBelow(file: string, roots: readonly string[]): boolean {
  const place = realPath(file);
  return roots.some((root) => {
    const relative = path.relative(realPath(root), place);
    return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
  });
}
