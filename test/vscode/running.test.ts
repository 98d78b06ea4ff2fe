import * as assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { api, experimentsIn, type Stored } from './store.ts';
import { folder, openStudy, replaceIn, until } from './until.ts';

const store = (): string => join(folder().fsPath, '.lstm-study');

const experiments = (name: string): ReturnType<typeof experimentsIn> => experimentsIn(folder(), name);

const finished = (name: string) => () => experiments(name).find(({ stored }) => stored.state === 'finished');

function trials(path: string): { readonly number: number; readonly state: string }[] {
  return readdirSync(join(path, 'trials'))
    .filter((name) => /^\d+\.json$/.test(name))
    .map((name) => JSON.parse(readFileSync(join(path, 'trials', name), 'utf8')) as never); // written by the engine
}

const named =
  (name: string, epochs = 2) =>
  (text: string): string =>
    text.replace('"name": "Tiny"', `"name": "${name}"`).replace('"epochs": 2', `"epochs": ${epochs}`);

describe('running', () => {
  it('takes a study from the command to finished trials in the store', async () => {
    const document = await openStudy(named('From command'));
    await vscode.commands.executeCommand('lstmStudy.start', document.uri);
    const { path } = await until('a finished experiment', finished('From command'), 120_000);
    assert.deepEqual(
      trials(path).map(({ number, state }) => [number, state]),
      [0, 1, 2, 3].map((number) => [number, 'complete']),
    );
    assert.equal(readFileSync(join(store(), '.gitignore'), 'utf8').trim(), '*');
  }).timeout(400_000);

  it('runs text that was not saved', async () => {
    const document = await openStudy(named('Saved name'));
    await replaceIn(document, 'Saved name', 'Unsaved name');
    await replaceIn(document, '"trials": 4', '"seed": 7, "trials": 1');
    assert.ok(document.isDirty);
    await vscode.commands.executeCommand('lstmStudy.start', document.uri);
    await until('a finished experiment', finished('Unsaved name'), 120_000);
    assert.equal(experiments('Saved name').length, 0);
    await document.save();
  }).timeout(400_000);

  it('goes on with an experiment as its changed study says', async () => {
    const document = await openStudy(named('Continued', 3));
    await vscode.commands.executeCommand('lstmStudy.start', document.uri);
    const { path } = await until('a finished experiment', finished('Continued'), 120_000);
    await replaceIn(document, '"trials": 4', '"trials": 6');
    await replaceIn(document, '"epochs": 3', '"epochs": 1');
    await vscode.commands.executeCommand('lstmStudy.continueChanged', {
      store: store(),
      id: basename(path),
    });
    const more = await until(
      'two more trials',
      () => experiments('Continued').find((one) => trials(one.path).length === 6 && finished('Continued')()),
      120_000,
    );
    assert.equal(experiments('Continued').length, 1);
    const later = JSON.parse(readFileSync(join(more.path, 'trials', '00005.json'), 'utf8')) as {
      params: { epochs: number };
      amendment: number;
    };
    assert.deepEqual([later.params.epochs, later.amendment], [1, 1]);
    await document.save();
  }).timeout(400_000);

  it('resumes after the engine was killed in the middle', async () => {
    const document = await openStudy((text) =>
      named(
        'Killed',
        150,
      )(text)
        .replace('"trials": 4', '"seed": 3, "trials": 5')
        .replace('[4, 8]', '[48, 64]'),
    );
    await vscode.commands.executeCommand('lstmStudy.start', document.uri);
    const started = await until(
      'the first trial',
      () => {
        const [experiment] = experiments('Killed');
        return experiment && existsSync(join(experiment.path, 'trials', '00000.json')) && experiment;
      },
      60_000,
    );
    const { enginePid } = await api();
    const pid = enginePid();
    assert.ok(pid !== null);
    assert.notEqual(
      (JSON.parse(readFileSync(join(started.path, 'experiment.json'), 'utf8')) as Stored).state,
      'finished',
    );
    process.kill(pid, 'SIGKILL');
    const { path } = await until('the resumed experiment to finish', finished('Killed'), 150_000);
    assert.equal(path, started.path);
    assert.deepEqual(
      trials(path).map(({ state }) => state),
      Array(5).fill('complete'),
    );
    assert.notEqual(enginePid(), pid);
  }).timeout(400_000);

  it('puts the best values into the file and keeps its comments', async () => {
    const document = vscode.workspace.textDocuments.find((d) => d.getText().includes('"From command"'));
    assert.ok(document);
    const [experiment] = experiments('From command');
    const id = experiment?.path.split(/[\\/]/).at(-1);
    await vscode.commands.executeCommand('lstmStudy.applyParams', { store: store(), id });
    assert.match(document.getText(), /\/\* cells \*\/ "units": \d+/);
    assert.match(document.getText(), /^\/\/ A study for tests\./);
    await document.save();
  });

  it('opens the panel of a study and of an experiment', async () => {
    const document = vscode.workspace.textDocuments.find((d) => d.getText().includes('"From command"'));
    assert.ok(document);
    await vscode.commands.executeCommand('lstmStudy.openPanel', document.uri);
    const tabs = (): readonly vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await until('the custom editor', () => tabs().some((tab) => tab.input instanceof vscode.TabInputCustom));
    const [experiment] = experiments('From command');
    const id = experiment?.path.split(/[\\/]/).at(-1);
    await vscode.commands.executeCommand('lstmStudy.openPanel', { store: store(), id });
    await until('the experiment panel', () =>
      tabs().some((tab) => tab.input instanceof vscode.TabInputWebview && tab.label === 'From command'),
    );
  });

  it('registers every command it contributes', async () => {
    const extension = vscode.extensions.getExtension('lstm-study.lstm-study');
    const contributed = (
      extension?.packageJSON as { contributes: { commands: { command: string }[] } }
    ).contributes.commands.map(({ command }) => command);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
  });

  it('leaves a study running for the window to be closed on', async () => {
    const document = await openStudy((text) =>
      named('Left running', 2000)(text).replace('"trials": 4', '"seed": 5, "trials": 50'),
    );
    await vscode.commands.executeCommand('lstmStudy.start', document.uri);
    await until('the experiment', () => experiments('Left running').length > 0);
    globalThis.lstmLeft.enginePid = (await api()).enginePid() ?? undefined;
    assert.ok(globalThis.lstmLeft.enginePid);
  }).timeout(400_000);
});
