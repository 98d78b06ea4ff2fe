import { getLocation, type JSONPath } from 'jsonc-parser';
import * as vscode from 'vscode';
import type { ColumnReport, DataReport } from '../../model/dataReport.ts';
import { dataFileOf } from './dataFile.ts';
import { studySelector } from '../studyFiles.ts';
import { isAllowed, isInsideWorkspace } from '../workspaceGuard.ts';
import type { EngineProcess } from '../engineProcess.ts';
import type { StudyChecks } from './checks.ts';
import { countText } from '../format.ts';

/** Names of columns where a study names one, and the data files beside it; the rest is the schema's. */
export function registerColumnCompletion(
  checks: StudyChecks,
  engine: EngineProcess,
  context: vscode.ExtensionContext,
): vscode.Disposable {
  const provider: vscode.CompletionItemProvider = {
    async provideCompletionItems(document, position) {
      const text = document.getText();
      const offset = document.offsetAt(position);
      const location = getLocation(text, offset);
      const range = valueRange(document, location.previousNode, position);
      if (isPath(location.path, 'data', 'file')) return dataFiles(document, range);
      const kind = wantedKind(location.path);
      if (kind === null) return [];
      const report =
        checks.latest(document.uri)?.result.report ?? (await inspect(engine, context, text, document.uri));
      return (report?.columns ?? [])
        .filter((column) => kind === 'any' || column.kind === kind)
        .map((column, i) => item(column, range, i));
    },
  };
  return vscode.languages.registerCompletionItemProvider(studySelector, provider, '"');
}

/** What kind of column belongs at a path; null where none does. */
export function wantedKind(path: JSONPath): ColumnReport['kind'] | 'any' | null {
  if (path[0] !== 'data') return null;
  if (path.length === 2 && path[1] === 'date') return 'any';
  if (path.length === 2 && (path[1] === 'price' || path[1] === 'adjust')) return 'number';
  if (path.length === 3 && path[1] === 'where') return 'any';
  if (path.length === 4 && (path[1] === 'features' || path[1] === 'indicators') && path[3] === 'column')
    return 'number';
  return null;
}

function isPath(path: JSONPath, ...expected: string[]): boolean {
  return path.length === expected.length && expected.every((part, i) => path[i] === part);
}

/** The string under the cursor with its quotes, or the empty place where one goes. */
function valueRange(
  document: vscode.TextDocument,
  node: { readonly type: string; readonly offset: number; readonly length: number } | undefined,
  position: vscode.Position,
): vscode.Range {
  const offset = document.offsetAt(position);
  if (
    node &&
    (node.type === 'string' || node.type === 'property') &&
    node.offset <= offset &&
    offset <= node.offset + node.length
  )
    return new vscode.Range(document.positionAt(node.offset), document.positionAt(node.offset + node.length));
  return new vscode.Range(position, position);
}

function item(column: ColumnReport, range: vscode.Range, rank: number): vscode.CompletionItem {
  const text = JSON.stringify(column.name);
  const result = new vscode.CompletionItem(text, vscode.CompletionItemKind.Field);
  result.range = range;
  result.insertText = text;
  result.filterText = text;
  result.sortText = String(rank).padStart(5, '0');
  const bounds = column.min === null || column.max === null ? '' : `, ${column.min} to ${column.max}`;
  const missing = column.missing === 0 ? '' : `, ${countText(column.missing)} missing`;
  result.detail = `${column.kind}${bounds}${missing}`;
  return result;
}

async function inspect(
  engine: EngineProcess,
  context: vscode.ExtensionContext,
  text: string,
  uri: vscode.Uri,
): Promise<DataReport | null> {
  const file = dataFileOf(text, uri.fsPath);
  if (file === null || (!isInsideWorkspace(file, uri.fsPath) && !isAllowed(context, file))) return null;
  const { report } = await engine.request('inspectData', { file });
  return report;
}

async function dataFiles(
  document: vscode.TextDocument,
  range: vscode.Range,
): Promise<vscode.CompletionItem[]> {
  const folder = vscode.Uri.joinPath(document.uri, '..');
  const names = await vscode.workspace.fs.readDirectory(folder);
  return names
    .filter(([name, type]) => (type & vscode.FileType.File) !== 0 && /\.(csv|parquet|tsv|txt)$/i.test(name))
    .map(([name]) => {
      const text = JSON.stringify(name);
      const result = new vscode.CompletionItem(text, vscode.CompletionItemKind.File);
      result.range = range;
      result.insertText = text;
      result.filterText = text;
      return result;
    });
}
