import * as path from 'node:path';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';

/** The data file a study text names, as an absolute path; null when it names none. */
export function dataFileOf(text: string, studyFile: string): string | null {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  const node = tree && findNodeAtLocation(tree, ['data', 'file']);
  return node?.type === 'string' && node.value !== ''
    ? path.resolve(path.dirname(studyFile), String(node.value))
    : null;
}
