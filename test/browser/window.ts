import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type Frame,
  type Locator,
  type Page,
} from 'playwright-core';

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

/** A step that takes longer has failed. Long, because a shared machine may stand still for a while; a step that passes does not wait. */
const stepLimitMs = 90_000;

export interface Window {
  readonly page: Page;
  /** Violations of the content security policy in any frame, and errors of the panel's page. */
  readonly complaints: string[];
}

export function openBrowser(): Promise<Browser> {
  const { executablePath, browserEnv } = ground();
  return chromium.launch({ executablePath, env: browserEnv, args: ['--no-sandbox', '--disable-gpu'] });
}

export const wide = { width: 1500, height: 960 };

/** Opens a folder in a window, or none; windows of one context are windows of one user. */
export async function openWindow(context: BrowserContext, folder: string | null): Promise<Window> {
  const { port } = ground();
  const page = await context.newPage();
  page.setDefaultTimeout(stepLimitMs);
  const complaints: string[] = [];
  page.on('console', (message) => {
    const text = message.text();
    const isPanel = /lstm-study|fake\.html|webview\/main/.test(message.location().url);
    if (/content security policy/i.test(text) && (isPanel || text.includes('lstm'))) complaints.push(text);
    else if (isPanel && message.type() === 'error' && !/404/.test(text)) complaints.push(text);
  });
  const shown = folder === null ? 'ew=true' : `folder=${encodeURIComponent(folder)}`;
  await page.goto(`http://127.0.0.1:${port}/?${shown}`);
  await page.locator('.monaco-workbench').waitFor();
  const explorer = folder === null ? '.explorer-empty-view' : '.explorer-folders-view .monaco-list-row';
  await page.locator(explorer).first().waitFor();
  return { page, complaints };
}

/** F1; once more where the window was not listening yet. Another box that stands open is no palette, which begins with “>”. */
export async function palette(page: Page): Promise<Locator> {
  const input = page.locator('.quick-input-widget input').first();
  const isThere = async (): Promise<boolean> =>
    (await input.inputValue({ timeout: 500 }).catch(() => '')).startsWith('>'); // not drawn yet
  await until('the palette', async () => {
    await page.keyboard.press('F1');
    const end = Date.now() + 5_000;
    while (Date.now() < end) {
      if (await isThere()) return true;
      await page.waitForTimeout(50);
    }
    return false; // pressed into a window that was still loading
  });
  return input;
}

/** Types a command into the palette and runs it. A palette that was opened before the extension was known is opened again. */
export async function command(page: Page, title: string): Promise<void> {
  const label = title.replace(/^LSTM Study: /, '');
  const end = Date.now() + stepLimitMs;
  while (Date.now() < end) {
    const input = await palette(page);
    const isFilled = await input
      .fill(`>${title}`, { timeout: 5_000 })
      .then(() => true)
      .catch(() => false); // closed again by what came to the front meanwhile
    if (!isFilled) continue;
    const row = page.locator('.quick-input-list .monaco-list-row.focused', { hasText: label });
    const isThere = await row
      .first()
      .waitFor({ timeout: 8_000 })
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

/** A notification with the text. Toasts do not show in these windows: the list is opened until it has one. */
export async function notice(page: Page, text: RegExp): Promise<Locator> {
  const item = page
    .locator('.notifications-center .notification-list-item, .notifications-toasts .notification-list-item')
    .filter({ hasText: text })
    .first();
  await until(`a notification ${text.source}`, async () => {
    if (await item.isVisible()) return true;
    await command(page, 'Notifications: Show Notifications');
    return item
      .waitFor({ timeout: 1_000 })
      .then(() => true)
      .catch(() => false); // an empty list stays closed
  });
  return item;
}

/** Trusts the folder, with keys alone. */
export async function trust(page: Page): Promise<void> {
  await command(page, 'Workspaces: Manage Workspace Trust');
  await page.locator('.workspace-trust-editor').waitFor();
  await until('trust', async () => {
    await page.keyboard.press('Control+Enter');
    await page.waitForTimeout(300);
    return (await page.locator('.statusbar', { hasText: 'Restricted Mode' }).count()) === 0;
  });
  // The editor of trust lies over the window, and keys go to it.
  await until('the window to be free', async () => {
    await page.keyboard.press('Escape');
    await page.waitForTimeout(300);
    return (await page.locator('.workspace-trust-editor').count()) === 0;
  });
}

export async function openFile(page: Page, name: string): Promise<void> {
  await typeAndEnter(page, { open: () => page.keyboard.press('Control+P'), text: name });
  await page.locator('.tab', { hasText: name }).first().waitFor();
}

/** Opens a quick pick, types, and takes the row; again where what comes to the front on a busy machine closes it. */
export async function typeAndEnter(
  page: Page,
  { open, text }: { readonly open: () => Promise<void>; readonly text: string },
): Promise<void> {
  const end = Date.now() + stepLimitMs;
  while (Date.now() < end) {
    await open();
    const input = page.locator('.quick-input-widget input').first();
    const row = page.locator('.quick-input-list .monaco-list-row.focused', { hasText: text });
    const isThere = await input
      .fill(text, { timeout: 5_000 })
      .then(() => row.first().waitFor({ timeout: 5_000 }))
      .then(() => true)
      .catch(() => false);
    if (isThere) return page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
  }
  throw new Error(`the quick pick does not offer ${text}`);
}

/** Picks the row of an open quick pick. */
export async function pick(page: Page, text: string): Promise<void> {
  await page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first().click();
}

/** The panel's own frame inside VS Code's webview frames, once it shows `what`. */
export async function panelFrame(page: Page, what = '#tabpanel'): Promise<Frame> {
  const end = Date.now() + stepLimitMs;
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
  limitMs = stepLimitMs,
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

/** Opens our views from the activity bar. The pointer then leaves the icon, whose tooltip would lie over the first rows. */
export async function openViews(page: Page): Promise<void> {
  await page.locator('.activitybar .action-label[aria-label^="LSTM Study"]').first().click();
  await page.mouse.move(700, 450);
  await page.locator('.hover-contents', { hasText: /^LSTM Study$/ }).waitFor({ state: 'hidden' });
}
