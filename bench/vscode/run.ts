/**
 * The extension inside a real VS Code: activation, first paint of the panel with 0, 1,000 and 10,000 trials (engine and store
 * load included, on documents the engine wrote, with curves), sort, filter, scrolling, live updates at 20 events a second.
 * It checks what is shown before it times it. `npm run build`, then `node bench/vscode/run.ts [--repeats=5] [--trials=0,1000,10000] [--write]`.
 */
import { build } from 'esbuild';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Browser, Frame, Page } from 'playwright-core';
import { packVsix } from '../../scripts/host/browserTests.mjs';
import { openBrowser } from '../../scripts/host/browser.mjs';
import { installHost } from '../../scripts/host/install.mjs';
import { startServer, type Server } from '../../scripts/host/server.mjs';
import { command } from '../../test/browser/window.ts';
import { writeSection } from '../report.ts';
import { changesOf, filterOnce, frames, shownPanel, sortOnce, type Changes } from './probe.ts';
import { folderWith, rowsOf } from './stores.ts';

const { values } = parseArgs({
  options: {
    repeats: { type: 'string', default: '5' },
    trials: { type: 'string', default: '0,1000,10000' },
    write: { type: 'boolean' },
  },
});
const repeats = Number(values.repeats);
const top = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(top, '.cache', 'bench-vscode');
const stage = join(cache, 'extension'); // what the VSIX holds, unpacked
const say = (text: string): void => console.log(`· ${text}`);

const median = (list: readonly number[]): number =>
  [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? NaN;
const pair = (list: readonly number[], digits = 0): string =>
  `${Math.min(...list).toFixed(digits)} / ${median(list).toFixed(digits)}`;
const frameText = (list: readonly number[]): string =>
  `${median(list).toFixed(0)}, ${Math.max(...list).toFixed(0)}`;

async function activations(browser: Browser): Promise<{ own: number[]; whole: number[] }> {
  const entry = join(cache, 'activation.cjs');
  await build({
    entryPoints: [join(top, 'bench', 'vscode', 'activation.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    outfile: entry,
    logLevel: 'warning',
  });
  const result = join(cache, 'activation.json');
  const server = await start({ LSTM_BENCH_RESULT: result });
  const own: number[] = [];
  const whole: number[] = [];
  for (let i = 0; i < repeats; i++) {
    rmSync(result, { force: true });
    const page = await browser.newPage();
    await page.goto(
      server.url(null, [
        ['extensionDevelopmentPath', server.remote(stage)],
        ['extensionTestsPath', server.remote(entry)],
      ]),
    );
    for (let n = 0; n < 600 && !existsSync(result); n++) await page.waitForTimeout(100);
    await page.waitForTimeout(100);
    const measured = JSON.parse(readFileSync(result, 'utf8')) as { activationMs: number; wholeMs: number }; // written by activation.ts
    own.push(measured.activationMs);
    whole.push(measured.wholeMs);
    await page.close();
  }
  await server.stop();
  return { own, whole };
}

async function start(env: Readonly<Record<string, string>> = {}): Promise<Server> {
  const data = join(cache, 'data');
  rmSync(data, { recursive: true, force: true });
  const { vscode } = await installHost(say);
  return startServer({ vscode, data, env });
}

/** Opens the panel from the palette; milliseconds from the key to the frame that shows it. */
async function openPanel(page: Page, not: Frame | null): Promise<{ frame: Frame; ms: number }> {
  const input = page.locator('.quick-input-widget input').first();
  const row = page.locator('.quick-input-list .monaco-list-row.focused', { hasText: 'Open Panel' }).first();
  for (let tries = 0; !(await row.isVisible()); tries++) {
    if (tries === 20) throw new Error('the palette does not offer the panel');
    await page.keyboard.press('Escape');
    await page.keyboard.press('F1');
    await input.waitFor({ timeout: 2_000 }).catch(() => undefined); // pressed into a window that was still loading
    if (await input.isVisible()) await input.fill('>LSTM Study: Open Panel');
    await row.waitFor({ timeout: 3_000 }).catch(() => undefined); // the extension is not known yet
  }
  const from = performance.timeOrigin + performance.now();
  await page.keyboard.press('Enter');
  const { frame, at } = await shownPanel(page, not);
  return { frame, ms: at - from };
}

interface Row {
  readonly trials: number;
  readonly cold: number[];
  readonly warm: number[];
  readonly rest: readonly string[];
}

async function panel(browser: Browser, server: Server, trials: number): Promise<Row> {
  const folder = await folderWith(trials, cache);
  const cold: number[] = [];
  const warm: number[] = [];
  let rest: readonly string[] = ['', '', '', '', ''];
  for (let i = 0; i < repeats; i++) {
    const context = await browser.newContext({ viewport: { width: 1500, height: 960 } });
    const page = await context.newPage();
    await page.goto(server.url(folder, [['extensionDevelopmentPath', server.remote(stage)]]));
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 120_000 });
    await page.locator('.activitybar .action-label[aria-label^="LSTM Study"]').waitFor({ timeout: 120_000 });
    await page.waitForTimeout(1_500); // the window's own start
    const first = await openPanel(page, null);
    cold.push(first.ms);
    await command(page, 'View: Close All Editors');
    await page.waitForTimeout(500);
    const second = await openPanel(page, first.frame);
    warm.push(second.ms);
    if (i === repeats - 1 && trials > 0) {
      const { rows: some, folds } = await rowsOf(folder, 120);
      rest = await handling(second.frame, trials, changesOf(some, folds));
    }
    await context.close();
  }
  return { trials, cold, warm, rest };
}

async function handling(frame: Frame, trials: number, changes: Changes): Promise<string[]> {
  const shown = (await frame.locator('.foot [role=status]').textContent()) ?? '';
  if (!shown.includes(trials.toLocaleString('en-US')))
    throw new Error(`the table does not show ${trials} trials: ${shown}`);
  const still = await frames(frame, 'nothing');
  const sorts: number[] = [];
  for (let i = 0; i < 9; i++) sorts.push(await sortOnce(frame, i));
  const filters: number[] = [];
  for (let i = 0; i < 9; i++)
    filters.push(await filterOnce(frame, i % 2 ? 'u2 < 1.005' : 'optimizer:adam, units:50'));
  const left = (await frame.locator('.foot [role=status]').textContent()) ?? '';
  if (left === shown) throw new Error('the filter was not applied');
  await filterOnce(frame, '');
  const scroll = await frames(frame, 'scroll');
  const update = await frames(frame, 'update', changes);
  return [pair(sorts), pair(filters), frameText(scroll), frameText(update), frameText(still)];
}

mkdirSync(cache, { recursive: true });
say('packing');
packVsix();
rmSync(stage, { recursive: true, force: true });
cpSync(join(top, '.cache', 'vsix'), stage, { recursive: true });
const { browser: program } = await installHost(say);
const browser = await openBrowser(program);
say('activation');
const { own, whole } = await activations(browser);
const server = await start();
const rows: Row[] = [];
for (const trials of values.trials.split(',').map(Number)) {
  say(`${trials} trials`);
  rows.push(await panel(browser, server, trials));
}
await browser.close();
await server.stop();

const body = `\`node bench/vscode/run.ts --repeats=${repeats} --write\`: the packed extension in the VS Code server of the tests, headless Chromium without a graphics
processor, window of 1500 x 960; milliseconds, minimum / median of ${repeats} windows. Stores were written by the engine (4 folds of 20 epochs a trial).
Machine: ${cpus()[0]?.model.split(' ').slice(0, 2).join(' ') ?? 'unknown'}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)} at the end; Node ${process.versions.node}.

| activation | ms |
| --- | --- |
| our code (bar: under 50) | ${pair(own, 1)} |
| with reading the bundle, as VS Code waits for it | ${pair(whole, 1)} |

First window: from Enter in the palette to the painted rows, with activation, start of the engine, load of the store and of the page.
Again: the panel closed and opened with the engine up. Sort and filter: to the second frame after, of 9 turns. Frames: median, worst of 118;
"nothing" is the same page at rest, what this machine's drawing costs by itself.

| trials | first window | again | sort | filter | frames scrolling | frames at 20 updates/s | frames, nothing |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row.trials.toLocaleString('en-US')} | ${pair(row.cold)} | ${pair(row.warm)} | ${row.rest.join(' | ')} |`).join('\n')}`;
console.log(`\n${body}`);
if (values.write) writeSection('vscode', body);
