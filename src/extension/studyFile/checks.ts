import * as vscode from 'vscode';
import type { CheckResult } from '../../protocol/studyCheck.ts';
import { DisposableStore } from '../disposables.ts';
import type { EngineProcess } from '../engineProcess.ts';
import { isStudyDocument, storeOf } from '../studyFiles.ts';
import { isAllowed, isInsideWorkspace } from '../workspaceGuard.ts';
import { dataFileOf } from './dataFile.ts';
import { NewestAnswers } from './newestAnswers.ts';

/** Typing is checked when it pauses. */
const pauseMs = 250;
/** Files that studies read: a change of one is a change of what is wrong with its studies. */
const dataGlob = '**/*.{csv,tsv,txt,parquet,pq,parq}';

export interface Checked {
  readonly uri: vscode.Uri;
  readonly version: number;
  readonly result: CheckResult;
}

export const outsideCode = 'dataOutsideWorkspace';

/**
 * What the engine says about each open study document: asked after a pause in typing, kept until the next version.
 * Everything that shows something about a study file (diagnostics, lenses, completion, panel) reads it here.
 */
export class StudyChecks implements vscode.Disposable {
  readonly #disposables = new DisposableStore();
  readonly #checked = this.#disposables.add(new vscode.EventEmitter<Checked>());
  readonly #results = new NewestAnswers<Checked>((checked) => this.#checked.fire(checked));
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #engine: EngineProcess;
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly onChecked = this.#checked.event;

  constructor(engine: EngineProcess, context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#context = context;
    this.#log = log;
    this.#disposables.add(vscode.workspace.onDidOpenTextDocument((document) => this.#soon(document)));
    this.#disposables.add(vscode.workspace.onDidChangeTextDocument((event) => this.#soon(event.document)));
    this.#disposables.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        clearTimeout(this.#timers.get(uri.toString()));
        this.#timers.delete(uri.toString());
        this.#results.forget(uri.toString());
      }),
    );
    const dataFiles = this.#disposables.add(vscode.workspace.createFileSystemWatcher(dataGlob));
    for (const changed of [dataFiles.onDidChange, dataFiles.onDidCreate, dataFiles.onDidDelete])
      this.#disposables.add(changed(({ fsPath }) => this.#dataChanged(fsPath)));
    for (const document of vscode.workspace.textDocuments) this.#soon(document);
  }

  /** The last result, also of an older version of the text. */
  latest(uri: vscode.Uri): Checked | null {
    return this.#results.get(uri.toString());
  }

  /** The result for the text as it is now. */
  async current(document: vscode.TextDocument): Promise<Checked | null> {
    const latest = this.latest(document.uri);
    if (latest?.version === document.version) return latest;
    return this.#check(document);
  }

  /** Checks again although the text is the same: data changed, or the user allowed a file. */
  again(document: vscode.TextDocument): void {
    this.#results.forget(document.uri.toString());
    this.#soon(document);
  }

  #dataChanged(file: string): void {
    for (const document of vscode.workspace.textDocuments)
      if (isStudyDocument(document) && dataFileOf(document.getText(), document.uri.fsPath) === file)
        this.again(document);
  }

  allAgain(): void {
    for (const document of vscode.workspace.textDocuments)
      if (isStudyDocument(document)) this.again(document);
  }

  #soon(document: vscode.TextDocument): void {
    if (!isStudyDocument(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => {
        this.#timers.delete(key);
        void this.#check(document);
      }, pauseMs),
    );
  }

  #check(document: vscode.TextDocument): Promise<Checked | null> {
    const ask = (): Promise<Checked | null> => this.#ask(document);
    // Nobody would forget what is kept of a document that is closed.
    return document.isClosed ? ask() : this.#results.ask(document.uri.toString(), document.version, ask);
  }

  async #ask(document: vscode.TextDocument): Promise<Checked | null> {
    const { uri, version } = document;
    const file = uri.fsPath;
    const text = document.getText();
    try {
      const data = dataFileOf(text, file);
      const result =
        data !== null && !isInsideWorkspace(data, file) && !isAllowed(this.#context, data)
          ? outsideResult(file)
          : await this.#engine.request('check', { text, file });
      return { uri, version, result };
    } catch (error) {
      this.#log.error(`${file} could not be checked`, error);
      return null;
    }
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#disposables.dispose();
  }
}

/** Nothing outside the workspace is read before the user said so. */
export function outsideResult(file: string): CheckResult {
  return {
    study: null,
    issues: [
      {
        path: ['data', 'file'],
        code: outsideCode,
        severity: 'warning',
        message:
          'This file lies outside the workspace. It is read once you allow it (quick fix, or Start LSTM Study).',
      },
    ],
    report: null,
    store: storeOf(file),
    space: null,
    estimate: null,
    split: null,
    existing: null,
  };
}
