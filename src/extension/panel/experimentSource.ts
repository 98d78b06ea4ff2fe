import * as path from 'node:path';
import * as vscode from 'vscode';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import type { CheckResult } from '../../protocol/studyCheck.ts';
import type { DocumentState } from '../../protocol/view.ts';
import { experimentName } from '../format.ts';
import type { Parts } from '../parts.ts';
import { outsideResult } from '../studyFile/checks.ts';
import { openStudyOf } from '../studyFile/studyOf.ts';
import { isAllowed, isInsideWorkspace } from '../workspaceGuard.ts';
import type { PanelSource } from './panelSource.ts';

/** A past experiment: its frozen study is shown and cannot be edited. */
export function experimentSource(parts: Parts, ref: ExperimentRef): PanelSource {
  const documentChanged = new vscode.EventEmitter<DocumentState>();
  const checked = new vscode.EventEmitter<CheckResult | null>();
  const folder = vscode.Uri.file(path.dirname(ref.store));
  let study: unknown = null;
  let newest: CheckResult | null = null;
  return {
    onDocument: documentChanged.event,
    onCheck: checked.event,
    document: () => {
      const summary = parts.index.get(ref);
      return {
        kind: 'experiment',
        name: summary ? experimentName(summary) : ref.id,
        text: JSON.stringify(study ?? {}, null, 2),
        version: 1,
        readOnly: 'This is a stored experiment: its study cannot be changed.',
        trusted: vscode.workspace.isTrusted,
      };
    },
    check: async () => {
      const { experiment } = await parts.engine.request('open', ref);
      await parts.engine.request('close', ref); // what is followed is the session's own
      study = experiment.study;
      const file = path.join(folder.fsPath, experiment.studyFile);
      const data = path.resolve(path.dirname(file), experiment.study.data.file);
      if (!isInsideWorkspace(data, ref.store) && !isAllowed(parts.context, data))
        newest = outsideResult(file);
      else newest = await parts.engine.request('check', { text: JSON.stringify(study), file });
      return newest;
    },
    checked: () => newest,
    wanted: () => ref,
    title: (summary) => (summary ? experimentName(summary) : null),
    folder: () => folder,
    edit: () =>
      Promise.resolve({
        applied: false,
        reason: 'This is a stored experiment: its study cannot be changed.',
      }),
    settled: () => Promise.resolve(),
    run: async () => {
      await vscode.commands.executeCommand('lstmStudy.resume', ref);
    },
    reveal: async () => {
      const summary = parts.index.get(ref);
      if (summary) await vscode.window.showTextDocument(await openStudyOf(summary));
    },
    dataFiles: () => Promise.resolve([]),
    dispose: () => {
      documentChanged.dispose();
      checked.dispose();
    },
  };
}
