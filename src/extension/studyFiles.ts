import { existsSync } from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore } from './disposables.ts';

export const studySuffix = '.lstm.json';
export const studyGlob = `**/*${studySuffix}`;
const storeName = '.lstm-study';
const foundAtMost = 1_000;

export function isStudyUri(uri: vscode.Uri): boolean {
  return uri.path.endsWith(studySuffix);
}

/** A document on disk that is a study: what diagnostics, lenses and completion work on. */
export function isStudyDocument(document: vscode.TextDocument): boolean {
  return document.uri.scheme === 'file' && isStudyUri(document.uri);
}

export const studySelector: vscode.DocumentSelector = [{ scheme: 'file', pattern: studyGlob }];

/** The store of a study file: beside it, so that each folder of a multi-root workspace has its own. */
export function storeOf(studyFile: string): string {
  return path.join(path.dirname(studyFile), storeName);
}

/** Each store has a .gitignore of its own, written when it is made. */
async function findStores(): Promise<readonly string[]> {
  const found = await vscode.workspace.findFiles(
    `**/${storeName}/.gitignore`,
    '**/node_modules/**',
    foundAtMost,
  );
  return found.filter((uri) => uri.scheme === 'file').map((uri) => path.dirname(uri.fsPath));
}

/** The study files of the workspace, and others that were opened. Git-ignored ones count; what `files.exclude` hides does not. */
export class StudyFiles implements vscode.Disposable {
  readonly #disposables = new DisposableStore();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<void>());
  /** Study files that no folder of the workspace holds and that were opened in this window: the example where no folder is open. */
  readonly #outside = new Map<string, vscode.Uri>();
  #found: readonly vscode.Uri[] | null = null;
  #finding: Promise<readonly vscode.Uri[]> | null = null;
  #keptStores: Promise<readonly string[]> | null = null;
  readonly onChanged = this.#changed.event;

  constructor() {
    const watcher = this.#disposables.add(vscode.workspace.createFileSystemWatcher(studyGlob, false, true));
    const forget = (): void => {
      this.#found = null;
      this.#finding = null;
      this.#keptStores = null;
      this.#changed.fire();
    };
    this.#disposables.add(watcher.onDidCreate(forget));
    this.#disposables.add(watcher.onDidDelete(forget));
    this.#disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(forget));
    this.#disposables.add(
      vscode.workspace.onDidOpenTextDocument((document) => {
        if (this.#addOutside(document)) forget();
      }),
    );
    // What is open counts as there: a file whose deletion was seen before its document went is looked for once more.
    this.#disposables.add(
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (!isStudyDocument(document) || existsSync(document.uri.fsPath)) return;
        this.#outside.delete(document.uri.fsPath);
        forget();
      }),
    );
    for (const document of vscode.workspace.textDocuments) this.#addOutside(document);
  }

  /** Sorted by path. */
  async all(): Promise<readonly vscode.Uri[]> {
    if (this.#found) return this.#found;
    this.#finding ??= this.#find();
    return this.#finding;
  }

  /** Stores beside the study files, whether they exist or not, and those whose study files are gone: what was run is kept. */
  async stores(): Promise<string[]> {
    this.#keptStores ??= findStores();
    const [files, kept] = await Promise.all([this.all(), this.#keptStores]);
    return [...new Set([...files.map((uri) => storeOf(uri.fsPath)), ...kept])];
  }

  /** True where it was not known. */
  #addOutside(document: vscode.TextDocument): boolean {
    const { uri } = document;
    if (
      !isStudyDocument(document) ||
      vscode.workspace.getWorkspaceFolder(uri) ||
      this.#outside.has(uri.fsPath)
    )
      return false;
    this.#outside.set(uri.fsPath, uri);
    return true;
  }

  async #find(): Promise<readonly vscode.Uri[]> {
    const found = await vscode.workspace.findFiles(
      studyGlob,
      '**/{node_modules,.lstm-study}/**',
      foundAtMost,
    );
    const open = vscode.workspace.textDocuments.filter(isStudyDocument).map((document) => document.uri);
    const byPath = new Map(
      [...found, ...open, ...this.#outside.values()]
        .filter((uri) => uri.scheme === 'file')
        .map((uri) => [uri.fsPath, uri]),
    );
    this.#found = [...byPath.values()].sort((a, b) => (a.fsPath < b.fsPath ? -1 : 1));
    return this.#found;
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
