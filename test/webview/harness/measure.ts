import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { buildPage, servePage } from './buildPage.ts';
import { launchBrowser } from './browser.ts';

/**
 * `node test/webview/harness/measure.ts`: how long the panel's page takes with 0, 1,000 and 10,000 trials in a browser:
 * the script's first table, a sort, a filter, frames while scrolling, and live updates at 20 a second. It checks what is
 * shown before it times it. Minimum and median of several runs, in milliseconds.
 */
const folder = mkdtempSync(join(tmpdir(), 'panel-measure-'));
await buildPage(folder);
const served = await servePage(folder);
const browser = await launchBrowser();
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const shown = (values: readonly number[]): string =>
  `${Math.min(...values).toFixed(0)} / ${median(values).toFixed(0)}`;

/** From the message with all trials to the frame in which their rows stand. */
async function firstPaint(trials: number): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(`${served.url}?tab=trials&phase=${trials === 0 ? 'ready' : 'finished'}&trials=${trials}`);
  await page.waitForSelector('.grid-body .grid-row, .state p');
  const time = await page.evaluate(() => window.firstPaintMs);
  await page.close();
  return time;
}

/** Does something in the page and waits for the second frame after it. */
async function timed(page: Page, act: () => void): Promise<number> {
  return page.evaluate(
    (source) =>
      new Promise<number>((resolve) => {
        const run = (window as unknown as Record<string, () => void>)[source];
        const from = performance.now();
        run();
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - from)));
      }),
    act.name,
  );
}

const lines: string[] = [
  '| trials | first table | sort | filter | scroll: median, worst frame | update at 20/s: median, worst frame |',
  '| --- | --- | --- | --- | --- | --- |',
];
for (const trials of [0, 1000, 10_000]) {
  const paints: number[] = [];
  for (let i = 0; i < 5; i++) paints.push(await firstPaint(trials));
  if (trials === 0) {
    lines.push(`| 0 | ${shown(paints)} | | | | |`);
    continue;
  }
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(`${served.url}?tab=trials&phase=finished&trials=${trials}`);
  await page.waitForSelector('.grid-body .grid-row');
  await page.evaluate(() => {
    const head = (text: string): HTMLElement =>
      [...document.querySelectorAll<HTMLElement>('.cell.head')].find((cell) =>
        cell.textContent.includes(text),
      )!;
    let turn = 0;
    Object.assign(window, {
      sortNow: () => head(turn++ % 2 ? 'dropout' : 'learning rate').click(),
      filterNow: () => {
        const field = document.querySelector<HTMLElement>('#filter')!.shadowRoot!.querySelector('input')!;
        field.value = turn++ % 2 ? 'u2 < 0.999' : 'optimizer:adam, units:50';
        field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
      },
    });
  });
  const act = { sortNow: (): void => undefined, filterNow: (): void => undefined };
  const sorts: number[] = [];
  for (let i = 0; i < 9; i++) sorts.push(await timed(page, act.sortNow));
  const filters: number[] = [];
  for (let i = 0; i < 9; i++) filters.push(await timed(page, act.filterNow));
  const count = await page.locator('.foot [role=status]').textContent();
  if (!/[\d,]+ of [\d,]+/.test(count ?? '')) throw new Error(`the filter was not applied: ${count}`);
  await page.evaluate(() => {
    const field = document.querySelector<HTMLElement>('#filter')!.shadowRoot!.querySelector('input')!;
    field.value = '';
    field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
  });
  await page.waitForTimeout(200);
  const frames = async (during: 'scroll' | 'update'): Promise<number[]> =>
    page.evaluate(
      (what) =>
        new Promise<number[]>((resolve) => {
          const grid = document.querySelector('.grid')!;
          const times: number[] = [];
          let last = performance.now();
          const begun = last;
          let sent = 0;
          const step = (now: number): void => {
            times.push(now - last);
            last = now;
            if (what === 'scroll') grid.scrollTop += 120;
            else if (now - begun > sent * 50)
              window.fakeHost.update([sent++ % 20, (sent * 7) % 900], 'complete');
            if (times.length < 120) requestAnimationFrame(step);
            else resolve(times.slice(2));
          };
          requestAnimationFrame(step);
        }),
      during,
    );
  const scroll = await frames('scroll');
  const update = await frames('update');
  const pair = (values: readonly number[]): string =>
    `${median(values).toFixed(0)}, ${Math.max(...values).toFixed(0)}`;
  lines.push(
    `| ${trials.toLocaleString('en-US')} | ${shown(paints)} | ${shown(sorts)} | ${shown(filters)} | ${pair(scroll)} | ${pair(update)} |`,
  );
  await page.close();
}
console.log(lines.join('\n'));
await browser.close();
await served.close();
rmSync(folder, { recursive: true, force: true });
