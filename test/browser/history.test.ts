import * as assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { makeWorkspace, tinyStudy } from '../../scripts/host/workspace.mjs';
import { engine, stored } from './prepare.ts';
import * as vs from './window.ts';

const { command, until } = vs;

/** The Experiments view by keys, and what a past experiment is good for: found, renamed, deleted, taken back, repeated. */
describe('history', function () {
  this.timeout(600_000);
  let browser: Browser;
  let folder: string;
  let page: Page;

  const input = (): Locator => page.locator('.quick-input-widget input').first();
  const rows = (): Locator =>
    page.locator('.pane', { hasText: 'Experiments' }).last().locator('.monaco-list-row[aria-level="1"]');
  const row = (text: string | RegExp): Locator => rows().filter({ hasText: text }).first();
  const nameOf = (id: string): string | undefined => {
    const file = join(folder, '.lstm-study', id, 'annotations.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name : undefined; // written by the engine
  };

  before(async () => {
    folder = makeWorkspace(join(vs.ground().folder, 'history'));
    const study = join(folder, 'tiny.lstm.json');
    engine('run', study);
    writeFileSync(
      study,
      tinyStudy({ name: 'Second', trials: 3 }).replace('"trials": 3', '"seed": 9, "trials": 3'),
    );
    engine('run', study);
    browser = await vs.openBrowser();
    page = (await vs.openWindow(await browser.newContext({ viewport: vs.wide }), folder)).page;
    await vs.trust(page);
    await vs.openViews(page);
    await row('Tiny').waitFor();
  });
  after(() => browser.close());
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await vs.shot(page, `history-failed-${this.currentTest.title.slice(0, 20).replace(/\W+/g, '-')}`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
  });

  it('filters while one types; Escape brings back the filter that was there', async () => {
    assert.equal(await rows().count(), 2);
    await command(page, 'LSTM Study: Filter Experiments');
    await input().fill('seco');
    await until('one row while typing', async () => (await rows().count()) === 1);
    await row('Second').waitFor();
    await page.keyboard.press('Escape');
    await until('both rows', async () => (await rows().count()) === 2);
    await command(page, 'LSTM Study: Filter Experiments');
    await input().fill('second');
    await page.keyboard.press('Enter');
    await page.locator('.pane', { hasText: '1 of 2 experiments' }).last().waitFor();
    await command(page, 'LSTM Study: Filter Experiments');
    await input().fill('nothing like it');
    await page.locator('.pane', { hasText: 'No experiment fits' }).last().waitFor();
    await page.keyboard.press('Escape');
    await until('the row that the filter left', async () => (await rows().count()) === 1);
    await command(page, 'LSTM Study: Clear Filter');
    await until('both rows', async () => (await rows().count()) === 2);
  });

  it('keeps the filter when a row that it found is clicked and the palette is opened then', async () => {
    await command(page, 'LSTM Study: Filter Experiments');
    await input().fill('seco');
    await until('one row while typing', async () => (await rows().count()) === 1);
    await row('Second').locator('.monaco-icon-label').first().click();
    await page.locator('.pane .monaco-list-row.selected', { hasText: 'Second' }).first().waitFor();
    await vs.palette(page);
    await page.keyboard.press('Escape');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await page.locator('.pane', { hasText: '1 of 2 experiments' }).last().waitFor();
    assert.equal(await rows().count(), 1);
    await command(page, 'LSTM Study: Clear Filter');
    await until('both rows', async () => (await rows().count()) === 2);
  });

  it('F2 renames and Delete deletes what is selected in the view; taken back from the palette', async () => {
    const second = stored(folder).find(({ name }) => name === 'Second')!;
    await row('Second').locator('.monaco-icon-label').first().click();
    await page.keyboard.press('F2');
    await until('its name to be offered', async () => (await input().inputValue()) === 'Second');
    await input().fill('By keys');
    await page.keyboard.press('Enter');
    await until('the name', () => nameOf(second.id) === 'By keys');
    await row('By keys').locator('.monaco-icon-label').first().click();
    await page.keyboard.press('Delete');
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByText('Delete By keys?').waitFor();
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await until('the folder to go', () => !existsSync(second.folder));
    await until('the row to go', async () => (await row('By keys').count()) === 0);
    await command(page, 'LSTM Study: Take Back Deleted Experiment');
    await until('the folder to be back', () => existsSync(join(second.folder, 'experiment.json')));
    await row('By keys').waitFor();
  });

  it('lists the experiments of a study with the best over time, and opens the one that is chosen', async () => {
    await vs.openFile(page, 'tiny.lstm.json');
    await command(page, 'LSTM Study: Best over Time');
    const offered = page.locator('.quick-input-list .monaco-list-row');
    await until('both experiments', async () => (await offered.count()) === 2);
    const texts = await offered.allInnerTexts();
    assert.match(texts[0] ?? '', /By keys/);
    assert.match(texts[1] ?? '', /Tiny/);
    assert.ok(
      texts.every((text) => /lift|U2|\d\.\d{4}/.test(text)),
      texts.join(' | '),
    );
    await offered.nth(1).click();
    await vs.panelFrame(page, '.strip:has-text("4 trials")');
    await page.locator('.tabs-container .tab', { hasText: 'Tiny' }).first().waitFor();
  });

  it('adds a trial of another experiment to Compare, found by typing', async () => {
    const frame = await vs.panelFrame(page, '.strip:has-text("4 trials")');
    await frame.getByRole('tab', { name: 'Compare' }).click();
    await frame.locator('vscode-button', { hasText: 'Compare the best' }).click();
    await frame.locator('.cmp').waitFor();
    const open = async (): Promise<void> => {
      await frame.locator('vscode-button', { hasText: 'Add trial' }).click();
      await frame.getByRole('menuitem', { name: 'Any trial of any experiment' }).click();
    };
    await vs.typeAndEnter(page, { open, text: 'By keys' });
    const trials = page.locator('.quick-input-list .monaco-list-row', { hasText: /^#\d+/ });
    await until('its trials', async () => (await trials.count()) > 0);
    assert.match(await trials.first().innerText(), /\d\.\d{4}/);
    await page.keyboard.press('Enter');
    await frame.locator('.cmp th', { hasText: 'of Second' }).waitFor();
    await frame.getByText('same data, split and horizon').waitFor();
  });

  it('runs an experiment again exactly, and says that the trials are the same', async () => {
    const before = stored(folder).length;
    await row('Tiny').locator('.monaco-icon-label').first().click({ button: 'right' });
    const item = page.locator('.monaco-menu').getByText('Run Again Exactly');
    await item.waitFor();
    await until('the run', async () => {
      if (stored(folder).length > before) return true;
      // A menu that has just opened does not take a click yet.
      if (await item.isVisible()) await item.click({ timeout: 1_000 }).catch(() => undefined);
      await page.waitForTimeout(500);
      return false;
    });
    await until(
      'the repetition to finish',
      () => stored(folder).filter(({ name, state }) => name === 'Tiny' && state === 'finished').length === 2,
    );
    const said = await vs.notice(page, /bit for bit|same|differ/i);
    assert.doesNotMatch(await said.innerText(), /differ|not the same/i);
  });
});
