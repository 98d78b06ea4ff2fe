import * as path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type DisposableLike } from '../disposables.ts';
import { refOf } from '../experimentIndex.ts';
import { outcomeText } from '../format.ts';
import { sizeText } from '../studyFile/codeLens.ts';
import { studySuffix } from '../studyFiles.ts';
import type { Parts } from '../parts.ts';
import { escapeMarkdown } from '../tooltipText.ts';
import { historyDescription, historyLines } from './historyText.ts';
import { tooltip } from './tooltip.ts';

export interface StudyItem {
  readonly kind: 'study';
  readonly uri: vscode.Uri;
}

/** The study files of the workspace. */
export function registerStudiesTree({ files, checks, index }: Parts): DisposableLike & {
  readonly isVisible: () => boolean;
} {
  const disposables = new DisposableStore();
  const changed = disposables.add(new vscode.EventEmitter<void>());
  const fire = (): void => changed.fire();
  disposables.add(files.onChanged(fire));
  disposables.add(checks.onChecked(fire));
  disposables.add(index.onChanged(fire));
  const provider: vscode.TreeDataProvider<StudyItem> = {
    onDidChangeTreeData: changed.event,
    async getChildren(parent) {
      return parent ? [] : (await files.all()).map((uri) => ({ kind: 'study', uri }));
    },
    async getTreeItem({ uri }) {
      const item = new vscode.TreeItem(path.basename(uri.fsPath));
      item.resourceUri = uri;
      item.iconPath = new vscode.ThemeIcon('json');
      item.command = { command: 'vscode.open', title: 'Open', arguments: [uri] };
      const result = checks.latest(uri)?.result;
      const errors = result?.issues.filter((issue) => issue.severity === 'error') ?? [];
      const experiments = index.ofStudy(uri.fsPath);
      const running = experiments.find((summary) => summary.state === 'running');
      const folder = path.dirname(vscode.workspace.asRelativePath(uri));
      const isAmbiguous = (await files.all()).some(
        (other) => other !== uri && path.basename(other.fsPath) === path.basename(uri.fsPath),
      );
      if (running) {
        item.iconPath = new vscode.ThemeIcon('sync~spin');
        item.description = outcomeText(running, index.progress(refOf(running)));
      } else if (errors.length > 0) {
        item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
        item.description = errors[0]?.message ?? '';
      } else
        item.description =
          historyDescription(experiments) ||
          (result?.space ? sizeText(result) : folder === '.' ? '' : folder);
      if (isAmbiguous && item.description !== folder)
        item.description = [folder, item.description].filter(Boolean).join(' · ');
      item.contextValue = running ? 'study.running' : 'study';
      const lines = historyLines(experiments).map((line) => `- ${escapeMarkdown(line)}`);
      item.tooltip = tooltip([
        `**${escapeMarkdown(path.basename(uri.fsPath))}**`,
        escapeMarkdown(uri.fsPath),
        ...(result?.space ? [escapeMarkdown(sizeText(result))] : []),
        ...errors.map(({ message }) => escapeMarkdown(message)),
        ...(lines.length > 0 ? [lines.join('\n')] : []),
      ]);
      item.accessibilityInformation = {
        label: `Study ${path.basename(uri.fsPath, studySuffix)}, ${typeof item.description === 'string' ? item.description : ''}`,
      };
      return item;
    },
  };
  const view = disposables.add(
    vscode.window.createTreeView('lstmStudy.studies', { treeDataProvider: provider }),
  );
  return { isVisible: () => view.visible, dispose: () => disposables.dispose() };
}
