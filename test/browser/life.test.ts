import * as assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { processesWith } from '../../scripts/host/processes.mjs';
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
  until,
  wide,
} from './window.ts';

const container = '.activitybar .action-label[aria-label^="LSTM Study"]';
const allEngines = (): number[] => processesWith(ground().folder, join('dist', 'engine', 'main.mjs'));

/** What comes back after a restart, what a run shows outside the panel, and what is said when the engine will not live. */
describe('restart, run, crash', function () {
  this.timeout(600_000);
  let browser: Browser;
  let context: BrowserContext;
  let folder: string;
  let page: Page;
  /** Of windows that were closed a moment ago. */
  let strangers: readonly number[] = [];
  const engines = (): number[] => allEngines().filter((pid) => !strangers.includes(pid));

  before(async () => {
    strangers = allEngines();
    folder = makeWorkspace(join(ground().folder, 'life'));
    const study = join(folder, 'tiny.lstm.json');
    engine('run', study);
    writeFileSync(study, tinyStudy({ trials: 3 }).replace('"trials": 3', '"seed": 9, "trials": 3'));
    engine('run', study);
    browser = await openBrowser();
    context = await browser.newContext({ viewport: wide });
    page = (await openWindow(context, folder)).page;
    await trust(page);
  });
  after(() => browser.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await shot(page, `life-failed-${this.currentTest.title.slice(0, 20).replace(/\W+/g, '-')}`);
  });

  it('two experiments of one name keep their own panels over a reload', async () => {
    await page.locator(container).first().click();
    const rows = page.locator('.pane .monaco-list-row', { hasText: /^Tiny/ });
    await until('both experiments', async () => (await rows.count()) === 2);
    for (const index of [0, 1]) {
      await rows.nth(index).hover();
      await rows.nth(index).locator('.action-label[aria-label^="Open Panel"]').first().click();
      await panelFrame(page, `.strip:has-text("${index === 0 ? 3 : 4} trials")`);
    }
    const tabs = page.locator('.tabs-container .tab', { hasText: 'Tiny' });
    assert.equal(await tabs.count(), 2);
    const shown = async (index: number): Promise<number> => {
      const strip = '.strip:has-text("3 trials"), .strip:has-text("4 trials")';
      await panelFrame(page, strip); // of the other tab
      const others = page.frames().filter((frame) => frame.url().includes('/fake.html'));
      await tabs.nth(index).click();
      await until('the other page to go', () => others.every((frame) => frame.isDetached()));
      const frame = await panelFrame(page, strip);
      return Number(/([34]) trials/.exec(await frame.locator('.strip').innerText())?.[1]);
    };
    const before = [await shown(0), await shown(1)];
    assert.deepEqual([...before].sort(), [3, 4]);
    await page.waitForTimeout(1_000);
    const loaded = page.waitForEvent('load');
    await command(page, 'Developer: Reload Window');
    await loaded;
    await page.locator('.monaco-workbench').waitFor();
    await until('both tabs', async () => (await tabs.count()) === 2);
    assert.deepEqual([await shown(0), await shown(1)], before);
  });

  it('a run shows in badge, status bar and a notification whose Cancel stops it', async () => {
    writeFileSync(
      join(folder, 'tiny.lstm.json'),
      tinyStudy({ name: 'Long', trials: 400, epochs: 400, units: 16 }),
    );
    await openFile(page, 'tiny.lstm.json');
    await command(page, 'Start LSTM Study');
    await until('the run', () => long()?.state === 'running');
    await page.locator('.statusbar', { hasText: /Long: \d+\/400/ }).waitFor();
    await until('the badge', async () =>
      (await page.locator('.activitybar .badge-content').allInnerTexts()).includes('1'),
    );
    const progress = await notice(page, /Long/);
    await shot(page, 'run-progress');
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await until(
      'the status bar to be free',
      async () => (await page.locator('.statusbar', { hasText: 'Long' }).count()) === 0,
    );
    await page
      .locator('.pane .monaco-list-row', { hasText: /Long\s*interrupted/ })
      .first()
      .waitFor();
  });

  const long = (): ReturnType<typeof stored>[number] | undefined =>
    stored(folder).find(({ name }) => name === 'Long');
  const inStatusBar = (): Locator => page.locator('.statusbar', { hasText: 'Long' });
  const interrupted = (): Locator =>
    page.locator('.pane .monaco-list-row', { hasText: /Long\s*interrupted/ }).first();
  const followed = (): Locator =>
    page.locator('.notification-list-item', { hasText: /^Long/ }).filter({ has: page.getByText('Cancel') });

  it('a run that breaks off says why, and offers to go on', async () => {
    await command(page, 'LSTM Study: Resume');
    await inStatusBar().waitFor();
    const trials = join(long()?.folder ?? '', 'trials');
    renameSync(trials, `${trials}.away`);
    writeFileSync(trials, 'a file where a folder is needed');
    const told = /Long broke off after \d+ of 400 trials/;
    try {
      await notice(page, told);
      await shot(page, 'broke-off');
      await inStatusBar().waitFor({ state: 'detached' });
    } finally {
      rmSync(trials);
      renameSync(`${trials}.away`, trials);
    }
    // The list of notifications may have closed meanwhile: it is opened again.
    const said = await notice(page, told);
    await said.getByRole('button', { name: 'Resume' }).waitFor();
    // A list that was read meanwhile has it as damaged.
    await command(page, 'LSTM Study: Refresh');
    await page.waitForTimeout(1_000);
    await interrupted().waitFor();
  });

  /** One crash more than is mended by itself; each time as soon as there is an engine to kill. */
  const killFourTimes = async (): Promise<void> => {
    let last = 0;
    for (let crash = 1; crash <= 4; crash++) {
      await until(`engine ${crash}`, () => engines().some((pid) => pid !== last));
      [last] = engines();
      process.kill(last, 'SIGKILL');
      await until(`the end of engine ${crash}`, () => !engines().includes(last));
    }
  };
  const given = /ended unexpectedly several times in a row/;

  it('an engine that dies again and again is not started for ever, and the log is offered', async () => {
    await command(page, 'LSTM Study: Resume');
    await inStatusBar().waitFor();
    await killFourTimes();
    await notice(page, given);
    await shot(page, 'crashed');
    assert.deepEqual(engines(), []);
    // Nothing goes on saying that it runs.
    await inStatusBar().waitFor({ state: 'detached' });
    await interrupted().waitFor();
    assert.equal(await followed().count(), 0);
    await (await notice(page, given)).getByRole('button', { name: 'Show Log' }).click(); // the list may have closed meanwhile
    // Whether its lines are drawn depends on a native part that this server may lack.
    await page.locator('.part.panel [aria-label*="Output"]').first().waitFor();
    await page
      .locator('.part.panel select option:checked', { hasText: 'LSTM Study' })
      .first()
      .waitFor({ state: 'attached' });
    assert.deepEqual(engines(), []);
    await command(page, 'LSTM Study: Open Panel');
    await until('the engine, tried again by a command', () => engines().length === 1);
  });

  it('Start It Again goes on with what ran when the engine was given up', async () => {
    await command(page, 'LSTM Study: Resume');
    await inStatusBar().waitFor();
    await killFourTimes();
    await notice(page, given);
    await inStatusBar().waitFor({ state: 'detached' });
    assert.deepEqual(engines(), []);
    await (await notice(page, given)).getByRole('button', { name: 'Start It Again' }).click();
    await until('the engine', () => engines().length === 1);
    await inStatusBar().waitFor();
    await until('the run', () => long()?.state === 'running');
    await command(page, 'LSTM Study: Stop Now');
    await inStatusBar().waitFor({ state: 'detached' });
    await interrupted().waitFor();
  });

  it('an empty folder says what to do; the walkthrough marks what was done', async () => {
    const empty = join(ground().folder, 'empty');
    mkdirSync(empty, { recursive: true });
    writeFileSync(join(empty, 'notes.txt'), 'nothing here yet\n');
    const other = (await openWindow(context, empty)).page;
    await other.locator(container).first().click();
    await other.getByText('Restricted Mode: experiments can be read, nothing is run.').waitFor();
    await trust(other);
    await command(other, 'Focus on Studies View');
    await other.getByText('No study file in this folder yet.').waitFor();
    await other.getByText('Experiments appear here as soon as a study runs.').waitFor();
    await shot(other, 'welcome');
    await command(other, 'Welcome: Open Walkthrough');
    await pick(other, 'Your First LSTM Study');
    const done = other.locator('[data-done-step-id$="#new"].complete');
    await other.locator('[data-done-step-id$="#new"]').first().waitFor({ state: 'attached' });
    assert.equal(await done.count(), 0);
    await shot(other, 'walkthrough');
    await command(other, 'LSTM Study: Open Example');
    await other.locator('.tab', { hasText: 'synthetic.lstm.json' }).first().waitFor();
    await panelFrame(other); // it takes the focus when it comes
    await until('the walkthrough again', async () => {
      await command(other, 'Welcome: Open Walkthrough');
      return other
        .locator('.quick-input-list .monaco-list-row', { hasText: 'Your First LSTM Study' })
        .click({ timeout: 3_000 })
        .then(() => true)
        .catch(() => false); // closed by what took the focus
    });
    await until('the step to be marked', async () => (await done.count()) > 0);
    await shot(other, 'walkthrough-done');
  });
});
