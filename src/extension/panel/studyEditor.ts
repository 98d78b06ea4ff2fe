import * as vscode from 'vscode';
import type { Parts } from '../parts.ts';
import { studyPanelType } from './openPanel.ts';
import { PanelSession } from './panelSession.ts';
import { studySource } from './studySource.ts';

/** The panel of a study file: a custom text editor, so that undo, redo and save are the document's. */
export class StudyEditors implements vscode.CustomTextEditorProvider {
  readonly #parts: Parts;
  readonly #sessions = new Map<string, Set<PanelSession>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  static register(editors: StudyEditors): vscode.Disposable {
    return vscode.window.registerCustomEditorProvider(studyPanelType, editors, {
      supportsMultipleEditorsPerDocument: true,
      webviewOptions: { retainContextWhenHidden: false },
    });
  }

  isVisible(): boolean {
    return [...this.#sessions.values()].some((sessions) => [...sessions].some(({ isVisible }) => isVisible));
  }

  /** A page of the study that is open, if there is one. */
  session(uri: vscode.Uri): PanelSession | null {
    return [...(this.#sessions.get(uri.toString()) ?? [])].at(-1) ?? null;
  }

  resolveCustomTextEditor(document: vscode.TextDocument, panel: vscode.WebviewPanel): void {
    const key = document.uri.toString();
    panel.iconPath = vscode.Uri.joinPath(this.#parts.context.extensionUri, 'media', 'panel.svg');
    const session = new PanelSession(this.#parts, panel, studySource(this.#parts, document));
    const sessions = this.#sessions.get(key) ?? new Set();
    this.#sessions.set(key, sessions.add(session));
    panel.onDidDispose(() => {
      sessions.delete(session);
      session.dispose();
    });
  }
}
