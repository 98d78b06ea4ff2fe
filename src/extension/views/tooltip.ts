import * as vscode from 'vscode';

/** Markdown of paragraphs whose texts are escaped already. Without HTML, not trusted: nothing in it can run a command. */
export function tooltip(paragraphs: readonly string[]): vscode.MarkdownString {
  const result = new vscode.MarkdownString(paragraphs.join('\n\n'));
  result.isTrusted = false;
  result.supportHtml = false;
  result.supportThemeIcons = false;
  return result;
}
