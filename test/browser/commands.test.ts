import * as assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { makeWorkspace, tinyStudy } from '../../scripts/host/workspace.mjs';
import { engine, stored } from './prepare.ts';
import {
  command,
  ground,
  notice,
  openBrowser,
  openFile,
  openWindow,
  panelFrame,
  pick,
  shot,
  trust,
  typeAndEnter,
  until,
  wide,
  type Window,
  openViews,
} from './window.ts';

interface Annotations {
  readonly name?: string;
  readonly note?: string;
  readonly tags?: readonly string[];
  readonly star?: boolean;
  readonly archived?: boolean;
}

/** Every command of the palette that asks something, used as a user does: with its dialogs, in the packed extension. */
describe('commands with dialogs', function () {
  this.timeout(600_000);
  let browser: Browser;
  let context: BrowserContext;
  let folder: string;
  let window: Window;
  let page: Page;

  const input = (): Locator => page.locator('.quick-input-widget input').first();
  const dialog = (): Locator => page.locator('.monaco-dialog-box');
  const only = (): ReturnType<typeof stored>[number] => {
    const [experiment] = stored(folder);
    assert.ok(experiment);
    return experiment;
  };
  const annotations = (): Annotations =>
    !existsSync(join(only().folder, 'annotations.json'))
      ? {}
      : (JSON.parse(readFileSync(join(only().folder, 'annotations.json'), 'utf8')) as Annotations); // written by the engine

  /** Answers an input box. */
  async function answer(text: string): Promise<void> {
    await input().waitFor();
    await input().fill(text);
    await page.keyboard.press('Enter');
  }

  async function clear(): Promise<void> {
    await command(page, 'Notifications: Clear All Notifications');
  }

  before(async () => {
    folder = makeWorkspace(join(ground().folder, 'commands', 'folder'));
    engine('run', join(folder, 'tiny.lstm.json'));
    browser = await openBrowser();
    context = await browser.newContext({
      viewport: wide,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    window = await openWindow(context, folder);
    page = window.page;
    await trust(page);
    await openFile(page, 'tiny.lstm.json');
    await page.locator('.codelens-decoration', { hasText: '4 trials' }).waitFor();
  });
  after(() => browser.close());
  beforeEach(() => page.keyboard.press('Escape'));
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await shot(page, `commands-failed-${this.currentTest.title.slice(0, 20).replace(/\W+/g, '-')}`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
  });

  it('tests the winner after saying what that means; turning away opens nothing', async () => {
    await command(page, 'LSTM Study: Test a Trial on the Held-out Range');
    await dialog().getByText('The range is sealed so that it can judge once').waitFor();
    await shot(page, 'dialog-test');
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    assert.equal(only().looks.length, 0);
    const before = await page.locator('.tabs-container .tab').count();
    await command(page, 'LSTM Study: Test a Trial on the Held-out Range');
    await dialog().getByRole('button', { name: 'Test', exact: true }).click();
    await until('one look', () => only().looks.length === 1);
    // It may have taken minutes: the panel comes when it is asked for.
    const said = await notice(page, /U2 [\d.]+, 95 % interval/);
    assert.equal(await page.locator('.tabs-container .tab').count(), before);
    await said.getByRole('button', { name: 'Open Panel' }).click();
    const frame = await panelFrame(page, '#tabpanel[data-tab="test"] .verdict h2');
    assert.match(await frame.locator('.verdict').innerText(), /U2 [\d.]+/);
    await clear();
  });

  it('exports every kind that the palette offers', async () => {
    const offered: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
      [
        'LSTM Study: Export Trials',
        [
          ['Trials as CSV', '.csv'],
          ['Trials as JSON', '.json'],
          ['Trials as Optuna journal', '.log'],
        ],
      ],
      [
        'LSTM Study: Export Model',
        [
          ['Model for TensorFlow.js', '-tfjs'],
          ['Model for Keras', '-keras'],
          ['Model as ONNX', '-onnx'],
          ['Program that forecasts', '-program'],
        ],
      ],
      [
        'LSTM Study: Export Report',
        [
          ['Report as HTML', '.html'],
          ['Report as Markdown', '.md'],
          ['Model sheet', '-model.md'],
          ['Charts of the report as SVG', '-figures'],
        ],
      ],
    ];
    const { id } = only();
    for (const [title, kinds] of offered)
      for (const [label, ending] of kinds) {
        await typeAndEnter(page, {
          open: async () => {
            await command(page, title);
            const rows = page.locator('.quick-input-list .monaco-list-row');
            await rows.filter({ hasText: label }).first().waitFor();
            assert.equal(await rows.count(), kinds.length, `${title} offers as many kinds as are tested`);
          },
          text: label,
        });
        // The simple file dialog: the name that is offered is taken.
        await until('the dialog for the target', async () => (await input().inputValue()).startsWith('/'));
        const target = join(folder, `${id}${ending}`);
        await until(`${label} at ${target}`, async () => {
          if (existsSync(target)) return true;
          const value = await input()
            .inputValue({ timeout: 500 })
            .catch(() => ''); // closed
          if (value.startsWith('/')) await page.keyboard.press('Enter');
          return false;
        });
        // Files of a folder are written one after the other.
        const files = (): string[] =>
          statSync(target).isDirectory() ? readdirSync(target).map((name) => join(target, name)) : [target];
        await until(`${label}: no empty file`, () => files().every((file) => statSync(file).size > 100));
        // A dialog that goes late takes the next quick pick with it: they are one widget.
        await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
      }
    await notice(page, /Charts of the report as SVG: \d+ files written/);
    await clear();
    assert.match(readFileSync(join(folder, `${id}.csv`), 'utf8'), /learningRate/);
    assert.match(readFileSync(join(folder, `${id}.html`), 'utf8'), /<html/i);
  });

  it('forecasts the next prices with the tested model', async () => {
    await command(page, 'LSTM Study: Forecast the Next Prices');
    const said = await notice(page, /After 2002-\d\d-\d\d/);
    assert.match(await said.innerText(), /[\d.,]+ \([+−][\d.]+ %\)/);
    await clear();
  });

  it('keeps note, tags and star; renames; a hostile name stays text', async () => {
    await command(page, 'LSTM Study: Edit Note');
    await answer('looks like a tie');
    await until('the note', () => annotations().note === 'looks like a tie');
    await command(page, 'LSTM Study: Edit Tags');
    await answer('keep, 2002, keep');
    await until('the tags', () => annotations().tags?.join() === 'keep,2002');
    await command(page, 'LSTM Study: Star');
    await until('the star', () => annotations().star === true);
    await command(page, 'LSTM Study: Rename Experiment');
    const hostile = '<img src=x> [run](command:workbench.action.closeWindow) $(bug) **b**';
    await answer(hostile);
    await until('the name', () => annotations().name === hostile);
    await openViews(page);
    const row = page.locator('.pane .monaco-list-row', { hasText: '<img src=x>' }).first();
    await row.waitFor();
    const hover = page.locator('.monaco-hover', { hasText: 'looks like a tie' }).last();
    let seen = { text: '', active: -1 };
    await until('the tooltip', async () => {
      await page.mouse.move(900, 500);
      await row
        .locator('.monaco-icon-label')
        .first()
        .hover({ position: { x: 40, y: 8 } });
      await hover.waitFor({ timeout: 3_000 }).catch(() => undefined); // the row was drawn anew
      // Read at once: it may go at any moment.
      return hover
        .evaluate(
          (element: HTMLElement) => ({
            text: element.innerText,
            active: element.querySelectorAll('img, a[href], a[data-href]').length,
          }),
          undefined,
          { timeout: 1_000 },
        )
        .then((read) => {
          seen = read;
          return read.text !== '';
        })
        .catch(() => false); // gone
    });
    await shot(page, 'tooltip');
    assert.equal(seen.active, 0);
    assert.match(seen.text, /<img src=x> \[run\]\(command:workbench\.action\.closeWindow\)/);
    await page.mouse.move(900, 500);
    await command(page, 'LSTM Study: Rename Experiment');
    await answer('Tiny');
    await until('the name', () => annotations().name === 'Tiny');
    await command(page, 'LSTM Study: Archive or Take Back');
    await until('archived', () => annotations().archived === true);
    await command(page, 'LSTM Study: Archive or Take Back');
    await until('taken back', () => annotations().archived !== true);
  });

  it('deletes, and Undo takes it back', async () => {
    const { folder: experiment } = only();
    await command(page, 'LSTM Study: Delete Experiment');
    await dialog().getByText('It can be taken back until this window closes').waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    assert.ok(existsSync(experiment));
    await command(page, 'LSTM Study: Delete Experiment');
    await dialog().getByRole('button', { name: 'Delete', exact: true }).click();
    await until('the folder to go', () => !existsSync(experiment));
    const said = await notice(page, /was deleted/);
    await said.getByRole('button', { name: 'Undo' }).click();
    await until('the folder to be back', () => existsSync(join(experiment, 'experiment.json')));
    assert.equal(only().looks.length, 1);
    await page.locator('.pane .monaco-list-row', { hasText: 'Tiny' }).first().waitFor();
  });

  it('keeps the experiments of a study file that is gone, and says so when the winner is to go into it', async () => {
    const file = join(folder, 'tiny.lstm.json');
    const text = readFileSync(file);
    await command(page, 'View: Close All Editors');
    rmSync(file);
    try {
      await page.getByText('No study file in this folder yet.').waitFor();
      await page.locator('.pane .monaco-list-row', { hasText: 'Tiny' }).first().waitFor();
      await command(page, 'LSTM Study: Apply Winner to Study File');
      await notice(page, /tiny\.lstm\.json, the study file of this experiment, is not in/);
    } finally {
      writeFileSync(file, text);
    }
    await clear();
  });

  it('applies the winner to the study file', async () => {
    await openFile(page, 'tiny.lstm.json');
    await command(page, 'LSTM Study: Apply Winner to Study File');
    await notice(page, /The values of trial #\d are in tiny\.lstm\.json/);
    await command(page, 'Revert File');
    await clear();
  });

  it('asks before TensorFlow is installed; turning away leaves nothing', async () => {
    await command(page, 'LSTM Study: Install TensorFlow Trainer');
    await dialog().getByText('Install the TensorFlow trainer?').waitFor();
    const text = await dialog().innerText();
    const target = /goes to (\S+?)\. /.exec(text)?.[1] ?? '';
    assert.match(target, /tensorflow$/);
    await shot(page, 'dialog-tensorflow');
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await page.waitForTimeout(500);
    assert.equal(existsSync(target), false);
  });

  it('copies what an issue report needs', async () => {
    await command(page, 'LSTM Study: Copy Diagnostic Information');
    await notice(page, /in the clipboard/);
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(text, /^LSTM Study \d+\.\d+\.\d+ in VS Code 1\./);
    assert.match(text, /node: \d+/);
    assert.ok(!text.includes(dirname(folder)), 'no path of the user');
    await clear();
  });

  it('asks before a study reads a file outside the workspace', async () => {
    const outside = join(dirname(folder), 'outside.csv');
    writeFileSync(outside, readFileSync(join(folder, 'prices.csv')));
    writeFileSync(
      join(folder, 'outside.lstm.json'),
      tinyStudy({ name: 'Outside', trials: 3 })
        .replace('"prices.csv"', '"../outside.csv"')
        .replace('"trials": 3', '"seed": 5, "trials": 3'),
    );
    await command(page, 'View: Show Explorer');
    await page
      .locator('.explorer-folders-view .monaco-list-row', { hasText: 'outside.lstm.json' })
      .dblclick();
    await page.locator('.tab', { hasText: 'outside.lstm.json' }).first().waitFor();
    await page.locator('.monaco-editor .squiggly-warning').first().waitFor();
    assert.equal(await page.locator('.codelens-decoration', { hasText: '3 trials' }).count(), 0);
    await command(page, 'Start LSTM Study');
    await dialog().getByText('This study reads a file outside the workspace.').waitFor();
    assert.match(await dialog().innerText(), /commands\/outside\.csv/);
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    assert.ok(stored(folder).every(({ name }) => name !== 'Outside'));
    await command(page, 'Start LSTM Study');
    await dialog().getByRole('button', { name: 'Read It' }).click();
    await until('the run', () =>
      stored(folder).some(({ name, state }) => name === 'Outside' && state === 'finished'),
    );
    await page.locator('.monaco-editor .squiggly-warning').waitFor({ state: 'detached' });
    await page.locator('.tabs-container .tab', { hasText: 'outside.lstm.json' }).first().click();
    await page.locator('.codelens-decoration', { hasText: '3 trials' }).waitFor();
    await clear();
  });

  it('a new study from the context menu of a CSV', async () => {
    await command(page, 'View: Show Explorer');
    const row = page.locator('.explorer-folders-view .monaco-list-row', { hasText: /^prices\.csv$/ }).first();
    await row.click({ button: 'right' });
    const item = page.locator('.monaco-menu').getByText('New Study');
    const question = page.locator('.quick-input-widget input[placeholder^="Forecast which column?"]');
    await item.waitFor();
    await until('the question', async () => {
      if (await question.isVisible()) return true;
      // A menu that has just opened does not take a click yet.
      if (await item.isVisible()) await item.click({ timeout: 1_000 }).catch(() => undefined);
      await page.waitForTimeout(500);
      return false;
    });
    await page.locator('.quick-input-list .monaco-list-row[aria-label^="close"]').first().click();
    await page.locator('.quick-input-widget', { hasText: 'How many rows' }).waitFor();
    await page.keyboard.press('Enter');
    await pick(page, 'Standard');
    await page.locator('.tab', { hasText: 'prices.lstm.json' }).first().waitFor();
    await shot(page, 'from-csv');
    const text = readFileSync(join(folder, 'prices.lstm.json'), 'utf8');
    assert.match(text, /"price": "close"/);
    assert.match(text, /"trials": 40/);
  });

  it('brings an example along', async () => {
    await command(page, 'LSTM Study: Open Example');
    await page.locator('.tab', { hasText: 'synthetic.lstm.json' }).first().waitFor();
    await page.locator('.codelens-decoration', { hasText: /\d+ trials/ }).waitFor();
    assert.deepEqual(readdirSync(join(folder, 'lstm-study-example')).sort(), [
      'synthetic.csv',
      'synthetic.lstm.json',
    ]);
  });

  it('no violation of the content security policy, no error in the page', () => {
    assert.deepEqual(window.complaints, []);
  });
});
