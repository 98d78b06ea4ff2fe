import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type Frame } from 'playwright-core';
import { makeWorkspace } from '../../scripts/host/workspace.mjs';
import {
  command,
  ground,
  openFile,
  openWindow,
  panelFrame,
  shot,
  tab,
  until,
  type Window,
} from './window.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** Serious findings of axe-core in the panel, as lines. The script is injected by the browser, past the page's policy. */
async function findings(frame: Frame): Promise<string[]> {
  await frame.evaluate(axe);
  const { violations } = await frame.evaluate(async () => {
    const run = (
      globalThis as unknown as { axe: { run: (node: Node, options: unknown) => Promise<AxeResult> } }
    ).axe.run; // injected above
    return run(document.body, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(({ html }) => html.slice(0, 160))
          .slice(0, 3)
          .join(' | ')}`,
    );
}

async function trust(window: Window): Promise<void> {
  await command(window.page, 'Workspaces: Manage Workspace Trust');
  await window.page.getByRole('button', { name: 'Trust', exact: true }).first().click();
  await until(
    'trust',
    async () => (await window.page.locator('.statusbar', { hasText: 'Restricted Mode' }).count()) === 0,
  );
  await window.page.keyboard.press('Control+F4');
}

describe('keyboard, themes, accessibility, two windows', function () {
  this.timeout(180_000);
  let browser: Browser;
  let folder: string;
  let first: Window;

  before(async () => {
    const { executablePath, browserEnv } = ground();
    browser = await chromium.launch({
      executablePath,
      env: browserEnv,
      args: ['--no-sandbox', '--disable-gpu'],
    });
    folder = makeWorkspace(join(ground().folder, 'keyboard'));
    first = await openWindow(browser, folder);
    await trust(first);
  });
  after(() => browser.close());

  it('goes from the folder to finished trials with the keyboard alone', async () => {
    const { page } = first;
    await openFile(page, 'tiny.lstm.json');
    await command(page, 'Start LSTM Study');
    const frame = await panelFrame(page);
    await until('focus in the panel', async () => {
      await command(page, 'View: Focus Second Editor Group').catch(() => undefined);
      return frame.evaluate(() => document.hasFocus());
    });
    // Tab to the tabs, arrows between them.
    for (let i = 0; i < 12; i++) {
      const on = await frame.evaluate(() => document.activeElement?.getAttribute('role'));
      if (on === 'tab') break;
      await page.keyboard.press('Tab');
    }
    for (let i = 0; i < 6; i++) {
      if (await frame.locator('#tabpanel[data-tab="trials"]').isVisible()) break;
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
    }
    await frame.locator('[role="grid"]').waitFor();
    await until(
      'four trials',
      async () => (await frame.locator('[role="grid"] [role="row"]').count()) >= 5,
      60_000,
    );
  });

  it('has no serious finding of axe-core on any tab', async () => {
    const frame = await panelFrame(first.page);
    const all: string[] = [];
    for (const name of ['Setup', 'Trials', 'Plots', 'Compare', 'Test']) {
      await tab(frame, name).click();
      await first.page.waitForTimeout(600);
      all.push(...(await findings(frame)).map((line) => `${name}: ${line}`));
    }
    assert.deepEqual(all, []);
  });

  it('is drawn in light, dark and both high-contrast themes, wide and narrow', async () => {
    const { page } = first;
    const frame = await panelFrame(page);
    await tab(frame, 'Trials').click();
    for (const theme of ['Dark Modern', 'Light High Contrast', 'Dark High Contrast', 'Light Modern']) {
      await command(page, 'Preferences: Color Theme');
      const input = page.locator('.quick-input-widget input');
      await input.fill(theme);
      await page.locator('.quick-input-list .monaco-list-row', { hasText: theme }).first().waitFor();
      await page.keyboard.press('Enter');
      await page.waitForTimeout(600);
      const ground = await frame.evaluate(() => getComputedStyle(document.body).backgroundColor);
      assert.ok(ground !== '');
      await shot(page, `theme-${theme.replace(/ /g, '-').toLowerCase()}`);
    }
    await page.setViewportSize({ width: 900, height: 700 });
    await page.waitForTimeout(600);
    const overflow = await frame.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.ok(overflow <= 1, `the page scrolls sideways by ${overflow} px`);
    await shot(page, 'narrow');
    await page.setViewportSize({ width: 1500, height: 960 });
  });

  it('shows another window’s run live', async () => {
    const second = await openWindow(browser, folder);
    await trust(second);
    await second.page.locator('.activitybar .action-label[aria-label^="LSTM Study"]').first().click();
    await second.page.locator('.pane .monaco-list-row', { hasText: 'Tiny' }).first().waitFor();
    const { page } = first;
    await openFile(page, 'tiny.lstm.json');
    const frame = await panelFrame(page);
    await tab(frame, 'Setup').click();
    await command(page, 'Start LSTM Study');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Another seed' }).click();
    await until(
      'the second experiment in the other window',
      async () => (await second.page.locator('.pane .monaco-list-row', { hasText: 'Tiny' }).count()) >= 2,
      60_000,
    );
    assert.deepEqual(second.complaints, []);
    await second.page.close();
  });

  it('no violation of the content security policy, no error in the page', () => {
    assert.deepEqual(first.complaints, []);
  });
});
