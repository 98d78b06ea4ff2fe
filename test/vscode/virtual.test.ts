import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { api } from './store.ts';
import { until } from './until.ts';

const study = vscode.Uri.parse('memory:/prices/tiny.lstm.json');

describe('a workspace that is not on a disk', () => {
  it('is one', async () => {
    assert.equal(vscode.workspace.workspaceFolders?.[0]?.uri.scheme, 'memory');
    const document = await vscode.workspace.openTextDocument(study);
    await vscode.window.showTextDocument(document);
    assert.match(document.getText(), /"lstmStudy": 1/);
  });

  it('says why nothing can be run, and starts no engine', async () => {
    const { enginePid, reasonNotToRun } = await api();
    assert.match(reasonNotToRun() ?? '', /not on a disk/);
    const pending = [
      vscode.commands.executeCommand('lstmStudy.start', study),
      vscode.commands.executeCommand('lstmStudy.newStudy'),
      vscode.commands.executeCommand('lstmStudy.resume'),
    ];
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    assert.equal(enginePid(), null);
    // Each waits for its message: with the message it ends, and has run nothing.
    await until('the commands to end', async () => {
      await vscode.commands.executeCommand('notifications.clearAll');
      const ended = await Promise.race([
        Promise.all(pending).then(() => true),
        new Promise<false>((resolve) => setTimeout(() => resolve(false), 300)),
      ]);
      return ended;
    });
    assert.equal(enginePid(), null);
  });

  it('has no lenses or problems of ours for a study that no program can read', async () => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      study,
    );
    assert.deepEqual(lenses ?? [], []);
    assert.deepEqual(
      vscode.languages.getDiagnostics(study).filter(({ source }) => source === 'LSTM Study'),
      [],
    );
  });
});
