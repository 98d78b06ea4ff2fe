import * as path from 'node:path';
import * as vscode from 'vscode';
import { askPick } from '../ask.ts';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import type { ExportRequest } from '../../protocol/results.ts';
import { refOf } from '../experimentIndex.ts';
import type { Parts } from '../parts.ts';
import { chooseExperiment, trialNumberOf } from './targets.ts';
import { messageText } from '../tooltipText.ts';

type Format = ExportRequest['format'];
/** `folder`: several files come out. */
interface Kind {
  readonly format: Format;
  readonly label: string;
  readonly detail: string;
  readonly name: (id: string) => string;
  readonly target: 'file' | 'folder';
  readonly group: 'trials' | 'model' | 'report';
}

const kinds: readonly Kind[] = [
  {
    format: 'csv',
    label: 'Trials as CSV',
    detail: 'One row a trial',
    name: (id) => `${id}.csv`,
    target: 'file',
    group: 'trials',
  },
  {
    format: 'json',
    label: 'Trials as JSON',
    detail: 'Everything that is stored',
    name: (id) => `${id}.json`,
    target: 'file',
    group: 'trials',
  },
  {
    format: 'optuna',
    label: 'Trials as Optuna journal',
    detail: 'For optuna-dashboard',
    name: (id) => `${id}.log`,
    target: 'file',
    group: 'trials',
  },
  {
    format: 'tfjs',
    label: 'Model for TensorFlow.js',
    detail: 'model.json, weights, scaler',
    name: (id) => `${id}-tfjs`,
    target: 'folder',
    group: 'model',
  },
  {
    format: 'keras',
    label: 'Model for Keras',
    detail: 'Weights and the program that loads them',
    name: (id) => `${id}-keras`,
    target: 'folder',
    group: 'model',
  },
  {
    format: 'onnx',
    label: 'Model as ONNX',
    detail: 'model.onnx, scaler',
    name: (id) => `${id}-onnx`,
    target: 'folder',
    group: 'model',
  },
  {
    format: 'snippet',
    label: 'Program that forecasts',
    detail: 'Model and a short program',
    name: (id) => `${id}-program`,
    target: 'folder',
    group: 'model',
  },
  {
    format: 'html',
    label: 'Report as HTML',
    detail: 'One self-contained page',
    name: (id) => `${id}.html`,
    target: 'file',
    group: 'report',
  },
  {
    format: 'markdown',
    label: 'Report as Markdown',
    detail: 'For a repository or a pull request',
    name: (id) => `${id}.md`,
    target: 'file',
    group: 'report',
  },
  {
    format: 'modelSheet',
    label: 'Model sheet',
    detail: 'Data, split, parameters, results, limits',
    name: (id) => `${id}-model.md`,
    target: 'file',
    group: 'report',
  },
  {
    format: 'figures',
    label: 'Charts of the report as SVG',
    detail: 'One file a chart',
    name: (id) => `${id}-figures`,
    target: 'folder',
    group: 'report',
  },
];

/** Export: what, where to, then the engine writes it. `group` narrows the list. */
export async function exportExperiment(
  parts: Parts,
  argument: unknown,
  group: Kind['group'] | null,
): Promise<void> {
  const summary = await chooseExperiment(parts, argument, {
    title: 'Export',
    fits: ({ leader }) => leader !== null,
    needs: 'Nothing to export yet: no experiment has a complete trial. Run a study first: Start LSTM Study.',
  });
  if (!summary) return;
  const picked = await askPick(
    kinds.filter((kind) => group === null || kind.group === group),
    { title: 'Export', placeHolder: 'What should come out?' },
  );
  if (!picked) return;
  const number = trialNumberOf(argument);
  const request =
    picked.group === 'trials' || number === null
      ? { format: picked.format }
      : { format: picked.format, number };
  const { files } = await exportTo(parts, refOf(summary), request); // format and number fit by construction
  if (files.length === 0) return;
  const open = picked.target === 'file' ? 'Open' : 'Show in Explorer';
  const answer = await vscode.window.showInformationMessage(
    messageText(
      `${picked.label}: ${files.length === 1 ? path.basename(files[0] ?? '') : `${files.length} files`} written.`,
    ),
    open,
  );
  const [first] = files;
  if (answer !== open || first === undefined) return;
  if (picked.target === 'file') await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(first));
  else await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(first));
}

/** Asks where to save and lets the engine write there; no files when the user turned away. */
export async function exportTo(
  parts: Parts,
  ref: ExperimentRef,
  request: Omit<ExportRequest, 'target'>,
): Promise<{ files: string[] }> {
  const kind = kinds.find(({ format }) => format === request.format);
  if (!kind) return { files: [] };
  const target = await chooseTarget(kind, ref);
  if (!target) return { files: [] };
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Exporting: ${kind.label}` },
    () =>
      parts.engine.request('export', {
        ...ref,
        ...request,
        target: target.fsPath,
      }), // the request without its target, and the target
  );
}

async function chooseTarget(kind: Kind, ref: ExperimentRef): Promise<vscode.Uri | undefined> {
  const beside = vscode.Uri.file(path.join(path.dirname(ref.store), kind.name(ref.id)));
  if (kind.target === 'file') return vscode.window.showSaveDialog({ title: kind.label, defaultUri: beside });
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: `${kind.label}: folder to write into`,
      openLabel: 'Write Here',
      canSelectFiles: false,
      canSelectFolders: true,
      defaultUri: vscode.Uri.file(path.dirname(ref.store)),
    })) ?? [];
  return folder && vscode.Uri.joinPath(folder, kind.name(ref.id));
}
