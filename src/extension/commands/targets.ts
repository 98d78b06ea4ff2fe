import * as vscode from 'vscode';
import { askPick } from '../ask.ts';
import type { ExperimentRef, ExperimentSummary } from '../../protocol/experiments.ts';
import { refOf } from '../experimentIndex.ts';
import { experimentName, outcomeText } from '../format.ts';
import type { Parts } from '../parts.ts';
import { isStudyUri } from '../studyFiles.ts';
import { messageText } from '../tooltipText.ts';

/** A command's argument comes from a lens, a tree, another extension or nowhere: it is looked at, not believed. */
export function studyUriOf(argument: unknown): vscode.Uri | null {
  if (argument instanceof vscode.Uri) return isStudyUri(argument) ? argument : null;
  if (isRecord(argument) && argument['kind'] === 'study' && argument['uri'] instanceof vscode.Uri)
    return argument['uri'];
  return null;
}

export function experimentRefOf(argument: unknown): ExperimentRef | null {
  if (!isRecord(argument)) return null;
  if (isRecord(argument['summary'])) return experimentRefOf(argument['summary']);
  if (isRecord(argument['ref'])) return experimentRefOf(argument['ref']);
  const { store, id } = argument;
  return typeof store === 'string' && typeof id === 'string' ? { store, id } : null;
}

export function trialNumberOf(argument: unknown): number | null {
  if (!isRecord(argument)) return null;
  const { line, number } = argument;
  if (isRecord(line) && typeof line['number'] === 'number') return line['number'];
  return typeof number === 'number' ? number : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The study in the active editor: as text or as panel. */
export function activeStudy(): vscode.Uri | null {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (
    (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) &&
    isStudyUri(input.uri)
  )
    return input.uri;
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri && isStudyUri(uri) ? uri : null;
}

export interface StudyChoice {
  readonly title: string;
  /** What stands below the study files; choosing it answers 'none'. */
  readonly otherwise?: string;
}

/** The study a command is about: its argument, the active editor, the only one, or the user's choice. 'none' where there is none. */
export async function chooseStudy(
  parts: Parts,
  argument: unknown,
  { title, otherwise }: StudyChoice,
): Promise<vscode.Uri | 'none' | null> {
  const given = studyUriOf(argument) ?? activeStudy();
  if (given) return given;
  const all = await parts.files.all();
  if (all.length === 0) return 'none';
  if (all.length === 1) return all[0] ?? null;
  const picked = await askPick(
    [
      ...all.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri })),
      ...(otherwise === undefined ? [] : [{ label: otherwise, uri: 'none' as const }]),
    ],
    { title, placeHolder: 'Study file' },
  );
  return picked?.uri ?? null;
}

/** Says that there is no study file, with the two ways to one. */
export async function offerStudy(): Promise<void> {
  const make = 'New Study';
  const example = 'Open Example';
  const answer = await vscode.window.showInformationMessage(
    'There is no study file (*.lstm.json) in this folder yet. A new study needs a file of prices; the example brings its own.',
    make,
    example,
  );
  if (answer === make) await vscode.commands.executeCommand('lstmStudy.newStudy');
  if (answer === example) await vscode.commands.executeCommand('lstmStudy.openExample');
}

export interface ExperimentChoice {
  readonly title: string;
  readonly fits: (summary: ExperimentSummary) => boolean;
  /** Said when no experiment fits. */
  readonly needs: string;
}

/** The experiment a command is about: its argument, the newest of the active study, or the user's choice. */
export async function chooseExperiment(
  parts: Parts,
  argument: unknown,
  choice: ExperimentChoice,
): Promise<ExperimentSummary | null> {
  const all = await parts.index.all();
  const given = experimentRefOf(argument);
  if (given) {
    const summary = parts.index.get(given);
    if (summary && choice.fits(summary)) return summary;
    void vscode.window.showInformationMessage(messageText(choice.needs));
    return null;
  }
  const fitting = all.filter(choice.fits);
  if (fitting.length === 0) {
    void vscode.window.showInformationMessage(messageText(choice.needs));
    return null;
  }
  const active = studyUriOf(argument) ?? activeStudy();
  const own = active ? parts.index.ofStudy(active.fsPath).filter(choice.fits) : [];
  if (own[0]) return own[0];
  if (fitting.length === 1) return fitting[0] ?? null;
  const picked = await askPick(
    fitting.map((summary) => ({
      label: experimentName(summary),
      description: outcomeText(summary, parts.index.progress(refOf(summary))),
      detail: summary.createdAt.replace('T', ' ').slice(0, 16),
      summary,
    })),
    { title: choice.title, placeHolder: 'Experiment', matchOnDescription: true },
  );
  return picked?.summary ?? null;
}
