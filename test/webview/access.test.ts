import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { drawn, usePages } from './harness/openPage.ts';

const pages = usePages();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  readonly id: string;
  readonly nodes: { readonly html: string; readonly failureSummary: string }[];
}

/** axe runs in an isolated world of the debugging protocol: the page's policy refuses scripts from elsewhere. */
async function findings(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
  });
  const run = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      contextId: executionContextId,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  await run(axe);
  const violations = (await run(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] }).then((r) => JSON.stringify(r.violations))`,
  )) as string; // stringified in the page
  return (JSON.parse(violations) as Finding[]).flatMap(({ id, nodes }) =>
    nodes
      .slice(0, 4)
      .map(
        (node) =>
          `${id}: ${node.html.slice(0, 200)} ${node.failureSummary.replaceAll(/\s+/g, ' ').slice(0, 260)}`,
      ),
  );
}

const scenes = [
  ['setup', 'trials=0&phase=ready'],
  ['setup', 'trials=0&phase=ready&problem=issues'],
  ['trials', 'trials=33&phase=running'],
  ['plots', 'trials=40&phase=finished'],
  ['compare', 'trials=40&phase=finished'],
  ['test', 'trials=40&phase=finished&tested=1'],
  ['test', 'trials=33&phase=running'],
] as const;

describe.each(['dark', 'light', 'hc-dark', 'hc-light'])('axe finds nothing in %s', (theme) => {
  it.each(scenes)('%s, %s', async (tab, query) => {
    const page = await pages.open(`tab=${tab}&theme=${theme}&${query}`, { width: 1200, height: 1400 });
    if (tab === 'compare') {
      await page.locator('vscode-button', { hasText: 'Compare the best' }).click();
      await page.locator('.cmp').waitFor();
    }
    await drawn(page);
    expect(await findings(page)).toEqual([]);
  });
});

describe('keyboard only', () => {
  it('reaches every tab by arrows and every control by Tab, with the focus always to be seen', async () => {
    const page = await pages.open('tab=setup&trials=0&phase=ready');
    await page.getByRole('tab', { name: 'Setup' }).focus();
    for (const name of ['Trials', 'Plots', 'Compare', 'Test', 'Setup']) {
      await page.keyboard.press('ArrowRight');
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.textContent?.trim()))
        .toMatch(new RegExp(`^${name}`));
      await expect.poll(() => page.getByRole('tab', { selected: true }).textContent()).toContain(name);
    }
    const reached = new Set<string>();
    for (let i = 0; i < 160; i++) {
      await page.keyboard.press('Tab');
      const seen = await page.evaluate(() => {
        const deepest = (root: Document | ShadowRoot): Element | null => {
          const active = root.activeElement;
          return active?.shadowRoot ? (deepest(active.shadowRoot) ?? active) : active;
        };
        const element = deepest(document);
        if (!element || element === document.body) return null;
        const style = getComputedStyle(element);
        const host = (element.getRootNode() as ShadowRoot).host as Element | undefined;
        const label = element.getAttribute('aria-label') ?? element.textContent?.trim() ?? '';
        const root = host?.shadowRoot?.querySelector('.root, .face, .base') ?? null;
        const ring =
          [style.outlineStyle, style.outlineColor].join() !== 'none' && style.outlineStyle !== 'none';
        const border = root ? getComputedStyle(root).borderColor + getComputedStyle(root).outlineStyle : '';
        return { label: label.slice(0, 40), isSeen: ring || border !== '' || host !== undefined };
      });
      if (!seen) continue;
      expect(seen.isSeen, seen.label).toBe(true);
      reached.add(seen.label);
    }
    for (const label of ['Horizon, steps', 'First test row', 'epochs, to', 'Seeds each'])
      expect([...reached]).toContain(label);
  });

  it('closes a menu with Escape and gives the focus back', async () => {
    const page = await pages.open('tab=trials&trials=40');
    await page.locator('.grid').focus();
    await page.keyboard.press('Shift+F10');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('role')))
      .toMatch(/menuitem/);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('grid');
    expect(await page.getByRole('menu').count()).toBe(0);
  });

  it.each([
    ['tab=trials&trials=40', 'Columns'],
    ['tab=trials&trials=40', 'More trials'],
    ['tab=plots&trials=40', 'Choose charts'],
    ['tab=plots&trials=40', 'Save History as PNG, SVG or CSV'],
    ['tab=test&trials=40&tested=1', 'Model'],
  ])('opens and leaves the menu of %s, "%s", by keyboard, and the focus comes back', async (query, name) => {
    const page = await pages.open(query);
    const button = page.getByRole('button', { name, exact: true }).first();
    await button.focus();
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('role')))
      .toMatch(/menuitem/);
    const place = (await page.getByRole('menu').boundingBox())!;
    const from = (await button.boundingBox())!;
    expect(Math.abs(place.y - (from.y + from.height))).toBeLessThan(60);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('menu').count()).toBe(0);
    expect(await button.evaluate((b) => b.matches(':focus') || b.getRootNode() instanceof ShadowRoot)).toBe(
      true,
    );
    expect(await page.evaluate(() => document.activeElement?.tagName)).toMatch(/BUTTON/);
  });
});
