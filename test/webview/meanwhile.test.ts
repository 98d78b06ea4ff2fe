import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { asked, drawn, untilAsked, usePages } from './harness/openPage.ts';

const pages = usePages();

const update = (page: Page, numbers: number[], state: 'running' | 'complete'): Promise<void> =>
  page.evaluate(([n, s]) => window.fakeHost.update(n, s), [numbers, state] as const);
const slow = (page: Page, name: 'test' | 'run' | 'check', ms: number): Promise<void> =>
  page.evaluate(([n, t]) => window.fakeHost.setTime(n, t), [name, ms] as const);

/** What a user is in the middle of stays what it is, whatever arrives meanwhile. */
describe('Meanwhile', () => {
  it('a test that takes its time says so, and cannot be asked for twice', async () => {
    const page = await pages.open('tab=test&trials=40&phase=finished');
    await slow(page, 'test', 1500);
    await page.getByRole('button', { name: /Test the winner/ }).dblclick();
    await page.getByText(/The sealed range is being opened for #\d+/).waitFor();
    expect(await page.getByRole('button', { name: /Test the winner/ }).count()).toBe(0);
    await page.locator('.verdict h2').waitFor();
    expect(await asked(page, 'test')).toHaveLength(1);
  });

  it('a tab comes back to where it was scrolled to, also when its first answer takes its time', async () => {
    const page = await pages.open('tab=setup&trials=0&phase=ready&slow=ready&ms=300');
    const panel = page.locator('#tabpanel');
    await panel.evaluate((element) => (element.scrollTop = 300));
    await page.waitForTimeout(400); // memory is kept after a pause
    await page.reload();
    await panel.waitFor();
    await expect.poll(() => panel.evaluate((element) => element.scrollTop)).toBe(300);
    await page.mouse.move(600, 400);
    await page.mouse.wheel(0, 200);
    await expect.poll(() => panel.evaluate((element) => element.scrollTop)).toBeGreaterThan(400);
  });

  it('what is typed beside a field that leaves the list goes to the hyperparameter it is beside', async () => {
    const page = await pages.open('tab=setup&trials=0&phase=ready');
    await page.locator('details.quiet summary', { hasText: 'Search one of them' }).click();
    await page.getByLabel('momentum', { exact: true }).fill('0.9');
    await page.getByLabel('weight decay', { exact: true }).click();
    await untilAsked(page, 'edit');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('0.01');
    await page.keyboard.press('Enter');
    expect(await untilAsked(page, 'edit', 2)).toEqual([
      { path: ['hyperparameters', 'momentum'], value: 0.9 },
      { path: ['hyperparameters', 'weightDecay'], value: 0.01 },
    ]);
  });

  it('a border of the split stays where it was put until the engine says the same', async () => {
    const page = await pages.open('tab=setup&trials=0&phase=ready');
    await slow(page, 'check', 2000);
    const border = page.getByRole('slider', { name: 'First test row' });
    const row = async (): Promise<number> => Number(await border.getAttribute('aria-valuenow'));
    const first = await row();
    await border.focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
    await untilAsked(page, 'edit');
    expect(await row()).toBe(first - 3);
    await page.keyboard.press('ArrowLeft');
    await untilAsked(page, 'edit', 2);
    expect(await row()).toBe(first - 4);
    // Once told, the text is followed again.
    await slow(page, 'check', 0);
    await page.evaluate(() =>
      window.fakeHost.setText(
        window.fakeHost.text().replace(/"test": \{[^}]*\}/, '"test": { "share": 0.5 }'),
      ),
    );
    await expect.poll(row).toBeLessThan(first - 100);
  });

  it('a comparison is read on while further trials complete', async () => {
    const page = await pages.open('tab=trials&trials=40&phase=running', { width: 1000, height: 500 });
    for (const nth of [0, 1]) await page.locator('.grid-row.complete [data-select]').nth(nth).click();
    await page.getByRole('button', { name: 'Compare 2' }).click();
    await page.locator('#chart-compareCurves canvas').waitFor();
    await drawn(page);
    const panel = page.locator('#tabpanel');
    await panel.evaluate((element) => (element.scrollTop = 200));
    await update(page, [38], 'complete');
    await drawn(page);
    expect(await panel.evaluate((element) => element.scrollTop)).toBe(200);
    expect(await asked(page, 'compare')).toHaveLength(1);
  });

  it('analyses of more trials take the place of those of fewer, and the charts stay meanwhile', async () => {
    const page = await pages.open('tab=plots&trials=40&phase=running');
    await page.locator('#chart-importance canvas').waitFor();
    await drawn(page);
    const before = (await asked(page, 'analyse')).length;
    await page.locator('#chart-importance canvas').evaluate((canvas) => canvas.setAttribute('data-old', ''));
    await update(page, [38, 39], 'complete');
    await expect.poll(async () => (await asked(page, 'analyse')).length).toBeGreaterThan(before);
    await drawn(page);
    expect(await page.locator('#chart-importance canvas[data-old]').count()).toBe(1);
  });

  it('a press means the trial it began on, and a double click the trial of its first press', async () => {
    const page = await pages.open('tab=trials&trials=300&phase=running', { width: 1200, height: 500 });
    const row = (trial: number) => page.locator(`.grid-row[data-trial="${trial}"]`);
    const inSight = page.locator('.grid-row.complete');
    const place = async (trial: number): Promise<{ x: number; y: number }> => {
      const box = (await row(trial).boundingBox())!;
      return { x: box.x + 80, y: box.y + box.height / 2 };
    };
    const [x, y] = await inSight.evaluateAll((rows) =>
      rows.slice(2, 4).map((element) => Number((element as HTMLElement).dataset['trial'])),
    );
    const at = await place(x);
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await update(page, [298], 'complete');
    await update(page, [299], 'complete');
    await expect.poll(async () => (await place(x)).y).not.toBe(at.y);
    await page.mouse.up();
    await expect.poll(() => row(x).getAttribute('aria-selected')).toBe('true');
    expect(await row(y).getAttribute('aria-selected')).toBe('false');
  });

  it('trials that come in above what is read do not push it away', async () => {
    const page = await pages.open('tab=trials&trials=300&phase=running', { width: 1200, height: 500 });
    await page.locator('.grid').evaluate((grid) => (grid.scrollTop = 2400));
    await drawn(page);
    const top = async (): Promise<number> =>
      page.evaluate(() => {
        const grid = document.querySelector('.grid')!.getBoundingClientRect();
        const rows = [...document.querySelectorAll<HTMLElement>('.grid-row[data-trial]')];
        const first = rows
          .filter((row) => row.getBoundingClientRect().top >= grid.top + 26)
          .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)[0];
        return Number(first.dataset['trial']);
      });
    const before = await top();
    const numbers = await page.evaluate(() => {
      const { columns } = window.fakeHost;
      return Array.from(columns!.number).length;
    });
    await update(page, [numbers, numbers + 1, numbers + 2], 'running'); // those that run stand above
    await drawn(page);
    expect(await top()).toBe(before);
  });

  it('a run is asked for once, and says that it was', async () => {
    const page = await pages.open('tab=setup&trials=0&phase=ready');
    await slow(page, 'run', 1000);
    const run = page.locator('.estimate vscode-button', { hasText: 'Run' });
    await run.dblclick();
    await expect.poll(() => run.getAttribute('disabled')).not.toBeNull();
    expect(await asked(page, 'run')).toHaveLength(1);
    await expect.poll(() => run.getAttribute('disabled')).toBeNull();
  });

  it('a press that began on Stop is none on Resume; a double click is one Stop; refused, it is none', async () => {
    const page = await pages.open('tab=trials&trials=40&phase=running');
    const stop = page.locator('.strip vscode-button');
    const box = (await stop.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.evaluate(() => window.fakeHost.setScene('interrupted'));
    await page.locator('.strip vscode-button', { hasText: 'Resume' }).waitFor();
    await page.mouse.up();
    await page.evaluate(() => window.fakeHost.setScene('running'));
    await page.locator('.strip vscode-button', { hasText: 'Stop' }).waitFor();
    expect(await asked(page, 'resume')).toEqual([]);
    await stop.dblclick();
    await page.getByText('Stopping').waitFor();
    expect(await untilAsked(page, 'stop')).toEqual([{ how: 'graceful' }]);
    await page.evaluate(() => window.fakeHost.refuse('stop', 'Another program runs it.'));
    await stop.click();
    await page.getByText('Another program runs it.').waitFor();
    await expect.poll(() => page.getByText('Stopping').count()).toBe(0);
  });

  it('what was wrong with an entry is gone when the entry is mended', async () => {
    const page = await pages.open('tab=setup&trials=0&phase=ready');
    const trials = page.getByLabel('Trials', { exact: true }).first();
    await trials.fill('many');
    await trials.press('Enter');
    await page.getByText('“many” is not a number').waitFor();
    await trials.fill('41');
    await trials.press('Enter');
    await page.getByText('“many” is not a number').waitFor({ state: 'detached' });
  });

  it('a star that was refused goes, with the reason; only the change is sent', async () => {
    const page = await pages.open('tab=trials&trials=40&phase=finished');
    const star = page.locator('.grid-row [data-star][aria-label="not starred"]').first();
    const trial = await star.evaluate(
      (element) => element.closest<HTMLElement>('.grid-row')!.dataset['trial']!,
    );
    const now = (): Promise<string | null> =>
      page.locator(`.grid-row[data-trial="${trial}"] [data-star]`).getAttribute('aria-label');
    await page.evaluate(() => window.fakeHost.refuse('annotate', 'Another program writes it.'));
    await star.click();
    await page.getByText('Another program writes it.').waitFor();
    await expect.poll(now).toBe('not starred');
    expect(await asked(page, 'annotate')).toEqual([{ trials: { [trial]: { star: true } } }]);
    await page.evaluate(() => window.fakeHost.refuse('annotate', null));
    await star.click();
    await expect.poll(now).toBe('starred');
  });

  it('a field stays a field while something is typed into it, also when there are values to choose from', async () => {
    const page = await pages.open('tab=setup&trials=0&phase=ready&slow=dataFiles&ms=1500');
    const file = page.getByLabel('File', { exact: true }).first();
    await file.fill('nasdaq.csv');
    await page.waitForTimeout(2000);
    expect(await file.inputValue()).toBe('nasdaq.csv');
    await file.press('Enter');
    expect(await untilAsked(page, 'edit')).toEqual([{ path: ['data', 'file'], value: 'nasdaq.csv' }]);
    await page.locator('vscode-single-select[label=File], vscode-single-select').first().waitFor();
  });

  it('a state that is filtered by keeps its button when no trial has it any more', async () => {
    const page = await pages.open('tab=trials&trials=40&phase=running');
    await page.getByRole('button', { name: /^Only running trials/ }).click();
    await expect.poll(() => page.locator('.grid-row[data-trial]').count()).toBe(2);
    await update(page, [38, 39], 'complete');
    await page.getByText('0 of 40').waitFor();
    await page.getByRole('button', { name: /^Only running trials/ }).click();
    await expect.poll(() => page.locator('.grid-row[data-trial]').count()).toBeGreaterThan(10);
  });

  it('what could not be loaded can be asked for again', async () => {
    const page = await pages.open('tab=trials&trials=40&phase=finished');
    await page.evaluate(() => window.fakeHost.refuse('analyse', 'The other process has ended.'));
    await page.locator('#tab-plots').click();
    await page.getByText('The other process has ended.').first().waitFor();
    await page.evaluate(() => window.fakeHost.refuse('analyse', null));
    await page.locator('#chart-importance').getByRole('button', { name: 'Try again' }).click();
    await page.locator('#chart-importance canvas').waitFor();
  });
});
