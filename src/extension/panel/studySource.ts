import * as path from 'node:path';
import { parseTree, type ParseError } from 'jsonc-parser';
import * as vscode from 'vscode';
import type { DocumentState } from '../../protocol/view.ts';
import type { CheckResult } from '../../protocol/studyCheck.ts';
import { DisposableStore } from '../disposables.ts';
import { refOf } from '../experimentIndex.ts';
import type { Parts } from '../parts.ts';
import { placeOf, studyTree } from '../studyFile/places.ts';
import { workspaceEdit } from '../studyFile/quickFixes.ts';
import { renameEdits, setValueEdits } from '../../model/textEdit.ts';
import { studySuffix } from '../studyFiles.ts';
import { reasonNotToRun } from '../workspaceGuard.ts';
import { inOrder } from './inOrder.ts';
import type { PanelSource } from './panelSource.ts';

/** The live study document: the text is the truth, the form edits it through WorkspaceEdits. */
export function studySource(parts: Parts, document: vscode.TextDocument): PanelSource {
  const disposables = new DisposableStore();
  const documentChanged = disposables.add(new vscode.EventEmitter<DocumentState>());
  const checked = disposables.add(new vscode.EventEmitter<CheckResult | null>());
  const isOwn = (uri: vscode.Uri): boolean => uri.toString() === document.uri.toString();
  disposables.add(
    vscode.workspace.onDidChangeTextDocument((event) => {
      if (isOwn(event.document.uri) && event.contentChanges.length > 0)
        documentChanged.fire(stateOf(document));
    }),
  );
  disposables.add(
    parts.checks.onChecked(({ uri, result }) => {
      if (isOwn(uri)) checked.fire(result);
    }),
  );
  // Each edit is computed on the text that the one before left.
  const edits = inOrder();

  return {
    onDocument: documentChanged.event,
    onCheck: checked.event,
    document: () => stateOf(document),
    check: async () => (await parts.checks.current(document))?.result ?? null,
    checked: () => parts.checks.latest(document.uri)?.result ?? null,
    wanted: () => {
      const own = parts.index.ofStudy(document.uri.fsPath);
      const existing = parts.checks.latest(document.uri)?.result.existing;
      const running = own.find((summary) => summary.state === 'running');
      const fitting = running ?? own.find((summary) => summary.id === existing?.id) ?? own[0];
      return fitting ? refOf(fitting) : null;
    },
    title: () => null,
    folder: () => vscode.Uri.joinPath(document.uri, '..'),
    edit: (edit) => edits.add(() => apply(document, edit)),
    settled: () => edits.settled(),
    run: async (ifFinished) => {
      await vscode.commands.executeCommand('lstmStudy.start', document.uri, ifFinished);
    },
    reveal: async (jsonPath) => {
      const { offset, length } = placeOf(studyTree(document.getText()), { path: jsonPath });
      const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
      const editor = await vscode.window.showTextDocument(document, {
        viewColumn: textColumn(document.uri),
        selection: range,
      });
      editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    },
    dataFiles: async () => {
      const folder = vscode.Uri.joinPath(document.uri, '..');
      const found = await vscode.workspace.findFiles(
        new vscode.RelativePattern(folder, '**/*.{csv,parquet,tsv}'),
        '**/{node_modules,.lstm-study}/**',
        500,
      );
      return found.map((uri) => path.relative(folder.fsPath, uri.fsPath).split(path.sep).join('/')).sort();
    },
    dispose: () => disposables.dispose(),
  };
}

async function apply(
  document: vscode.TextDocument,
  edit: { readonly path: readonly (string | number)[]; readonly value?: unknown; readonly rename?: string },
): Promise<{ applied: boolean; reason?: string }> {
  const reason = stateOf(document).readOnly;
  if (reason !== null) return { applied: false, reason };
  const text = document.getText();
  const edits =
    edit.rename === undefined
      ? setValueEdits(text, edit.path, edit.value)
      : renameEdits(text, edit.path, edit.rename);
  if (edits.length === 0) return { applied: true };
  const applied = await vscode.workspace.applyEdit(workspaceEdit(document, edits));
  return applied ? { applied } : { applied, reason: 'The study file could not be changed; is it read-only?' };
}

function stateOf(document: vscode.TextDocument): DocumentState {
  const text = document.getText();
  return {
    kind: 'file',
    name: path.basename(document.uri.fsPath, studySuffix),
    text,
    version: document.version,
    readOnly: whyReadOnly(text),
    trusted: reasonNotToRun() === null,
  };
}

function whyReadOnly(text: string): string | null {
  if (!vscode.workspace.isTrusted) return 'Restricted Mode: trust the workspace to change and run studies.';
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (!first && tree?.type === 'object') return null;
  if (!first)
    return 'A study file holds one object: { "lstmStudy": 1, "data": { "file": "prices.csv" } }. Write it there; the form follows.';
  const line = text.slice(0, first.offset).split('\n').length;
  return `The text is not valid JSON (line ${line}). Mend it there; the form follows.`;
}

/** Where the text is open already, else the first column: the panel stays visible. */
function textColumn(uri: vscode.Uri): vscode.ViewColumn {
  const group = vscode.window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()),
  );
  return group?.viewColumn ?? vscode.ViewColumn.One;
}
