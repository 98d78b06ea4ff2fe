import * as assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { LstmStudyApi } from '../../src/extension/extension.ts';

export interface Stored {
  readonly name: string;
  readonly state: string;
}

/** The experiments of a name in a folder's store, as they are on disk. */
export function experimentsIn(
  folder: vscode.Uri,
  name: string,
): { readonly path: string; readonly stored: Stored }[] {
  const store = join(folder.fsPath, '.lstm-study');
  if (!existsSync(store)) return [];
  return readdirSync(store, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(store, entry.name, 'experiment.json')))
    .map((entry) => {
      const path = join(store, entry.name);
      return { path, stored: JSON.parse(readFileSync(join(path, 'experiment.json'), 'utf8')) as Stored }; // written by the engine
    })
    .filter(({ stored }) => stored.name === name);
}

export async function api(): Promise<LstmStudyApi> {
  const extension = vscode.extensions.getExtension<LstmStudyApi>('lstm-study.lstm-study');
  assert.ok(extension);
  return extension.activate();
}
