import * as assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Frame } from 'playwright-core';
import { makeWorkspace, tinyStudy } from '../../scripts/host/workspace.mjs';
import { findings } from './axe.ts';
import { engine, settings, stored } from './prepare.ts';
import {
  command,
  ground,
  openBrowser,
  openFile,
  openWindow,
  panelFrame,
  shot,
  tab,
  trust,
  until,
  wide,
  type Window,
} from './window.ts';

const themes = [
  ['dark', 'Default Dark Modern', 'vscode-dark'],
  ['light', 'Default Light Modern', 'vscode-light'],
  ['contrast-dark', 'Default High Contrast', 'vscode-high-contrast'],
  ['contrast-light', 'Default High Contrast Light', 'vscode-high-contrast-light'],
] as const;
const tabs = ['Setup', 'Trials', 'Plots', 'Compare', 'Test'] as const;
const narrow = { width: 760, height: 960 };

/** The panel inside VS Code, where the colours are the workbench's: what a user with any theme meets. */
describe('themes and accessibility', function () {
  this.timeout(600_000);
  let browser: Browser;
  let folder: string;
  let window: Window;
  let frame: Frame;
  const complaints: string[] = [];

  before(async () => {
    folder = makeWorkspace(join(ground().folder, 'themes'));
    const study = join(folder, 'tiny.lstm.json');
    writeFileSync(study, tinyStudy({ name: 'S&P 500', trials: 14, epochs: 6, units: 8 }));
    engine('run', study);
    engine('test', study);
    browser = await openBrowser();
    await openPanel();
  });
  after(() => browser.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await shot(window.page, 'theme-failed');
  });

  async function openPanel(): Promise<void> {
    window = await openWindow(await browser.newContext({ viewport: wide }), folder);
    await trust(window.page);
    await openFile(window.page, 'tiny.lstm.json');
    await command(window.page, 'LSTM Study: Open Panel');
    frame = await panelFrame(window.page, '#tab-trials');
    await command(window.page, 'View: Toggle Primary Side Bar Visibility');
  }

  async function choose(name: (typeof tabs)[number]): Promise<void> {
    await tab(frame, name).click();
    const panel = frame.locator(`#tabpanel[data-tab="${name.toLowerCase()}"]`);
    await panel.waitFor();
    switch (name) {
      case 'Setup':
        return panel.locator('#section-Data, #section-data').first().waitFor();
      case 'Trials':
        return panel.locator('[role="row"][data-trial]').nth(5).waitFor();
      case 'Plots':
        return panel.locator('figure canvas, figure svg').first().waitFor();
      case 'Compare': {
        const offer = panel.getByText('Compare the best 3');
        if ((await offer.count()) > 0) await offer.click();
        return panel.locator('table').first().waitFor();
      }
      case 'Test':
        return panel.locator('.verdict h2').waitFor();
    }
  }

  for (const [name, theme, bodyClass] of themes) {
    it(`axe finds nothing in ${name}, wide and narrow`, async () => {
      const { page } = window;
      settings(folder, { 'workbench.colorTheme': theme });
      await until(`the theme ${name}`, async () =>
        ((await frame.locator('body').getAttribute('class')) ?? '').split(' ').includes(bodyClass),
      );
      const found: string[] = [];
      for (const [width, viewport] of [
        ['wide', wide],
        ['narrow', narrow],
      ] as const) {
        await page.setViewportSize(viewport);
        for (const each of tabs) {
          await choose(each);
          await page.mouse.move(2, 2);
          await page.waitForTimeout(250); // charts are drawn in frames
          found.push(...(await findings(page, frame)).map((text) => `${width} ${each}: ${text}`));
          await shot(page, `theme-${name}-${width}-${each.toLowerCase()}`);
        }
      }
      await page.setViewportSize(wide);
      assert.deepEqual(found, []);
    });
  }

  it('live: axe finds nothing while a study runs, in any theme', async () => {
    // Without a graphics processor, a window that was resized draws a few times a second from then on: keys and answers wait.
    complaints.push(...window.complaints);
    await window.page.context().close();
    await openPanel();
    const { page } = window;
    const study = join(folder, 'tiny.lstm.json');
    writeFileSync(study, tinyStudy({ name: 'S&P 500 live', trials: 200, epochs: 400, units: 24 }));
    await choose('Trials');
    await command(page, 'Start LSTM Study');
    await until('the run', () => stored(folder).some(({ state }) => state === 'running'));
    await frame.locator('[role="row"][data-trial]').nth(1).waitFor();
    await page.locator('.codelens-decoration', { hasText: 'Stop' }).waitFor();
    const found: string[] = [];
    for (const [name, theme, bodyClass] of themes) {
      settings(folder, { 'workbench.colorTheme': theme });
      await until(`the theme ${name}`, async () =>
        ((await frame.locator('body').getAttribute('class')) ?? '').split(' ').includes(bodyClass),
      );
      found.push(...(await findings(page, frame)).map((text) => `${name}: ${text}`));
      await shot(page, `theme-${name}-live`);
    }
    const isEnded = async (): Promise<boolean> => {
      await command(page, 'LSTM Study: Stop Now');
      return frame
        .locator('.strip', { hasText: 'Interrupted' })
        .waitFor({ timeout: 8_000 })
        .then(() => true)
        .catch(() => false); // what took the focus took the key too
    };
    await until('the end', isEnded);
    assert.deepEqual(found, []);
  });

  it('no violation of the content security policy, no error in the page', () => {
    assert.deepEqual([...complaints, ...window.complaints], []);
  });
});
