import * as vscode from 'vscode';

/** Waits until `look` finds something; a test that waits in vain says for what. */
export async function until<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  limitMs = 90_000,
): Promise<T> {
  const end = performance.now() + limitMs;
  while (performance.now() < end) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${what}`);
}

export function folder(): vscode.Uri {
  const first = vscode.workspace.workspaceFolders?.[0];
  if (!first) throw new Error('the test workspace is not open');
  return first.uri;
}

let made = 0;

/** A study document of its own for each test; the text is the tiny study's, changed. */
export async function openStudy(change: (text: string) => string): Promise<vscode.TextDocument> {
  const tiny = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder(), 'tiny.lstm.json'));
  const uri = vscode.Uri.joinPath(folder(), `case-${++made}.lstm.json`);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(change(Buffer.from(tiny).toString())));
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

/** Types over the first `needle` of a document, without saving it. */
export async function replaceIn(document: vscode.TextDocument, needle: string, by: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(at(document, needle), at(document, needle, needle.length));
  edit.replace(document.uri, range, by);
  await vscode.workspace.applyEdit(edit);
}

/** Position of the first `needle`, plus some characters. */
export function at(document: vscode.TextDocument, needle: string, plus = 0): vscode.Position {
  const offset = document.getText().indexOf(needle);
  if (offset < 0) throw new Error(`${needle} is not in the text`);
  return document.positionAt(offset + plus);
}
