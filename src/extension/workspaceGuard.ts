import * as path from 'node:path';
import * as vscode from 'vscode';
import { Fault } from '../model/fault.ts';
import { dataFileOf, readsDataOf } from './experimentData.ts';
import type { Parts } from './parts.ts';
import { isBelow, realPath } from './realPath.ts';
import { messageText } from './tooltipText.ts';

/** Why nothing can be run here, or null. */
export function reasonNotToRun(): string | null {
  if (!vscode.workspace.isTrusted)
    return 'This workspace is in Restricted Mode: experiments can be read, but nothing is run. Trust the workspace to run studies.';
  if (isVirtual())
    return 'This workspace is not on a disk (a virtual file system). Studies need a folder that programs can read and write: clone or copy it first.';
  return null;
}

function isVirtual(): boolean {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.length > 0 && folders.every((folder) => folder.uri.scheme !== 'file');
}

/** Shows why not, with the way out, and answers whether running may go on. */
export async function mayRun(): Promise<boolean> {
  const reason = reasonNotToRun();
  if (reason === null) return true;
  const manage = 'Manage Workspace Trust';
  const actions = vscode.workspace.isTrusted ? [] : [manage];
  const answer = await vscode.window.showWarningMessage(messageText(reason), ...actions);
  if (answer === manage) await vscode.commands.executeCommand('workbench.trust.manage');
  return false;
}

const allowedKey = 'allowedDataFiles';

/** Is the file, links followed, inside a workspace folder or in the folder of `studyFile` (or of a store)? Anything else is read only after the user said so. */
export function isInsideWorkspace(file: string, studyFile: string): boolean {
  return isBelow(file, [
    path.dirname(studyFile),
    ...(vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
  ]);
}

/** What was allowed is where a path leads: a link that leads elsewhere later is asked about again. */
export function isAllowed(context: vscode.ExtensionContext, file: string): boolean {
  return context.workspaceState.get<string[]>(allowedKey, []).includes(realPath(file));
}

export async function allow(context: vscode.ExtensionContext, file: string): Promise<void> {
  const allowed = context.workspaceState.get<string[]>(allowedKey, []);
  await context.workspaceState.update(allowedKey, [...new Set([...allowed, realPath(file)])]);
}

/** Refuses a request that would read the data file of a stored experiment outside the workspace, unless the user allows it. */
export async function guardData(
  { context, index }: Pick<Parts, 'context' | 'index'>,
  { request, params }: { readonly request: string; readonly params: unknown },
): Promise<void> {
  const ref = readsDataOf(request, params);
  if (!ref) return;
  if (!index.get(ref)) await index.all();
  const summary = index.get(ref);
  if (!summary) return; // the engine says that there is none
  const data = dataFileOf(summary);
  if (isInsideWorkspace(data, ref.store) || (await confirmOutside(context, data))) return;
  throw new Fault('badInput', `${data} lies outside the workspace and was not read.`);
}

/** Asks once for a data file outside the workspace. */
export async function confirmOutside(context: vscode.ExtensionContext, file: string): Promise<boolean> {
  if (isAllowed(context, file)) return true;
  const place = realPath(file);
  const read = 'Read It';
  const answer = await vscode.window.showWarningMessage(
    'This study reads a file outside the workspace.',
    { modal: true, detail: place === file ? file : `${file}\nleads to ${place}` },
    read,
  );
  if (answer !== read) return false;
  await allow(context, file);
  return true;
}
