import * as vscode from 'vscode';
import type { Issue } from '../../model/issue.ts';
import { DisposableStore, type DisposableLike } from '../disposables.ts';
import type { StudyChecks } from './checks.ts';
import { isFromSchema, locate } from './issueRanges.ts';

export const diagnosticSource = 'LSTM Study';

/** Problems that need the data or the meaning, where they lie. Problems of form are the JSON service's. */
export function registerDiagnostics(checks: StudyChecks): DisposableLike {
  const disposables = new DisposableStore();
  const collection = disposables.add(vscode.languages.createDiagnosticCollection('lstmStudy'));
  disposables.add(
    checks.onChecked(({ uri, version, result }) => {
      const document = vscode.workspace.textDocuments.find((d) => d.uri.toString() === uri.toString());
      if (!document || document.version !== version) return;
      collection.set(
        uri,
        locate(
          document,
          result.issues.filter((issue) => !isFromSchema(issue)),
        ).map(({ issue, range }) => diagnostic(issue, range)),
      );
    }),
  );
  disposables.add(vscode.workspace.onDidCloseTextDocument((document) => collection.delete(document.uri)));
  return disposables;
}

function diagnostic(issue: Issue, range: vscode.Range): vscode.Diagnostic {
  const result = new vscode.Diagnostic(range, issue.message, severityOf(issue.severity));
  result.source = diagnosticSource;
  result.code = issue.code;
  return result;
}

function severityOf(severity: Issue['severity']): vscode.DiagnosticSeverity {
  switch (severity) {
    case 'error':
      return vscode.DiagnosticSeverity.Error;
    case 'warning':
      return vscode.DiagnosticSeverity.Warning;
    case 'info':
      return vscode.DiagnosticSeverity.Information;
  }
}
