import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { api } from './store.ts';
import { openStudy, until } from './until.ts';

const { Workspace, Global } = vscode.ConfigurationTarget;
const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('lstmStudy');

describe('settings', () => {
  it('what names a folder or a log of this machine cannot be set by a workspace', async () => {
    for (const [name, value] of [
      ['tensorflow.folder', '/somewhere/else'],
      ['engine.logLevel', 'debug'],
      ['notifications.whenFinished', false],
    ] as const) {
      await assert.rejects(
        async () => configuration().update(name, value, Workspace),
        /User settings|application scope|does not support/i,
        name,
      );
      assert.equal(configuration().inspect(name)?.workspaceValue, undefined);
    }
  });

  it('a changed setting of the engine counts from its next start, which is at once while nothing runs', async () => {
    await openStudy((text) => text);
    const { enginePid } = await api();
    const before = await until('an engine', () => enginePid());
    await configuration().update('engine.workers', 1, Workspace);
    await until('the old engine to end', () => enginePid() !== before);
    await openStudy((text) => `${text}\n`);
    const after = await until('a new engine', () => enginePid());
    assert.notEqual(after, before);
    await configuration().update('engine.workers', undefined, Workspace);
    assert.equal(configuration().inspect('engine.workers')?.globalValue, undefined);
    await configuration().update('experiments.trialsShown', 7, Global);
    assert.equal(configuration().get('experiments.trialsShown'), 7);
    await configuration().update('experiments.trialsShown', undefined, Global);
  });
});
