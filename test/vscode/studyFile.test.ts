import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { at, folder, openStudy, replaceIn, until } from './until.ts';

const source = 'LSTM Study';
const ours = (uri: vscode.Uri): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter((d) => d.source === source);

describe('study file', () => {
  it('is JSON with comments', async () => {
    const document = await openStudy((text) => text);
    assert.equal(document.languageId, 'jsonc');
  });

  it('shows a semantic problem at the value that is wrong', async () => {
    const document = await openStudy((text) => text.replace('"adjclose"', '"adjclosed"'));
    const [problem] = await until('a diagnostic', () => ours(document.uri).length > 0 && ours(document.uri));
    assert.equal(document.getText(problem?.range), '"adjclosed"');
    assert.equal(problem?.code, 'unknownColumn');
  });

  it('mends it: the nearest column, comments untouched', async () => {
    const document = await openStudy((text) => text.replace('"adjclose"', '"adjclosed"'));
    const [problem] = await until('a diagnostic', () => ours(document.uri).length > 0 && ours(document.uri));
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      problem?.range,
    );
    const fix = actions.find((action) => action.edit);
    assert.ok(fix?.edit, 'there is a quick fix');
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(document.getText(), /"price": "adjclose" \/\/ split-adjusted/);
    await until('no more diagnostics', () => ours(document.uri).length === 0);
  });

  it('swaps low and high', async () => {
    const document = await openStudy((text) => text.replace('[0, 0.4]', '[0.4, 0]'));
    const problems = await until('a diagnostic', () => ours(document.uri).length > 0 && ours(document.uri));
    const problem = problems.find((d) => d.code === 'lowAboveHigh');
    assert.ok(problem);
    assert.ok(problem.range.start.line === at(document, '[0.4, 0]').line);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      problem.range,
    );
    const fix = actions.find((action) => action.edit);
    assert.ok(fix?.edit);
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(document.getText().replace(/\s+/g, ' '), /\[ ?0, 0\.4 ?\]/);
  });

  it('says a window that is longer than a fold, and offers the largest that fits', async () => {
    const document = await openStudy((text) => text.replace('"lookback": 5', '"lookback": 650'));
    const errors = (): vscode.Diagnostic[] =>
      ours(document.uri).filter((d) => d.severity === vscode.DiagnosticSeverity.Error);
    const [problem] = await until('a diagnostic', () => errors().length > 0 && errors());
    assert.equal(document.getText(problem?.range), '650');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      problem?.range,
    );
    const fix = actions.find((action) => action.edit);
    assert.ok(fix?.edit);
    await vscode.workspace.applyEdit(fix.edit);
    const largest = Number(/"lookback": (\d+)/.exec(document.getText())?.[1]);
    assert.ok(largest > 5 && largest < 650, `mended to ${largest}`);
    await until('no more errors', () => errors().length === 0);
    await replaceIn(document, `"lookback": ${largest}`, `"lookback": ${largest + 1}`);
    await until('one more to be too long', () => errors().length > 0);
  });

  it('looks again when its data file changes', async () => {
    const prices = vscode.Uri.joinPath(folder(), 'prices.csv');
    const before = Buffer.from(await vscode.workspace.fs.readFile(prices)).toString();
    const own = vscode.Uri.joinPath(folder(), 'renamed.csv');
    await vscode.workspace.fs.writeFile(own, Buffer.from(before.replace('adjclose', 'adjusted')));
    const document = await openStudy((text) => text.replace('prices.csv', 'renamed.csv'));
    await until('a diagnostic', () => ours(document.uri).some((d) => d.code === 'unknownColumn'));
    await vscode.workspace.fs.writeFile(own, Buffer.from(before));
    await until('no more diagnostics', () => ours(document.uri).length === 0);
  });

  it('leaves problems of form to the schema, and offers the mend for them', async () => {
    const document = await openStudy((text) => text.replace('"batchSize"', '"batchSzie"'));
    const schema = await until('a schema diagnostic', () => {
      const found = vscode.languages.getDiagnostics(document.uri).filter((d) => d.source !== source);
      return found.length > 0 && found;
    });
    assert.ok(schema.some((d) => document.getText(d.range).includes('batchSzie')));
    assert.equal(ours(document.uri).filter((d) => document.getText(d.range).includes('batchSzie')).length, 0);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      schema[0]?.range,
    );
    assert.ok(actions.some((action) => action.title.includes('batchSize')));
  });

  it('completes the names of columns from the data', async () => {
    const document = await openStudy((text) => text.replace('"adjclose"', '""'));
    await until(
      'the check',
      () => ours(document.uri).length >= 0 && vscode.languages.getDiagnostics(document.uri),
    );
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      at(document, '"price": ""', '"price": "'.length),
    );
    const labels = list.items.map((item) => (typeof item.label === 'string' ? item.label : item.label.label));
    for (const column of ['"open"', '"close"', '"adjclose"', '"volume"'])
      assert.ok(labels.includes(column), `${column} among ${labels.join(' ')}`);
  });

  it('offers the usual values of a hyperparameter, and keys with what they are for', async () => {
    const document = await openStudy((text) => text.replace('"lookback": 5', '"lookback": '));
    const offered = async (position: vscode.Position): Promise<vscode.CompletionItem[]> =>
      (
        await vscode.commands.executeCommand<vscode.CompletionList>(
          'vscode.executeCompletionItemProvider',
          document.uri,
          position,
        )
      ).items;
    const labelOf = ({ label }: vscode.CompletionItem): string =>
      typeof label === 'string' ? label : label.label;
    const usual = await until('the usual values', async () =>
      (await offered(at(document, '"lookback": ', '"lookback": '.length))).find(
        (item) => labelOf(item) === 'usual values',
      ),
    );
    const text = usual.insertText instanceof vscode.SnippetString ? usual.insertText.value : usual.insertText;
    assert.match(text ?? '', /"choices"[^]*20,\s*60,\s*120/);
    const keys = await offered(at(document, '"lookback"'));
    const optional = keys.find((item) => labelOf(item).includes('weightDecay'));
    assert.ok(optional, `a key among ${keys.map(labelOf).join(' ')}`);
    assert.ok(optional.documentation);
  });

  it('explains a key on hover', async () => {
    const document = await openStudy((text) => text);
    const hovers = await until('a hover', async () => {
      const found = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        at(document, '"lookback"', 3),
      );
      return found.length > 0 && found;
    });
    const text = hovers
      .flatMap((hover) => hover.contents)
      .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
      .join(' ');
    assert.match(text, /Window length/);
  });

  it('has lenses with Run, panel, size; none when they are turned off', async () => {
    const document = await openStudy((text) => text);
    const titles = async (): Promise<string[]> =>
      (
        (await vscode.commands.executeCommand<vscode.CodeLens[]>(
          'vscode.executeCodeLensProvider',
          document.uri,
          20,
        )) ?? []
      ).map((lens) => lens.command?.title ?? '');
    const found = await until('the size', async () => {
      const all = await titles();
      return all.some((title) => title.startsWith('4 trials')) && all;
    });
    assert.ok(found.includes('$(play) Run'));
    assert.ok(found.includes('$(graph-line) Open panel'));
    assert.ok(found.some((title) => title.startsWith('3 searched')));
    const configuration = vscode.workspace.getConfiguration('lstmStudy');
    await configuration.update('codeLens.enabled', false, vscode.ConfigurationTarget.Workspace);
    assert.deepEqual(await titles(), []);
    await configuration.update('codeLens.enabled', undefined, vscode.ConfigurationTarget.Workspace);
  });

  it('has an outline and a formatter that keeps comments', async () => {
    const document = await openStudy((text) => text.replace('  "name"', '        "name"'));
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    const space = symbols.find((symbol) => symbol.name === 'hyperparameters');
    assert.ok(space?.children.some((symbol) => symbol.name === 'units'));
    const edits = await vscode.commands.executeCommand<vscode.TextEdit[]>(
      'vscode.executeFormatDocumentProvider',
      document.uri,
      { tabSize: 2, insertSpaces: true },
    );
    const edit = new vscode.WorkspaceEdit();
    edit.set(document.uri, edits);
    await vscode.workspace.applyEdit(edit);
    assert.match(document.getText(), /\n {2}"name"/);
    assert.match(document.getText(), /\/\* cells \*\/ "units"/);
    assert.match(document.getText(), /^\/\/ A study for tests\./);
  });
});
