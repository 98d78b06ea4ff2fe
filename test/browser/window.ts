import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Frame, Locator, Page } from 'playwright-core';

/** What the runner hands over: a server with the packed extension installed, and folders. */
export interface Ground {
  readonly port: number;
  readonly folder: string;
  readonly executablePath: string;
  readonly browserEnv: Readonly<Record<string, string>>;
}

export function ground(): Ground {
  const { LSTM_TEST_GROUND: file } = process.env;
  if (!file) throw new Error('run these through node scripts/test-host.mjs test browser');
  return JSON.parse(readFileSync(file, 'utf8')) as Ground; // written by the runner
}

/** A step that takes longer has failed. */
const stepLimitMs = 15_000;

export interface Window {
  readonly page: Page;
  /** Violations of the content security policy in any frame, and errors of the panel's page. */
  readonly complaints: string[];
}

/** Opens a folder in a window of its own profile. */
export async function openWindow(
  browser: Browser,
  folder: string,
  size: { readonly width: number; readonly height: number } = { width: 1500, height: 960 },
): Promise<Window> {
  const { port } = ground();
  const context = await browser.newContext({ viewport: size });
  const page = await context.newPage();
  page.setDefaultTimeout(stepLimitMs);
  const complaints: string[] = [];
  page.on('console', (message) => {
    const text = message.text();
    const isPanel = /lstm-study|fake\.html|webview\/main/.test(message.location().url);
    if (/content security policy/i.test(text) && (isPanel || text.includes('lstm'))) complaints.push(text);
    else if (isPanel && message.type() === 'error' && !/404/.test(text)) complaints.push(text);
  });
  await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`);
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
  return { page, complaints };
}

/** Types a command into the palette and runs it. A palette that was opened before the extension was known is opened again. */
export async function command(page: Page, title: string): Promise<void> {
  const label = title.replace(/^LSTM Study: /, '');
  for (let tries = 0; tries < 6; tries++) {
    await page.keyboard.press('F1');
    const input = page.locator('.quick-input-widget input');
    await input.waitFor();
    await input.fill(`>${title}`);
    const row = page.locator('.quick-input-list .monaco-list-row.focused', { hasText: label });
    const isThere = await row
      .first()
      .waitFor({ timeout: 3_000 })
      .then(() => true)
      .catch(() => false); // not known yet
    if (isThere) {
      await page.keyboard.press('Enter');
      return;
    }
    await page.keyboard.press('Escape');
  }
  throw new Error(`the palette does not offer ${title}`);
}

export async function openFile(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+P');
  const input = page.locator('.quick-input-widget input');
  await input.waitFor();
  await input.fill(name);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.tab', { hasText: name }).first().waitFor();
}

/** Picks the row of an open quick pick. */
export async function pick(page: Page, text: string): Promise<void> {
  await page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first().click();
}

/** The panel's own frame inside VS Code's webview frames, once it shows `what`. */
export async function panelFrame(page: Page, what = '#tabpanel', limitMs = 30_000): Promise<Frame> {
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    for (const frame of page.frames()) {
      if (!frame.url().includes('/fake.html')) continue;
      const found = await frame
        .locator(what)
        .first()
        .isVisible()
        .catch(() => false); // a frame that is being replaced
      if (found) return frame;
    }
    await page.waitForTimeout(100);
  }
  throw new Error(`no panel shows ${what}`);
}

export function tab(frame: Frame, name: string): Locator {
  return frame.locator('[role="tab"], vscode-tab-header').filter({ hasText: name }).first();
}

/** Waits until `look` answers true; polls through page.evaluate-free checks because the pages have a strict policy. */
export async function until(
  what: string,
  look: () => Promise<boolean> | boolean,
  limitMs = 30_000,
): Promise<void> {
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain for ${what}`);
}

export async function shot(page: Page, name: string): Promise<void> {
  const folder = join(ground().folder, 'shots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Text of the text editor, as far as it is drawn (with spaces as spaces). */
export async function editorText(page: Page): Promise<string> {
  const lines = await page.locator('.monaco-editor .view-line').allInnerTexts();
  return lines.join('\n').replace(/\u00a0/g, ' ');
}
