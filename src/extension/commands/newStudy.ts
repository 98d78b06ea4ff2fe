import * as path from 'node:path';
import * as vscode from 'vscode';
import { askPick, askText } from '../ask.ts';
import type { DataReport } from '../../model/dataReport.ts';
import { openStudyPanel } from '../panel/openPanel.ts';
import type { Parts } from '../parts.ts';
import { studySuffix } from '../studyFiles.ts';
import { confirmOutside, isInsideWorkspace, mayRun } from '../workspaceGuard.ts';
import {
  budgets,
  dataSentence,
  newStudyText,
  priceColumns,
  volumeColumn,
  type Thoroughness,
} from './studyText.ts';
import { messageText } from '../tooltipText.ts';

const title = 'New LSTM Study';
const dataAtMost = 500;

/** Pick a data file, what to forecast, how far and how thoroughly: the answer is a study file, opened as text and panel. */
export async function newStudy(parts: Parts, argument: unknown): Promise<void> {
  if (!(await mayRun())) return;
  const data = argument instanceof vscode.Uri ? argument : await pickData();
  if (data === 'example') {
    await vscode.commands.executeCommand('lstmStudy.openExample');
    return;
  }
  if (!data) return;
  if (data.scheme !== 'file') {
    void vscode.window.showWarningMessage(
      'The data file has to be on a disk that this extension host can read.',
    );
    return;
  }
  const folder = targetFolder(data);
  if (
    !isInsideWorkspace(data.fsPath, path.join(folder.fsPath, 'x')) &&
    !(await confirmOutside(parts.context, data.fsPath))
  )
    return;
  const report = await inspect(parts, data);
  if (!report) return;
  const answers = await ask(report);
  if (!answers) return;
  const base = path.basename(data.fsPath, path.extname(data.fsPath));
  const file = await freeName(folder, slug(base));
  const text = newStudyText({
    name: answers.horizon === 1 ? `${base}, next day` : `${base}, ${answers.horizon} days`,
    dataFile: path.relative(folder.fsPath, data.fsPath).split(path.sep).join('/'),
    date: report.dates.column,
    price: answers.price,
    horizon: answers.horizon,
    thoroughness: answers.thoroughness,
    volume: volumeColumn(report),
  });
  await vscode.workspace.fs.writeFile(file, Buffer.from(text));
  await vscode.window.showTextDocument(file, { viewColumn: vscode.ViewColumn.One });
  await openStudyPanel(file);
}

async function pickData(): Promise<vscode.Uri | 'example' | null> {
  const found = await vscode.workspace.findFiles(
    '**/*.{csv,tsv,parquet}',
    '**/{node_modules,.lstm-study}/**',
    dataAtMost,
  );
  const items: (vscode.QuickPickItem & { readonly pick: vscode.Uri | 'example' | 'browse' })[] = [
    ...found
      .filter((uri) => uri.scheme === 'file')
      .sort((a, b) => (a.fsPath < b.fsPath ? -1 : 1))
      .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), pick: uri })),
    { label: '$(folder-opened) Another file…', pick: 'browse' },
    { label: '$(beaker) I have no data: open an example', pick: 'example' },
  ];
  const picked = await askPick(items, {
    title,
    placeHolder: 'Prices: a CSV or Parquet file with dates and at least one price column',
  });
  if (!picked) return null;
  if (picked.pick !== 'browse') return picked.pick;
  const chosen = await vscode.window.showOpenDialog({
    title,
    filters: { Prices: ['csv', 'parquet', 'tsv', 'txt'] },
    canSelectMany: false,
  });
  return chosen?.[0] ?? null;
}

/** Beside the data where that is inside the workspace, else in the first folder. */
function targetFolder(data: vscode.Uri): vscode.Uri {
  const beside = vscode.Uri.joinPath(data, '..');
  if (vscode.workspace.getWorkspaceFolder(data)) return beside;
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? beside;
}

async function inspect(parts: Parts, data: vscode.Uri): Promise<DataReport | null> {
  const { report, issues } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Reading ${path.basename(data.fsPath)}` },
    () => parts.engine.request('inspectData', { file: data.fsPath }),
  );
  const [problem] = issues.filter((issue) => issue.severity === 'error');
  if (report && report.columns.some((column) => column.kind === 'number')) return report;
  void vscode.window.showErrorMessage(
    messageText(
      `${path.basename(data.fsPath)} cannot be used: ${problem?.message ?? 'it has no column of numbers.'}`,
    ),
  );
  return null;
}

interface Answers {
  readonly price: string;
  readonly horizon: number;
  readonly thoroughness: Thoroughness;
}

async function ask(report: DataReport): Promise<Answers | null> {
  const price = await askPick(
    priceColumns(report).map((name) => {
      const column = report.columns.find((c) => c.name === name);
      return {
        label: name,
        ...(name === report.price?.column ? { description: 'suggested' } : {}),
        detail:
          column?.min === null || column?.min === undefined ? '' : `${column.min} to ${column.max ?? ''}`,
      };
    }),
    { title: `${title} (1/3)`, placeHolder: `Forecast which column? ${dataSentence(report)}` },
  );
  if (!price) return null;
  const horizon = await askText({
    title: `${title} (2/3)`,
    prompt: 'How many rows (days) ahead? 1 forecasts the next one.',
    value: '1',
    validateInput: (text) =>
      /^\d{1,3}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 250
        ? null
        : 'A whole number from 1 to 250',
  });
  if (horizon === undefined) return null;
  const thoroughness = await askPick(
    (Object.keys(budgets) as Thoroughness[]).map((id) => ({
      label: budgets[id].label,
      detail: budgets[id].detail,
      id,
    })),
    { title: `${title} (3/3)`, placeHolder: 'How thorough? Everything can be changed later.' },
  );
  if (!thoroughness) return null;
  return { price: price.label, horizon: Number(horizon), thoroughness: thoroughness.id };
}

function slug(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'study'
  );
}

/** name.lstm.json, name-2.lstm.json, ...: an existing study is never overwritten. */
async function freeName(folder: vscode.Uri, name: string): Promise<vscode.Uri> {
  const taken = new Set((await vscode.workspace.fs.readDirectory(folder)).map(([entry]) => entry));
  for (let n = 1; ; n++) {
    const candidate = `${name}${n === 1 ? '' : `-${n}`}${studySuffix}`;
    if (!taken.has(candidate)) return vscode.Uri.joinPath(folder, candidate);
  }
}
