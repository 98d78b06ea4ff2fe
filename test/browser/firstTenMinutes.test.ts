import * as assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { makeWorkspace } from '../../scripts/host/workspace.mjs';
import {
  command,
  editorText,
  ground,
  openBrowser,
  openWindow,
  panelFrame,
  pick,
  shot,
  tab,
  until,
  wide,
  type Window,
  openViews,
} from './window.ts';

/** The first ten minutes of a new user, clicked through in a real VS Code with the packed extension. */
describe('first ten minutes', function () {
  this.timeout(600_000);
  let browser: Browser;
  let folder: string;
  let window: Window;

  before(async () => {
    browser = await openBrowser();
    folder = makeWorkspace(join(ground().folder, 'first'));
    rmSync(join(folder, 'tiny.lstm.json'));
    window = await openWindow(await browser.newContext({ viewport: wide }), folder);
  });
  after(() => browser.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await shot(window.page, 'failed');
  });

  it('in Restricted Mode nothing is run, and it is said why', async () => {
    const { page } = window;
    await command(page, 'Start LSTM Study');
    // A toast is gone soon and the list keeps it; while there is nothing to list, the list stays closed.
    const said = page
      .locator('.notifications-center, .notifications-toasts')
      .getByText(/is in Restricted Mode/);
    await until('the reason', async () => {
      if ((await said.count()) > 0) return true;
      await command(page, 'Notifications: Show Notifications');
      await page.waitForTimeout(1_000);
      return (await said.count()) > 0;
    });
    await shot(page, 'restricted');
    await command(page, 'Notifications: Clear All Notifications');
    await command(page, 'Workspaces: Manage Workspace Trust');
    await page.getByRole('button', { name: 'Trust', exact: true }).first().click();
    await until(
      'trust',
      async () => (await page.locator('.statusbar', { hasText: 'Restricted Mode' }).count()) === 0,
    );
  });

  it('the palette offers a new study where there is none: data, target, horizon, how thorough', async () => {
    const { page } = window;
    await command(page, 'Start LSTM Study');
    await pick(page, 'prices.csv');
    await page.locator('.quick-input-widget input[placeholder^="Forecast which column?"]').waitFor();
    await shot(page, 'wizard');
    await pick(page, 'adjclose');
    await page.locator('.quick-input-widget', { hasText: 'How many rows' }).waitFor();
    await page.keyboard.press('Enter');
    await pick(page, 'Quick');
    await page.locator('.tab', { hasText: 'prices.lstm.json' }).first().waitFor();
    const text = readFileSync(join(folder, 'prices.lstm.json'), 'utf8');
    assert.match(text, /"trials": 12/);
    assert.match(text, /"folds": 2/);
    assert.match(text, /"lookback": 20/);
  });

  it('text above with lenses, form beside it: either edits the other and comments survive', async () => {
    const { page } = window;
    const frame = await panelFrame(page);
    await page.locator('.codelens-decoration', { hasText: '12 trials' }).waitFor();
    await shot(page, 'text-and-form');
    await frame.locator('#section-data, #section-Data').first().waitFor();
    // The form writes: the number of steps.
    const field = frame.getByLabel(/Horizon/).first();
    await field.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('2');
    await page.keyboard.press('Tab');
    await until('the text to follow the form', async () => (await editorText(page)).includes('"horizon": 2'));
    assert.match(await editorText(page), /what is forecast and scored/);
    // Undo is the document's.
    await page.locator('.monaco-editor .view-lines').first().click();
    await page.keyboard.press('Control+Z');
    await until('undo', async () => (await editorText(page)).includes('"horizon": 1'));
    // The text writes: the form follows.
    const trials = page.locator('.monaco-editor .view-line', { hasText: /"trials":\s12,/ });
    await trials
      .locator('span', { hasText: /^\s?12$/ })
      .last()
      .dblclick();
    await page.keyboard.type('6');
    await page.locator('.codelens-decoration', { hasText: '6 trials' }).waitFor();
    await frame
      .getByText(/6 trials/)
      .first()
      .waitFor();
    await page.keyboard.press('Control+S');
    const file = join(folder, 'prices.lstm.json');
    await until('the text to be saved', async () => {
      const isSaved = readFileSync(file, 'utf8').includes('"trials": 6');
      return isSaved && (await page.locator('.tab.dirty').count()) === 0;
    });
  });

  it('a saved study that is changed on disk is followed by text and form', async () => {
    const { page } = window;
    const frame = await panelFrame(page);
    const file = join(folder, 'prices.lstm.json');
    const saved = readFileSync(file, 'utf8');
    const changed = saved.replace('"units": 50', '"units": 4').replace('"epochs": 10', '"epochs": 2');
    assert.notEqual(changed, saved);
    writeFileSync(file, changed);
    await until('the text to follow', async () => (await editorText(page)).includes('"units": 4,'));
    await until('the form to follow', async () =>
      (
        await frame.locator('input').evaluateAll((all) => all.map((i) => (i as HTMLInputElement).value))
      ).includes('4'),
    );
  });

  it('runs: trials arrive live and end in the store', async () => {
    const { page } = window;
    await command(page, 'Start LSTM Study');
    const frame = await panelFrame(page);
    await tab(frame, 'Trials').click();
    await frame.locator('[role="grid"]').waitFor();
    await until('six trials', async () => (await frame.locator('[role="grid"] [role="row"]').count()) >= 6);
    const store = join(folder, '.lstm-study');
    await until(
      'the end',
      () =>
        existsSync(store) &&
        readdirSync(store).some(
          (id) =>
            existsSync(join(store, id, 'experiment.json')) &&
            /"state":\s*"finished"/.test(readFileSync(join(store, id, 'experiment.json'), 'utf8')),
        ),
      120_000,
    );
    await shot(page, 'trials');
  });

  it('the sidebar shows the study, the experiment and its trials', async () => {
    const { page } = window;
    await openViews(page);
    await page
      .locator('.pane', { hasText: 'Studies' })
      .locator('.monaco-list-row', { hasText: 'prices.lstm.json' })
      .waitFor();
    const experiment = page
      .locator('.pane')
      .locator('.monaco-list-row', { hasText: 'prices, next day' })
      .first();
    await experiment.waitFor();
    await experiment.locator('.monaco-tl-twistie').click();
    await page.locator('.pane .monaco-list-row', { hasText: /#\d/ }).first().waitFor();
    await shot(page, 'sidebar');
  });

  it('plots, compare and test open; the sealed range is opened once and counted', async () => {
    const { page } = window;
    const frame = await panelFrame(page);
    const inside = frame.locator('#tabpanel');
    await tab(frame, 'Plots').click();
    for (const title of ['History', 'Importance', 'Parallel coordinates', 'Timeline'])
      await inside.getByRole('heading', { name: title }).first().waitFor();
    await inside.locator('figure canvas, figure svg').first().waitFor();
    await shot(page, 'tab-plots');

    await tab(frame, 'Compare').click();
    await inside.getByText('Compare the best 3').click();
    await inside.locator('table').first().waitFor();
    await shot(page, 'tab-compare');

    await tab(frame, 'Test').click();
    await inside.getByRole('heading', { name: 'The test range is sealed' }).waitFor();
    await shot(page, 'tab-test');
    await inside
      .locator('vscode-button')
      .filter({ hasText: /Test the winner, #\d+/ })
      .click();
    const sentence = inside.locator('.verdict');
    await sentence.waitFor();
    assert.match(
      await sentence.innerText(),
      /U2 [\d.]+, 95 % interval [\d.]+ to [\d.]+.*105 test days, chosen from 6 trials/,
    );
    await inside.getByText('1 look', { exact: true }).waitFor();
    const store = join(folder, '.lstm-study');
    const [id = ''] = readdirSync(store).filter((name) => existsSync(join(store, name, 'experiment.json')));
    await until('one look', () => {
      const { looks } = JSON.parse(readFileSync(join(store, id, 'experiment.json'), 'utf8')) as {
        looks: unknown[];
      }; // written by the engine
      return looks.length === 1;
    });
    await shot(page, 'tested');
  });

  it('state survives a reload of the window', async () => {
    const { page } = window;
    const frame = await panelFrame(page);
    await tab(frame, 'Trials').click();
    const chosen = frame.locator('[role="row"][aria-selected="true"]');
    await frame.locator('[role="row"][data-trial="3"]').click();
    await until('a chosen row', async () => (await chosen.count()) > 0);
    const before = await chosen.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-trial')));
    await page.waitForTimeout(1_000); // the page writes its memory after a pause
    const loaded = page.waitForEvent('load');
    await command(page, 'Developer: Reload Window');
    await loaded;
    await page.locator('.monaco-workbench').waitFor();
    const again = await panelFrame(page, '#tabpanel[data-tab="trials"] [role="grid"]');
    const kept = again.locator('[role="row"][aria-selected="true"]');
    await until('the chosen row again', async () => (await kept.count()) > 0);
    assert.deepEqual(
      await kept.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-trial'))),
      before,
    );
    await shot(page, 'reloaded');
  });

  it('no violation of the content security policy, no error in the page', () => {
    assert.deepEqual(window.complaints, []);
  });
});
