import { describe, expect, it } from 'vitest';
import { asked, drawn, shownTrials, untilAsked, usePages } from './harness/openPage.ts';

const pages = usePages();

describe('the table of trials', () => {
  it('is one stop in the tab order, moves by arrows, selects by Space and extends by Shift', async () => {
    const page = await pages.open('tab=trials&trials=40');
    await page.locator('.grid').focus();
    const [first, second, third] = await shownTrials(page);
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await drawn(page);
    const selected = (): Promise<number[]> =>
      page
        .locator('.grid-row[aria-selected=true]')
        .evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset['trial'])));
    expect(await selected()).toEqual([first, second, third]);
    const active = await page.locator('.grid').getAttribute('aria-activedescendant');
    expect(active).toBe(`cell-${third}-number`);
    expect(await page.locator(`[id="${active}"]`).count()).toBe(1);
    expect(await page.locator('.grid').getAttribute('aria-rowcount')).toBe('41');
    await page.keyboard.press('Shift+ArrowUp');
    await drawn(page);
    expect(await selected()).toEqual([first, second]);
  });

  it('stars with S, copies as JSON with Ctrl+C, writes a note with N', async () => {
    const page = await pages.open('tab=trials&trials=40');
    await page.locator('.grid').focus();
    const [first] = await shownTrials(page);
    await page.keyboard.press('s');
    const [starred] = (await untilAsked(page, 'annotate')) as { trials: Record<string, unknown> }[];
    expect(starred.trials[String(first)]).toMatchObject({ star: true });
    await page.keyboard.press('Control+c');
    const [copied] = (await untilAsked(page, 'copy')) as { text: string }[];
    expect(JSON.parse(copied.text)).toMatchObject({ number: first, params: { lookback: 40 } });
    await page.keyboard.press('n');
    await page.locator('[role=dialog] textarea').waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
    await page.keyboard.type('again with more epochs');
    await page.keyboard.press('Control+Enter');
    const notes = (await untilAsked(page, 'annotate', 2)) as { trials: Record<string, { note?: string }> }[];
    expect(notes[1].trials[String(first)].note).toBe('again with more epochs');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('grid');
  });

  it('keeps selection, scroll and sort while rows arrive, and a finished trial moves once', async () => {
    const page = await pages.open('tab=trials&trials=300&phase=running', { width: 1200, height: 500 });
    await page.locator('.grid').evaluate((grid) => (grid.scrollTop = 2000));
    await expect.poll(async () => (await shownTrials(page))[0] !== 298).toBe(true);
    const trial = (await shownTrials(page))[12];
    const row = page.locator(`.grid-row[data-trial="${trial}"]`);
    await row.locator('[data-select]').click();
    const before = await shownTrials(page);
    await expect.poll(() => row.getAttribute('aria-selected')).toBe('true');
    await page.evaluate(() => {
      for (let i = 0; i < 5; i++) window.fakeHost.update([298, 299], 'running');
    });
    await drawn(page);
    expect(await shownTrials(page)).toEqual(before);
    expect(await page.locator('.grid').evaluate((grid) => grid.scrollTop)).toBe(2000);
    expect(await page.locator(`.grid-row[data-trial="${trial}"]`).getAttribute('aria-selected')).toBe('true');
    await page.locator('.grid').evaluate((grid) => (grid.scrollTop = 0));
    await expect.poll(async () => (await shownTrials(page)).slice(0, 2)).toEqual([298, 299]);
    await page.evaluate(() => window.fakeHost.update([298], 'complete'));
    await expect.poll(async () => (await shownTrials(page))[0]).toBe(299);
  });

  it('sorts by several columns and says so', async () => {
    const page = await pages.open('tab=trials&trials=60');
    await page.getByRole('columnheader', { name: 'units' }).click();
    await page.getByRole('columnheader', { name: 'layers' }).click({ modifiers: ['Shift'] });
    await expect.poll(() => page.locator('[role=columnheader][aria-sort]').count()).toBe(2);
    const cells = await page.locator('.grid-body .grid-row').evaluateAll((rows) =>
      rows
        .sort((a, b) => Number(a.ariaRowIndex) - Number(b.ariaRowIndex))
        .slice(0, 25)
        .map((row) =>
          ['param:units', 'param:layers'].map((id) =>
            Number(row.querySelector(`[data-column="${id}"]`)?.textContent),
          ),
        ),
    );
    const sorted = [...cells].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    expect(cells).toEqual(sorted);
  });

  it('filters by text and state, each taken back alone, and says when nothing matches', async () => {
    const page = await pages.open('tab=trials&trials=60');
    const filter = page.locator('#filter input');
    await filter.fill('u2 < 1, units:50');
    await expect.poll(() => page.locator('.foot').textContent()).toMatch(/^\s*[1-5]?\d of 60\s+shown/);
    const few = (await shownTrials(page)).length;
    expect(few).toBeLessThan(30);
    await page.getByRole('button', { name: /Only pruned/ }).click();
    await page.getByText('No trial matches').waitFor();
    await page.getByText('Clear filter').click();
    await expect.poll(async () => (await shownTrials(page)).length).toBeGreaterThan(few);
  });

  it('hides, moves, pins and resizes columns from their menu by keyboard alone', async () => {
    const page = await pages.open('tab=trials&trials=40');
    await page.locator('.grid').focus();
    await page.keyboard.press('ArrowUp');
    const heads = page.locator('.cell.head');
    const [from, to] = await Promise.all(
      ['#', 'units'].map(async (text) =>
        Number(
          await heads.filter({ hasText: new RegExp(`^\\s*${text}\\s*$`) }).getAttribute('aria-colindex'),
        ),
      ),
    );
    for (let i = from; i < to; i++) await page.keyboard.press('ArrowRight');
    // No wait between keys: they may come faster than frames.
    const choose = async (letter: string): Promise<void> => {
      await page.keyboard.press('Shift+F10');
      await page.keyboard.press(letter);
      await page.keyboard.press('Enter');
    };
    await choose('p');
    await expect.poll(() => page.locator('.cell.head.pin', { hasText: 'units' }).count()).toBe(1);
    const width = (await page.locator('.cell.head', { hasText: 'units' }).boundingBox())!.width;
    await choose('w');
    await expect
      .poll(async () => (await page.locator('.cell.head', { hasText: 'units' }).boundingBox())!.width)
      .toBe(width + 24);
    await choose('h');
    await expect.poll(() => page.locator('.cell.head', { hasText: 'units' }).count()).toBe(0);
  });

  it('saves exactly what is shown as CSV', async () => {
    const page = await pages.open('tab=trials&trials=40');
    await page.locator('#filter input').fill('u2 < 1');
    await expect.poll(() => page.locator('.foot').textContent()).not.toMatch(/40 of 40/);
    await page.getByRole('button', { name: 'Table as CSV, exactly as shown' }).click();
    const [file] = (await untilAsked(page, 'save')) as { name: string; text: string }[];
    const lines = file.text.trim().split('\r\n');
    const heads = lines[0].split(',');
    expect(lines[0]).toContain('units,layers,dropout,learning rate');
    expect(lines[0]).not.toContain('momentum');
    const numbers = lines.slice(1).map((line) => Number(line.split(',')[heads.indexOf('#')]));
    expect(numbers).toEqual(await shownTrials(page));
  });

  it('remembers tab, sort, filter, selection, columns and scroll over a reload', async () => {
    const page = await pages.open('tab=trials&trials=300', { width: 1200, height: 500 });
    await page.getByRole('columnheader', { name: 'epochs' }).click();
    await page.locator('#filter input').fill('u2 < 1.01');
    await drawn(page);
    await page.locator('.grid').evaluate((grid) => (grid.scrollTop = 1200));
    await drawn(page);
    const chosen = (await shownTrials(page))[10];
    await page.locator(`.grid-row[data-trial="${chosen}"] [data-select]`).click();
    const before = await shownTrials(page);
    await expect.poll(() => page.locator('.grid-row[aria-selected=true]').count()).toBe(1);
    await page.reload();
    await page.locator('.grid-body .grid-row').first().waitFor();
    await expect.poll(() => page.locator('.grid').evaluate((grid) => grid.scrollTop)).toBe(1200);
    await expect.poll(() => shownTrials(page)).toEqual(before);
    expect(await page.locator('#filter input').inputValue()).toBe('u2 < 1.01');
    expect(await page.locator('.grid-row[aria-selected=true]').count()).toBe(1);
    expect(await page.getByRole('columnheader', { name: 'epochs' }).getAttribute('aria-sort')).toBe(
      'ascending',
    );
  });

  it('writes rows again while it is scrolled, makes none, and puts them into reading order', async () => {
    const page = await pages.open('tab=trials&trials=2000', { width: 1200, height: 500 });
    await page.evaluate(() => {
      const body = document.querySelector('.grid-body')!;
      Object.assign(window, { made: 0 });
      const counter = window as unknown as { made: number };
      new MutationObserver((changes) => {
        for (const change of changes)
          for (const node of change.addedNodes)
            if (node instanceof HTMLElement && node.matches('.grid-row:not([data-met])')) counter.made++;
      }).observe(body, { childList: true, subtree: true });
      body.querySelectorAll<HTMLElement>('.grid-row').forEach((row) => (row.dataset['met'] = 'yes'));
    });
    for (const top of [300, 900, 5000, 20_000, 12_000, 40_000, 0, 700]) {
      await page.locator('.grid').evaluate((grid, to) => (grid.scrollTop = to), top);
      await drawn(page);
      const inSight = await page.evaluate(() => {
        const box = document.querySelector('.grid')!.getBoundingClientRect();
        return [...document.querySelectorAll<HTMLElement>('.grid-body .grid-row')]
          .map((row) => ({ at: row.getBoundingClientRect(), index: Number(row.ariaRowIndex) }))
          .filter(({ at }) => at.bottom > box.top + 26 && at.top < box.bottom)
          .sort((a, b) => a.at.top - b.at.top)
          .map(({ at, index }) => [index, Math.round(at.top - box.top)]);
      });
      const scrolled = await page.locator('.grid').evaluate((grid) => grid.scrollTop);
      const first = Math.floor(scrolled / 24);
      expect(inSight.map(([index]) => index)).toEqual(inSight.map((_, i) => first + 2 + i));
      expect(inSight.length).toBeGreaterThan(10);
      for (const [index, y] of inSight) expect(y).toBe((index - 2) * 24 + 26 - scrolled);
    }
    expect(await page.evaluate(() => (window as unknown as { made: number }).made)).toBe(0);
    await expect
      .poll(() =>
        page.evaluate(() => {
          const order = [...document.querySelectorAll<HTMLElement>('.grid-body .grid-row')].map((row) =>
            Number(row.ariaRowIndex),
          );
          return order.every((index, i) => i === 0 || index === order[i - 1] + 1);
        }),
      )
      .toBe(true);
  });

  it('draws few rows of ten thousand', async () => {
    const page = await pages.open('tab=trials&trials=10000');
    expect((await shownTrials(page)).length).toBeLessThan(60);
    await page.locator('.grid').focus();
    await page.keyboard.press('Control+End');
    await expect
      .poll(async () => page.locator('.grid-row.focus').getAttribute('aria-rowindex'))
      .toBe('10001');
  });
});

describe('the strip', () => {
  it('stops after the folds in flight at the first press and now at the second', async () => {
    const page = await pages.open('tab=trials&trials=33&phase=running');
    await page.locator('vscode-button', { hasText: 'Stop' }).click();
    await page.locator('vscode-button', { hasText: 'Stop now' }).click();
    expect(await untilAsked(page, 'stop', 2)).toEqual([{ how: 'graceful' }, { how: 'now' }]);
    await page.getByRole('progressbar', { name: 'Trials' }).waitFor();
  });

  it('offers more trials once finished, and resume when interrupted', async () => {
    const page = await pages.open('tab=trials&trials=40&phase=finished');
    await page.locator('vscode-button', { hasText: 'More trials' }).click();
    await page.getByRole('menuitem', { name: 'The same with another seed' }).click();
    expect(await untilAsked(page, 'run')).toEqual([{ ifFinished: 'anotherSeed' }]);
    const other = await pages.open('tab=trials&trials=20&phase=interrupted');
    await other.locator('vscode-button', { hasText: 'Resume' }).click();
    expect(await untilAsked(other, 'resume')).toEqual([{ study: 'frozen' }]);
    expect(await asked(other, 'run')).toEqual([]);
  });
});
