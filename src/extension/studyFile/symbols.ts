import type { Node } from 'jsonc-parser';
import * as vscode from 'vscode';
import { studySelector } from '../studyFiles.ts';
import { studyTree } from './places.ts';

/** The outline: sections with what they hold, in short. Named by what a study calls things, not by JSON. */
export function registerSymbols(): vscode.Disposable {
  return vscode.languages.registerDocumentSymbolProvider(
    studySelector,
    {
      provideDocumentSymbols(document) {
        const tree = studyTree(document.getText());
        return tree.root ? symbolsOf(tree.root, document, 0) : [];
      },
    },
    { label: 'LSTM Study' },
  );
}

const deepest = 3;

function symbolsOf(node: Node, document: vscode.TextDocument, depth: number): vscode.DocumentSymbol[] {
  if (node.type !== 'object' || depth >= deepest) return [];
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    if (!key || !value || String(key.value) === '') return [];
    const symbol = new vscode.DocumentSymbol(
      String(key.value),
      brief(value, document),
      depth === 0 && value.type === 'object'
        ? vscode.SymbolKind.Namespace
        : value.type === 'object'
          ? vscode.SymbolKind.Object
          : vscode.SymbolKind.Property,
      rangeOf(property, document),
      rangeOf(key, document),
    );
    symbol.children = symbolsOf(value, document, depth + 1);
    return [symbol];
  });
}

/** "10, 25, 50", "1 to 3", or the value itself. */
function brief(node: Node, document: vscode.TextDocument): string {
  if (node.type === 'object') {
    const [first] = node.children ?? [];
    const [key, value] = first?.children ?? [];
    if (!key || !value || value.type !== 'array') return '';
    const values = (value.children ?? []).map((child) => document.getText(rangeOf(child, document)));
    if (key.value === 'choices') return values.join(', ').slice(0, 60);
    if (key.value === 'int' || key.value === 'float') return values.join(' to ');
    return '';
  }
  if (node.type === 'array') return `${node.children?.length ?? 0}`;
  return document.getText(rangeOf(node, document)).slice(0, 60);
}

function rangeOf(node: Node, document: vscode.TextDocument): vscode.Range {
  return new vscode.Range(document.positionAt(node.offset), document.positionAt(node.offset + node.length));
}
