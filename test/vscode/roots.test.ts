import * as assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { api, experimentsIn } from './store.ts';
import { until } from './until.ts';

const roots = (): readonly vscode.WorkspaceFolder[] => vscode.workspace.workspaceFolders ?? [];

async function study(root: vscode.Uri): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(root, 'tiny.lstm.json'));
  await vscode.window.showTextDocument(document);
  return document;
}

describe('a workspace of two folders', () => {
  it('has two folders', () => assert.equal(roots().length, 2));

  it('keeps the experiments of each folder in its own store', async () => {
    const [first, second] = roots().map(({ uri }) => uri);
    assert.ok(first && second);
    await vscode.commands.executeCommand('lstmStudy.start', (await study(second)).uri);
    await until('a finished experiment', () =>
      experimentsIn(second, 'Second').find(({ stored }) => stored.state === 'finished'),
    );
    assert.equal(existsSync(join(first.fsPath, '.lstm-study')), false);
    await vscode.commands.executeCommand('lstmStudy.start', (await study(first)).uri);
    await until('a finished experiment', () =>
      experimentsIn(first, 'First').find(({ stored }) => stored.state === 'finished'),
    );
    assert.deepEqual(experimentsIn(first, 'Second'), []);
    assert.deepEqual(experimentsIn(second, 'First'), []);
  }).timeout(400_000);

  it('takes a setting with resource scope from the folder of the study', async () => {
    const [first, second] = roots().map(({ uri }) => uri);
    assert.ok(first && second);
    const lenses = async (root: vscode.Uri): Promise<number> =>
      (
        (await vscode.commands.executeCommand<vscode.CodeLens[]>(
          'vscode.executeCodeLensProvider',
          (await study(root)).uri,
        )) ?? []
      ).length;
    const configuration = vscode.workspace.getConfiguration('lstmStudy', second);
    await configuration.update('codeLens.enabled', false, vscode.ConfigurationTarget.WorkspaceFolder);
    assert.equal(await lenses(second), 0);
    assert.ok((await lenses(first)) > 0);
    await configuration.update('codeLens.enabled', undefined, vscode.ConfigurationTarget.WorkspaceFolder);
  });

  it('leaves a study running for the extension host to be killed on', async () => {
    const [, second] = roots().map(({ uri }) => uri);
    assert.ok(second);
    const document = await study(second);
    const edit = new vscode.WorkspaceEdit();
    const text = document
      .getText()
      .replace('"Second"', '"Left running"')
      .replace('"epochs": 2', '"epochs": 2000')
      .replace('"trials": 4', '"trials": 50');
    edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
    await vscode.workspace.applyEdit(edit);
    await vscode.commands.executeCommand('lstmStudy.start', document.uri);
    await until('the experiment', () => experimentsIn(second, 'Left running').length > 0);
    globalThis.lstmLeft.enginePid = (await api()).enginePid() ?? undefined;
    assert.ok(globalThis.lstmLeft.enginePid);
  });
});
