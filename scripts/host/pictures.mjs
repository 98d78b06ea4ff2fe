// docs/pictures/*.png from the real thing: the sample study run in VS Code. node scripts/test-host.mjs pictures
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command, openFile, panelFrame, tab } from '../../test/browser/window.ts';
import { openBrowser } from './browser.mjs';
import { installHost } from './install.mjs';
import { startServer } from './server.mjs';
import { makeExampleWorkspace } from './workspace.mjs';

const top = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const target = join(top, 'docs', 'pictures');
const themes = {
  dark: ['Default Dark Modern', 'vscode-dark'],
  light: ['Default Light Modern', 'vscode-light'],
};

export async function takePictures(say) {
  const host = await installHost(say);
  const folder = join(top, '.cache', 'pictures');
  rmSync(folder, { recursive: true, force: true });
  const workspace = makeExampleWorkspace(join(folder, 'forecasts'));
  say('running the sample study');
  const cli = join(top, 'dist', 'engine', 'cli.mjs');
  spawnSync(process.execPath, [cli, 'run', join(workspace, 'sp500.lstm.json')], { stdio: 'ignore' });
  mkdirSync(target, { recursive: true });
  const server = await startServer({
    vscode: host.vscode,
    data: join(folder, 'data'),
    settings: { 'workbench.colorTheme': themes.dark[0] },
  });
  const browser = await openBrowser(host.browser);
  try {
    const page = await browser.newPage({ viewport: { width: 1500, height: 960 } });
    await page.goto(server.url(workspace, [['extensionDevelopmentPath', server.remote(top)]]));
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
    await openFile(page, 'sp500.lstm.json');
    await page.locator('.codelens-decoration').first().waitFor({ timeout: 30_000 });
    await command(page, 'LSTM Study: Open Panel');
    const frame = await panelFrame(page, '#tab-trials');
    await page.locator('.activitybar .action-label[aria-label^="LSTM Study"]').first().click();
    const row = page.locator('.pane .monaco-list-row', { hasText: 'S&P 500' }).first();
    await row.waitFor();
    await row.locator('.monaco-tl-twistie').click();
    await page.locator('.pane .monaco-list-row', { hasText: /^#\d/ }).first().waitFor();
    for (const [name, [theme, bodyClass]] of Object.entries(themes)) {
      mkdirSync(join(workspace, '.vscode'), { recursive: true });
      writeFileSync(
        join(workspace, '.vscode', 'settings.json'),
        JSON.stringify({ 'workbench.colorTheme': theme }),
      );
      await frame.locator(`body.${bodyClass}`).waitFor();
      await picture(page, frame, { name: 'Trials', file: `panel-${name}.png` });
      if (name === 'light') continue;
      await crop(page, '.part.sidebar', 'sidebar.png');
      await crop(page, '.editor-group-container >> nth=0', 'study-file.png');
      await picture(page, frame, { name: 'Setup', file: 'setup-dark.png' });
    }
  } finally {
    await browser.close();
    await server.stop();
  }
  say(`pictures are in ${target}`);
}

async function picture(page, frame, { name, file }) {
  await tab(frame, name).click();
  await page.mouse.move(900, 940);
  await page.waitForTimeout(1_500); // charts and the list come to rest
  await page.screenshot({ path: join(target, file) });
}

async function crop(page, part, file) {
  await page
    .locator(part)
    .first()
    .screenshot({ path: join(target, file) });
}
