import { findNodeAtLocation, parseTree, type Node } from 'jsonc-parser';
import type { Issue } from '../../model/issue.ts';

export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** A study text read once for many look-ups of paths. */
export interface StudyTree {
  readonly root: Node | null;
  readonly text: string;
}

export function studyTree(text: string): StudyTree {
  return { root: parseTree(text, [], { allowTrailingComma: true }) ?? null, text };
}

/**
 * Where an issue lies: its own range; else the value at its path (the key where that is what is wrong, and for a property that holds an object, so that
 * not a whole block is underlined); else the nearest thing that exists above it; else the first character.
 */
export function placeOf(tree: StudyTree, issue: Pick<Issue, 'path' | 'range'> & Partial<Issue>): Place {
  if (issue.range) return issue.range;
  const named = issue.code === 'unknownKey' ? nodeAt(tree, issue.path) : null;
  if (named) return keyOfNode(named) ?? named;
  for (let length = issue.path.length; length > 0; length--) {
    const node = nodeAt(tree, issue.path.slice(0, length));
    if (!node) continue;
    const isWhole = length === issue.path.length;
    const isBlock =
      node.type === 'object' ||
      (node.type === 'array' && tree.text.slice(node.offset, node.offset + node.length).includes('\n'));
    return isBlock || !isWhole ? (keyOfNode(node) ?? opening(node)) : node;
  }
  return tree.root ? opening(tree.root) : { offset: 0, length: Math.min(1, tree.text.length) };
}

export function nodeAt(tree: StudyTree, path: readonly (string | number)[]): Node | null {
  return tree.root ? (findNodeAtLocation(tree.root, [...path]) ?? null) : null;
}

/** The key of the property a node is the value of. */
function keyOfNode(node: Node): Place | null {
  const key = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
  return key ? { offset: key.offset, length: key.length } : null;
}

function opening(node: Node): Place {
  return { offset: node.offset, length: Math.min(1, node.length) };
}
