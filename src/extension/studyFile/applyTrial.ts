import * as vscode from 'vscode';
import { Fault } from '../../model/fault.ts';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import type { Parts } from '../parts.ts';
import { changeOfText } from './changeOfText.ts';
import { workspaceEdit } from './quickFixes.ts';
import { openStudyOf } from './studyOf.ts';

/** Writes a trial's values as constants into its study file, in one undo step. Answers whether the document was changed. */
export async function applyTrial(parts: Parts, ref: ExperimentRef, number: number): Promise<boolean> {
  const summary = parts.index.get(ref);
  if (!summary) throw new Fault('badInput', `${ref.id} is not in the list of experiments any more.`);
  const document = await openStudyOf(summary);
  const change = await changeOfText(
    () => document.getText(),
    async (text) => (await parts.engine.request('applyParams', { ...ref, number, text })).text,
  );
  return change === null || vscode.workspace.applyEdit(workspaceEdit(document, [change]));
}
