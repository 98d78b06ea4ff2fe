import * as vscode from 'vscode';

/**
 * What a command asks stays open when the focus goes elsewhere: a panel that had it before the palette gets it back only after the
 * question is there, which would close it, and a half-written note would be lost with a click beside it. Escape closes.
 */
const stays = { ignoreFocusOut: true };

export function askPick<T extends vscode.QuickPickItem>(
  items: readonly T[] | Thenable<readonly T[]>,
  options: vscode.QuickPickOptions & { readonly canPickMany?: false },
): Thenable<T | undefined> {
  return vscode.window.showQuickPick(items, { ...stays, ...options });
}

export function askText(options: vscode.InputBoxOptions): Thenable<string | undefined> {
  return vscode.window.showInputBox({ ...stays, ...options });
}
