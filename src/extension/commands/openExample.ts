import * as vscode from 'vscode';
import { openStudyPanel } from '../panel/openPanel.ts';
import type { Parts } from '../parts.ts';

const files = ['synthetic.csv', 'synthetic.lstm.json'];

/** Copies the labelled synthetic series and its study into the workspace (or the extension's own folder) and opens them. */
export async function openExample({ context }: Parts): Promise<void> {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri;
  const base = root?.scheme === 'file' && vscode.workspace.isTrusted ? root : context.globalStorageUri;
  const target = vscode.Uri.joinPath(base, 'lstm-study-example');
  await vscode.workspace.fs.createDirectory(target);
  for (const name of files) {
    const to = vscode.Uri.joinPath(target, name);
    if (!(await exists(to)))
      await vscode.workspace.fs.copy(vscode.Uri.joinPath(context.extensionUri, 'examples', name), to);
  }
  const study = vscode.Uri.joinPath(target, 'synthetic.lstm.json');
  await vscode.window.showTextDocument(study, { viewColumn: vscode.ViewColumn.One });
  await openStudyPanel(study);
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false; // not there
  }
}
