import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser } from './browser.ts';
import { buildPage, servePage, type ServedPage } from './buildPage.ts';

/** The built panel in a browser for one test file; every page is held to the policy and to a clean console. */
export interface Pages {
  readonly open: (query: string, size?: { readonly width: number; readonly height: number }) => Promise<Page>;
}

export function usePages(): Pages {
  let browser: Browser;
  let served: ServedPage;
  let folder: string;
  const opened: { readonly page: Page; readonly problems: string[] }[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'panel-page-'));
    await buildPage(folder);
    served = await servePage(folder);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    for (const { page, problems } of opened.splice(0)) {
      problems.push(...(await page.evaluate(() => window.policyViolations)));
      await page.context().close();
      expect(problems).toEqual([]);
    }
  });

  return {
    open: async (query, size = { width: 1200, height: 800 }) => {
      const context = await browser.newContext({ viewport: size });
      const page = await context.newPage();
      page.setDefaultTimeout(90_000); // a shared machine may stand still for a while
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => {
        if (
          ['error', 'warning'].includes(message.type()) &&
          !/planted|willReadFrequently/.test(message.text())
        )
          problems.push(message.text());
      });
      opened.push({ page, problems });
      await page.goto(`${served.url}?${query}`);
      await page.waitForSelector('[role=tabpanel], .state:has-text("could not be opened")');
      await drawn(page);
      return page;
    },
  };
}

/** Requests of one name that the fake host was asked, oldest first. */
export async function asked(page: Page, name: string): Promise<unknown[]> {
  return page.evaluate(
    (wanted) =>
      window.fakeHost.asked.filter((request) => request.name === wanted).map((request) => request.params),
    name,
  );
}

/** Waits until the host was asked that many times. */
export async function untilAsked(page: Page, name: string, times = 1): Promise<unknown[]> {
  await expect.poll(async () => (await asked(page, name)).length).toBeGreaterThanOrEqual(times);
  return asked(page, name);
}

/** Waits until the page has nothing more to draw: three frames in a row without a drawing, and no numbers asked for. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        let before = '';
        let still = 0;
        const look = (): void => {
          const now = document.body.dataset['drawn'] ?? '';
          const isWaiting = [...document.querySelectorAll('.chart [role=status]')].some((place) =>
            place.textContent.startsWith('Computing'),
          );
          still = now !== '' && now === before && !isWaiting ? still + 1 : 0;
          before = now;
          if (still >= 3) resolve();
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
  );
}

/** Numbers of the rows in the table, top to bottom, as drawn. */
export async function shownTrials(page: Page): Promise<number[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.grid-body .grid-row')]
      .sort((a, b) => Number(a.ariaRowIndex) - Number(b.ariaRowIndex))
      .map((row) => Number(row.dataset['trial'])),
  );
}
