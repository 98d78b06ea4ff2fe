import * as vscode from 'vscode';
import type { Issue, IssueFix } from '../../model/issue.ts';
import { studySelector } from '../studyFiles.ts';
import { allow } from '../workspaceGuard.ts';
import { outsideCode, type StudyChecks } from './checks.ts';
import { dataFileOf } from './dataFile.ts';
import { diagnosticSource } from './diagnostics.ts';
import { locate } from './issueRanges.ts';
import { renameEdits, setValueEdits } from '../../model/textEdit.ts';

const allowCommand = 'lstmStudy.allowDataFile';

/** Mends that issues bring with them, also for problems that the JSON service shows. */
export function registerQuickFixes(checks: StudyChecks, context: vscode.ExtensionContext): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    async provideCodeActions(document, range, { diagnostics }) {
      const checked = await checks.current(document);
      if (!checked) return [];
      return locate(document, checked.result.issues)
        .filter((located) => located.range.intersection(range))
        .flatMap(({ issue }) => {
          const action = actionFor(issue, document);
          if (!action) return [];
          action.diagnostics = diagnostics.filter(
            (d) => d.source === diagnosticSource && d.code === issue.code,
          );
          return [action];
        });
    },
  };
  return vscode.Disposable.from(
    vscode.languages.registerCodeActionsProvider(studySelector, provider, {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
    vscode.commands.registerCommand(allowCommand, async (uri: vscode.Uri) => {
      const document = await vscode.workspace.openTextDocument(uri);
      const file = dataFileOf(document.getText(), uri.fsPath);
      if (file === null) return;
      await allow(context, file);
      checks.again(document);
    }),
  );
}

function actionFor(issue: Issue, document: vscode.TextDocument): vscode.CodeAction | null {
  if (issue.code === outsideCode) {
    const action = new vscode.CodeAction('Allow reading this file', vscode.CodeActionKind.QuickFix);
    action.command = { command: allowCommand, title: action.title, arguments: [document.uri] };
    return action;
  }
  if (!issue.fix) return null;
  const action = new vscode.CodeAction(issue.fix.title, vscode.CodeActionKind.QuickFix);
  action.edit = fixEdit(issue.fix, document);
  action.isPreferred = true;
  return action;
}

function fixEdit(fix: IssueFix, document: vscode.TextDocument): vscode.WorkspaceEdit {
  const text = document.getText();
  const edits =
    fix.rename === undefined
      ? setValueEdits(text, fix.path, fix.value)
      : renameEdits(text, fix.path, fix.rename);
  return workspaceEdit(document, edits);
}

/** jsonc-parser's edits as one WorkspaceEdit: one step to undo. */
export function workspaceEdit(
  document: vscode.TextDocument,
  edits: readonly { readonly offset: number; readonly length: number; readonly content: string }[],
): vscode.WorkspaceEdit {
  const result = new vscode.WorkspaceEdit();
  for (const { offset, length, content } of edits)
    result.replace(
      document.uri,
      new vscode.Range(document.positionAt(offset), document.positionAt(offset + length)),
      content,
    );
  return result;
}
