import * as assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { makeWorkspace, tinyStudy } from '../../scripts/host/workspace.mjs';
import {
  ground,
  openBrowser,
  openWindow,
  palette,
  panelFrame,
  shot,
  trust,
  until,
  wide,
  type Window,
  openViews,
} from './window.ts';

/** Runs a command the way hands on a keyboard do. */
async function typed(page: Page, title: string): Promise<void> {
  await palette(page);
  await page.keyboard.type(title);
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: title }).first().waitFor();
  await page.keyboard.press('Enter');
}

const focusedRole = (frame: Frame): Promise<string | null> =>
  frame.evaluate(() => document.activeElement?.getAttribute('role') ?? null);

async function tabTo(page: Page, frame: Frame, role: string): Promise<void> {
  await until(`focus on the ${role}`, async () => {
    if ((await focusedRole(frame)) === role) return true;
    await page.keyboard.press('Tab');
    return false;
  });
}

const experimentsIn = (folder: string): { readonly name: string; readonly state: string }[] =>
  readdirSync(join(folder, '.lstm-study'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(
      (entry) =>
        JSON.parse(readFileSync(join(folder, '.lstm-study', entry.name, 'experiment.json'), 'utf8')) as never, // written by the engine
    );

describe('keyboard alone, and a second window', function () {
  this.timeout(600_000);
  let browser: Browser;
  let context: BrowserContext;
  let folder: string;
  let first: Window;
  let second: Window | null = null;

  before(async () => {
    browser = await openBrowser();
    context = await browser.newContext({ viewport: wide });
    folder = makeWorkspace(join(ground().folder, 'keys'));
    first = await openWindow(context, folder);
  });
  after(() => browser.close());
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await shot(first.page, 'keyboard-failed');
    if (second) await shot(second.page, 'second-failed');
  });

  it('from the palette to a chosen row of the trials', async () => {
    const { page } = first;
    await trust(page);
    await typed(page, 'Start LSTM Study');
    const frame = await panelFrame(page, '#tabpanel');
    await until('the end', () => experimentsIn(folder).some(({ state }) => state === 'finished'));
    await tabTo(page, frame, 'tab');
    await until('the tab of the trials', async () => {
      if ((await frame.locator('#tabpanel[data-tab="trials"]').count()) > 0) return true;
      await page.keyboard.press('ArrowRight');
      return false;
    });
    await frame.locator('[role="row"][data-trial]').nth(3).waitFor();
    await tabTo(page, frame, 'grid');
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    const chosen = frame.locator('[role="row"][aria-selected="true"]');
    await until('a chosen row', async () => (await chosen.count()) === 1);
    assert.equal(await chosen.getAttribute('aria-rowindex'), '4'); // the head is row 1
    const number = await chosen.getAttribute('data-trial');
    const active = await frame.locator('[role="grid"]').getAttribute('aria-activedescendant');
    assert.ok(active?.startsWith(`cell-${number}-`), `focus is on ${active}, chosen is ${number}`);
    await shot(page, 'keyboard');
  });

  it('a second window on the folder follows a study that the first runs', async () => {
    const { page } = first;
    second = await openWindow(context, folder);
    const { page: other } = second;
    await typed(other, 'LSTM Study: Open Panel');
    const seen = await panelFrame(other, '#tab-trials');
    await seen.locator('#tab-trials').click();
    await seen.locator('[role="row"][data-trial]').nth(3).waitFor();

    writeFileSync(
      join(folder, 'tiny.lstm.json'),
      tinyStudy({ name: 'Followed', trials: 12, epochs: 60, units: 32 }),
    );
    await page.bringToFront();
    await typed(page, 'Start LSTM Study');
    const followed = () => experimentsIn(folder).find(({ name }) => name === 'Followed');
    await until('the run', () => followed()?.state === 'running');
    await other.bringToFront();
    const rows = seen.locator('[role="row"][data-trial]');
    await until('trials of the other window before they are all done', async () => {
      const isRunning = followed()?.state === 'running';
      const title = await seen.locator('h1').innerText();
      return title === 'Followed' && (await rows.count()) > 0 && isRunning;
    });
    await shot(other, 'second-live');
    await until('the end', () => followed()?.state === 'finished', 120_000);
    await until('the end in the other window', async () =>
      /Finished\s+12 trials/.test(await seen.locator('.strip').innerText()),
    );
    // The list too, though nobody in that window has opened the experiment from it.
    await openViews(other);
    const row = other.locator('.pane .monaco-list-row', { hasText: 'Followed' }).first();
    await until('the end in the list', async () => /lift [+−]/.test(await row.innerText()));
    await shot(other, 'second-finished');
  });

  it('no violation of the content security policy, no error in either window', () => {
    assert.deepEqual([...first.complaints, ...(second?.complaints ?? [])], []);
  });
});
