import * as path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type DisposableLike } from '../disposables.ts';
import { refOf } from '../experimentIndex.ts';
import { durationText, outcomeText } from '../format.ts';
import { sizeText } from '../studyFile/codeLens.ts';
import { studySuffix } from '../studyFiles.ts';
import type { Parts } from '../parts.ts';
import { historyDescription, historyLines } from './historyText.ts';

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
    getTreeItem({ uri }) {
      const item = new vscode.TreeItem(path.basename(uri.fsPath));
      item.resourceUri = uri;
      item.iconPath = new vscode.ThemeIcon('json');
      item.command = { command: 'vscode.open', title: 'Open', arguments: [uri] };
      const result = checks.latest(uri)?.result;
      const errors = result?.issues.filter((issue) => issue.severity === 'error') ?? [];
      const experiments = index.ofStudy(uri.fsPath);
      const running = experiments.find((summary) => summary.state === 'running');
      const folder = path.dirname(vscode.workspace.asRelativePath(uri));
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
      item.contextValue = running ? 'study.running' : 'study';
      const estimate = result?.estimate ? `, about ${durationText(result.estimate.ms)}` : '';
      item.tooltip = [
        `${uri.fsPath}${result?.space ? `\n${sizeText(result)}` : ''}${estimate}`,
        ...historyLines(experiments),
      ].join('\n');
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
