import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPage, servePage } from './buildPage.ts';
import { launchBrowser } from './browser.ts';

/** `node test/webview/harness/shots.ts [filter]`: pictures of every tab, theme and width into .cache/panel-shots. */
const top = fileURLToPath(new URL('../../../', import.meta.url));
const out = join(top, '.cache/panel-shots');
mkdirSync(out, { recursive: true });
const filter = new RegExp(process.argv[2] ?? '.');

const tabs = [
  ['setup', 'phase=ready&trials=0', 1400],
  ['trials', 'phase=running&trials=33', 1000],
  ['plots', 'phase=finished&trials=40', 3000],
  ['compare', 'phase=finished&trials=40', 1500],
  ['test', 'phase=finished&trials=40&tested=1', 2200],
] as const;
const scenes: (readonly [string, string, number, number])[] = [];
for (const theme of ['dark', 'light', 'hc-dark', 'hc-light'])
  for (const width of [1400, 700, 350])
    for (const [tab, query, height] of tabs)
      scenes.push([
        `${tab}-${theme}-${width}`,
        `tab=${tab}&theme=${theme}&${query}`,
        width,
        width < 1000 && height > 1100 ? Math.round(height * (width < 500 ? 2.2 : 1.6)) : height,
      ]);
for (const [name, query] of [
  ['sealed', 'tab=test&phase=running&trials=33'],
  ['unsealed', 'tab=test&phase=finished&trials=40'],
  ['invalid', 'tab=setup&phase=ready&trials=0&problem=invalid'],
  ['issues', 'tab=setup&phase=ready&trials=0&problem=issues'],
  ['past', 'tab=setup&phase=finished&trials=40&problem=past'],
  ['untrusted', 'tab=trials&phase=ready&trials=0&problem=untrusted'],
  ['fails', 'tab=trials&problem=fails'],
  ['empty-trials', 'tab=trials&phase=ready&trials=0'],
  ['empty-plots', 'tab=plots&phase=ready&trials=0'],
  ['empty-compare', 'tab=compare&phase=finished&trials=40'],
  ['three', 'tab=trials&phase=running&trials=3'],
  ['plots-running', 'tab=plots&phase=running&trials=33'],
  ['plots-many', 'tab=plots&phase=finished&trials=10000'],
  ['many', 'tab=trials&phase=finished&trials=10000'],
  ['interrupted', 'tab=trials&phase=interrupted&trials=33'],
  ['live', 'tab=live&phase=running&trials=33'],
  ['test-running', 'tab=test&phase=finished&trials=10000&tested=1'],
  ['compare-none', 'tab=compare&phase=ready&trials=0'],
] as const)
  scenes.push([`state-${name}`, `${query}&theme=light`, 1100, name.startsWith('plots') ? 3000 : 760]);

await buildPage(join(top, '.cache/panel-page'));
const served = await servePage(join(top, '.cache/panel-page'));
const browser = await launchBrowser();
for (const [name, query, width, height] of scenes) {
  if (!filter.test(name)) continue;
  const page = await browser.newPage({ viewport: { width, height } });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) console.log(name, message.text().slice(0, 300));
  });
  page.on('pageerror', (error) => console.log(name, error.stack?.slice(0, 600)));
  await page.goto(`${served.url}?${query}`);
  await page.waitForSelector('[role=tabpanel], .state', { timeout: 20_000 });
  if (name.startsWith('trials')) {
    for (const row of [3, 4, 6])
      await page.locator(`.grid-body .grid-row >> nth=${row}`).locator('[data-select]').click();
  }
  if (name.startsWith('compare')) {
    await page.getByRole('tab', { name: 'Trials' }).click();
    for (const row of [0, 1, 3])
      await page.locator(`.grid-body .grid-row >> nth=${row}`).locator('[data-select]').click();
    await page.locator('vscode-button', { hasText: 'Compare 3' }).click();
  }
  await page.waitForTimeout(700);
  const violations = await page.evaluate(() => window.policyViolations);
  if (violations.length > 0) console.log(name, 'policy:', violations);
  await page.screenshot({ path: join(out, `${name}.png`) });
  await page.close();
}
await browser.close();
await served.close();
