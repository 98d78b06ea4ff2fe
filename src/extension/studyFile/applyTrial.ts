import * as vscode from 'vscode';
import { Fault } from '../../model/fault.ts';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import type { Parts } from '../parts.ts';
import { workspaceEdit } from './quickFixes.ts';
import { openStudyOf } from './studyOf.ts';

/** Writes a trial's values as constants into its study file, in one undo step. Answers whether the document was changed. */
export async function applyTrial(parts: Parts, ref: ExperimentRef, number: number): Promise<boolean> {
  const summary = parts.index.get(ref);
  if (!summary) throw new Fault('badInput', `${ref.id} is not in the list of experiments any more.`);
  const document = await openStudyOf(summary);
  const text = document.getText();
  const { text: changed } = await parts.engine.request('applyParams', { ...ref, number, text });
  if (changed === text) return true;
  const { start, before, after } = difference(text, changed);
  return vscode.workspace.applyEdit(
    workspaceEdit(document, [{ offset: start, length: before.length, content: after }]),
  );
}

/** The one stretch that differs, so that the cursor and folded ranges outside it stay. */
function difference(a: string, b: string): { start: number; before: string; after: string } {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end++;
  return { start, before: a.slice(start, a.length - end), after: b.slice(start, b.length - end) };
}
