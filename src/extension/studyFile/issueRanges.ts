import * as vscode from 'vscode';
import type { Issue } from '../../model/issue.ts';
import { placeOf, studyTree } from './places.ts';

/** Issues with the ranges of a document's text; the text must be the one that was checked. */
export function locate(
  document: vscode.TextDocument,
  issues: readonly Issue[],
): { readonly issue: Issue; readonly range: vscode.Range }[] {
  const tree = studyTree(document.getText());
  return issues.map((issue) => {
    const { offset, length } = placeOf(tree, issue);
    return {
      issue,
      range: new vscode.Range(document.positionAt(offset), document.positionAt(offset + length)),
    };
  });
}

/** What VS Code's own JSON service reports from the schema: saying it twice helps nobody. */
const schemaCodes = new Set([
  'missing',
  'type',
  'value',
  'tooFew',
  'empty',
  'tooSmall',
  'tooMany',
  'tooLong',
  'tooBig',
  'format',
  'invalid',
  'unknownKey',
  'syntax',
  'notAnObject',
]);

export function isFromSchema(issue: Issue): boolean {
  return schemaCodes.has(issue.code);
}
