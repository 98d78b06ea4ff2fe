import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { drawn, shownTrials, usePages } from './harness/openPage.ts';

const pages = usePages();

/** Everything that can be pressed, typed into or moved on the open tab, and is not one of a group with a single stop. */
const controls =
  'button, vscode-button, vscode-toolbar-button, vscode-textfield, vscode-single-select, input, select, textarea, summary, [role=slider], [role=grid], .across';

/** Goes through the page by Tab until it comes round; what had the focus is marked. Answers those whose focus is not to be seen. */
async function goThrough(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
  });
  const unseen: string[] = [];
  for (let i = 0; i < 250; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(async () => {
      // The grid's focused cell is drawn with the next frame.
      if (document.activeElement?.getAttribute('role') === 'grid')
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      let element = document.activeElement;
      if (!element || element === document.body || element.hasAttribute('data-reached')) return null;
      element.setAttribute('data-reached', '');
      const name = (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40);
      // Parts of an element of its own draw the ring inside; a grid draws it on its focused cell.
      const rings: Element[] = [];
      while (element) {
        rings.push(element, ...(element.shadowRoot?.querySelectorAll('*') ?? []));
        element = element.shadowRoot?.activeElement ?? null;
      }
      rings.push(...document.querySelectorAll('.grid:focus .cell.focus'));
      const focusBorder = document.createElement('i');
      focusBorder.style.setProperty('color', 'var(--vscode-focusBorder)');
      document.body.append(focusBorder);
      const color = getComputedStyle(focusBorder).color;
      focusBorder.remove();
      const isSeen = rings.some((ring) => {
        const style = getComputedStyle(ring);
        return style.outlineStyle !== 'none' || style.borderTopColor === color;
      });
      return { name, isSeen };
    });
    if (!at) break;
    if (!at.isSeen) unseen.push(at.name);
  }
  return unseen;
}

describe('by keys alone', () => {
  it.each([
    ['setup', 'trials=0&phase=ready'],
    ['setup', 'trials=0&phase=ready&problem=issues'],
    ['trials', 'trials=33&phase=running'],
    ['plots', 'trials=40&phase=finished'],
    ['compare', 'trials=40&phase=finished'],
    ['test', 'trials=40&phase=finished&tested=1'],
    ['test', 'trials=40&phase=finished'],
  ])('every control of %s (%s) is reached, and its focus is seen', async (tab, query) => {
    const page = await pages.open(`tab=${tab}&${query}`);
    if (tab === 'compare') {
      await page.locator('vscode-button', { hasText: 'Compare the best' }).click();
      await page.locator('.cmp').waitFor();
    }
    await drawn(page);
    expect(await goThrough(page)).toEqual([]);
    const missed = await page.evaluate(
      (selector) =>
        [...document.querySelectorAll(selector)]
          .filter(
            (element) =>
              element.checkVisibility({ visibilityProperty: true }) &&
              !element.hasAttribute('data-reached') &&
              !element.hasAttribute('disabled') &&
              !element.closest(
                '[role=tablist] [aria-selected=false], .grid-row, details:not([open]) > :not(summary)',
              ),
          )
          .map((element) => element.outerHTML.slice(0, 160)),
      controls,
    );
    expect(missed).toEqual([]);
  });

  it('the filter above the plots does what a drag along an axis does', async () => {
    const page = await pages.open('tab=plots&trials=40');
    await page.locator('#filter input').focus();
    await page.keyboard.type('units:50, lr 0.001..0.01');
    await drawn(page); // the count is that of the last key
    await page.getByText(/^\d+ of \d+ complete trials$/).waitFor();
    const chosen = Number(
      (await page.getByText(/^\d+ of \d+ complete trials$/).textContent())!.split(' of ')[0],
    );
    await page.getByRole('tab', { name: 'Trials' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Only complete trials/ }).press('Enter');
    await expect.poll(async () => (await shownTrials(page)).length).toBe(chosen);
  });

  it('a note is written, left and kept by keys, and the focus comes back to the table', async () => {
    const page = await pages.open('tab=trials&trials=40');
    await page.locator('.grid').focus();
    await page.keyboard.press('n');
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
    await page.keyboard.type('not kept');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('grid');
    await page.keyboard.press('n');
    await page.locator('[role=dialog] textarea').waitFor();
    expect(await page.locator('[role=dialog] textarea').inputValue()).toBe('');
    // The dialog is modal: Tab goes round in it.
    const inside = (): Promise<boolean> =>
      page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null);
    for (let i = 0; i < 7; i++) {
      await page.keyboard.press('Tab');
      expect(await inside()).toBe(true);
    }
    for (let i = 0; i < 4; i++) {
      await page.keyboard.press('Shift+Tab');
      expect(await inside()).toBe(true);
    }
  });
});

describe('what was done to the view', () => {
  it('is as it was after other tabs were looked at: sort, filter, selection, scroll, plot', async () => {
    const page = await pages.open('trials=300&phase=finished', { width: 1200, height: 500 });
    const go = async (name: string): Promise<void> => {
      await page.getByRole('tab', { name }).click();
      await drawn(page);
    };
    await go('Trials');
    await page.getByRole('columnheader', { name: 'epochs' }).click();
    await page.locator('#filter input').fill('units:50|100');
    await drawn(page);
    await page.locator('.grid').evaluate((grid) => (grid.scrollTop = 1200));
    await drawn(page);
    const trial = (await shownTrials(page))[10];
    await page.locator(`.grid-row[data-trial="${trial}"] [data-select]`).click();
    await drawn(page);
    const rows = await shownTrials(page);
    await go('Plots');
    const slice = page
      .locator('#chart-slice vscode-single-select, figure:has-text("Slice:") vscode-single-select')
      .first();
    await slice.click();
    await slice.getByRole('option', { name: 'dropout', exact: true }).click();
    await page.locator('#tabpanel').evaluate((body) => (body.scrollTop = 700));
    await drawn(page);
    await go('Setup');
    await page.locator('#tabpanel').evaluate((body) => (body.scrollTop = 300));
    await drawn(page);
    const setupTop = await page.locator('#tabpanel').evaluate((body) => body.scrollTop);
    for (const name of ['Test', 'Compare', 'Trials']) await go(name);
    expect(await shownTrials(page)).toEqual(rows);
    expect(await page.locator('.grid').evaluate((grid) => grid.scrollTop)).toBe(1200);
    expect(await page.locator('#filter input').inputValue()).toBe('units:50|100');
    expect(await page.getByRole('columnheader', { name: 'epochs' }).getAttribute('aria-sort')).toBe(
      'ascending',
    );
    expect(await page.locator(`.grid-row[data-trial="${trial}"]`).getAttribute('aria-selected')).toBe('true');
    await go('Plots');
    expect(await page.locator('#tabpanel').evaluate((body) => body.scrollTop)).toBe(700);
    await page.getByText('Slice: dropout').waitFor();
    await go('Setup');
    expect(await page.locator('#tabpanel').evaluate((body) => body.scrollTop)).toBe(setupTop);
  });
});
