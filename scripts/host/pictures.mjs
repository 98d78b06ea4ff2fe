// docs/pictures/*.png from the real thing: the sample study run in VS Code. node scripts/test-host.mjs pictures
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser } from './browser.mjs';
import { installHost } from './install.mjs';
import { startServer } from './server.mjs';
import { makeExampleWorkspace } from './workspace.mjs';

const top = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const target = join(top, 'docs', 'pictures');

export async function takePictures(say) {
  const host = await installHost(say);
  const folder = join(top, '.cache', 'pictures');
  rmSync(folder, { recursive: true, force: true });
  const workspace = makeExampleWorkspace(join(folder, 'forecasts'));
  say('running the sample study');
  const cli = join(top, 'dist', 'engine', 'cli.mjs');
  spawnSync(process.execPath, [cli, 'run', join(workspace, 'sp500.lstm.json')], { stdio: 'ignore' });
  mkdirSync(target, { recursive: true });
  for (const [theme, name] of [
    ['Default Dark Modern', 'dark'],
    ['Default Light Modern', 'light'],
  ]) {
    const server = await startServer({
      vscode: host.vscode,
      data: join(folder, `data-${name}`),
      settings: { 'workbench.colorTheme': theme },
    });
    const browser = await openBrowser(host.browser);
    const page = await browser.newPage({ viewport: { width: 1500, height: 960 } });
    await page.goto(server.url(workspace, [['extensionDevelopmentPath', server.remote(top)]]));
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
    await page.keyboard.press('Control+P');
    await page.locator('.quick-input-widget input').fill('sp500.lstm.json');
    await page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'sp500.lstm.json' })
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.codelens-decoration').first().waitFor({ timeout: 30_000 });
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input').fill('>LSTM Study: Open Panel');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Open Panel' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.activitybar .action-label[aria-label^="LSTM Study"]').first().click();
    const row = page.locator('.pane .monaco-list-row', { hasText: 'S&P 500' }).first();
    await row.waitFor();
    await row.locator('.monaco-tl-twistie').click();
    const frame = await panel(page);
    await page.mouse.move(900, 700);
    await frame.locator('[role="tab"]').filter({ hasText: 'Trials' }).first().click();
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: join(target, `panel-${name}.png`) });
    if (name === 'dark') {
      await crop(page, '.part.sidebar', 'sidebar.png');
      await crop(page, '.editor-group-container >> nth=0', 'study-file.png');
      await frame.locator('[role="tab"]').filter({ hasText: 'Setup' }).first().click();
      await page.waitForTimeout(1_500);
      await page.screenshot({ path: join(target, 'setup-dark.png') });
    }
    await browser.close();
    await server.stop();
  }
  say(`pictures are in ${target}`);
}

async function crop(page, part, file) {
  await page
    .locator(part)
    .first()
    .screenshot({ path: join(target, file) });
}

async function panel(page) {
  for (let i = 0; i < 300; i++) {
    for (const frame of page.frames())
      if (frame.url().includes('/fake.html') && (await frame.locator('#tabpanel').count()) > 0) return frame;
    await page.waitForTimeout(100);
  }
  throw new Error('the panel did not open');
}
