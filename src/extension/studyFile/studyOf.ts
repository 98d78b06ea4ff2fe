import * as path from 'node:path';
import * as vscode from 'vscode';
import { Fault } from '../../model/fault.ts';
import type { ExperimentSummary } from '../../protocol/experiments.ts';

/** The study file an experiment was run from. */
export function studyFileOf(summary: Pick<ExperimentSummary, 'store' | 'studyFile'>): vscode.Uri {
  return vscode.Uri.file(path.join(path.dirname(summary.store), summary.studyFile));
}

/** Opens it. Fault where it was deleted or renamed since: VS Code would say that in the words of its file system. */
export async function openStudyOf(summary: ExperimentSummary): Promise<vscode.TextDocument> {
  const uri = studyFileOf(summary);
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch (error) {
    throw new Fault(
      'badInput',
      `${summary.studyFile}, the study file of this experiment, is not in ${path.dirname(uri.fsPath)} any more. It was deleted or renamed; a study file of that name there will do.`,
      { cause: error },
    );
  }
}
