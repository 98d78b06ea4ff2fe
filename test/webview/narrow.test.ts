import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { drawn, usePages } from './harness/openPage.ts';

const pages = usePages();

/** What stands outside the panel's right edge, or over another of its kind: texts of pictures, fields, buttons. */
async function misplaced(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const body = document.getElementById('tabpanel')!;
    const name = (element: Element): string =>
      (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40);
    if (body.scrollWidth > body.clientWidth)
      found.push(`scrolls sideways by ${body.scrollWidth - body.clientWidth}`);
    const shown = (selector: string): Element[] =>
      [...document.querySelectorAll(selector)].filter(
        (element) =>
          element.checkVisibility() && !element.closest('.across, .grid, .estimate, details:not([open])'),
      );
    const controls = shown(
      'vscode-textfield, vscode-single-select, vscode-button, .tg, .chip, .thumb, .foot > *',
    );
    for (const element of controls)
      if (element.getBoundingClientRect().right > innerWidth + 0.5) found.push(`outside: ${name(element)}`);
    const groups = [shown('svg text'), controls.filter((element) => !element.matches('.thumb'))];
    for (const group of groups)
      group.forEach((a, i) => {
        const one = a.getBoundingClientRect();
        for (const b of group.slice(i + 1)) {
          const other = b.getBoundingClientRect();
          const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
          const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
          // Boxes of texts are taller than their letters; figures of folds that lie close may touch.
          if (across > 2 && down > 6 && !/^\d$/.test(name(a) + name(b).slice(1)))
            found.push(`“${name(a)}” lies over “${name(b)}”`);
        }
      });
    return found;
  });
}

describe.each([350, 500, 700])('at %i pixels nothing is cut off and nothing lies over another', (width) => {
  it.each([
    ['setup', 'phase=ready&trials=0'],
    ['setup', 'phase=ready&trials=0&problem=issues'],
    ['setup', 'phase=finished&trials=40&problem=past'],
    ['trials', 'phase=running&trials=33'],
    ['trials', 'phase=interrupted&trials=33'],
    ['plots', 'phase=finished&trials=40'],
    ['compare', 'phase=finished&trials=40'],
    ['test', 'phase=finished&trials=40&tested=1'],
    ['test', 'phase=running&trials=33'],
  ])('%s, %s', async (tab, query) => {
    const page = await pages.open(`tab=${tab}&${query}`, { width, height: 900 });
    if (tab === 'trials')
      for (const row of [2, 3, 4])
        await page.locator('.grid-body .grid-row').nth(row).locator('[data-select]').click();
    if (tab === 'compare') {
      await page.locator('vscode-button', { hasText: 'Compare the best' }).click();
      await page.locator('.cmp').waitFor();
    }
    await drawn(page);
    expect(await misplaced(page)).toEqual([]);
  });
});
