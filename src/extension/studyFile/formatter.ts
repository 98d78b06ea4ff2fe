import { applyEdits, format, type FormattingOptions } from 'jsonc-parser';
import * as vscode from 'vscode';
import { studySelector } from '../studyFiles.ts';

/** Formats a study file: indentation and spaces. Comments stay, and so does what was written on one line. */
export function registerFormatter(): vscode.Disposable {
  return vscode.languages.registerDocumentFormattingEditProvider(studySelector, {
    provideDocumentFormattingEdits(document, options) {
      const text = document.getText();
      const formatted = formatStudy(text, {
        tabSize: options.tabSize,
        insertSpaces: options.insertSpaces,
        eol: document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n',
      });
      if (formatted === text) return [];
      const whole = new vscode.Range(document.positionAt(0), document.positionAt(text.length));
      return [vscode.TextEdit.replace(whole, formatted)];
    },
  });
}

export function formatStudy(text: string, options: FormattingOptions): string {
  return applyEdits(text, format(text, undefined, { ...options, keepLines: true, insertFinalNewline: true }));
}
