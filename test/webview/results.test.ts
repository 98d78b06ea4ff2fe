import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { asked, drawn, shownTrials, untilAsked, usePages } from './harness/openPage.ts';

const pages = usePages();
const tall = { width: 1300, height: 1400 };

/** What the host is asked to save when a figure is saved in these ways. */
async function savedBy(page: Page, figure: string, ways: readonly string[]): Promise<string[]> {
  const before = (await asked(page, 'save')).length;
  for (const way of ways) {
    await page.getByRole('button', { name: `Save ${figure} as` }).click();
    await page.getByRole('menuitem', { name: way }).click();
  }
  await untilAsked(page, 'save', before + ways.length);
  return page.evaluate(
    (skip) =>
      window.fakeHost.asked
        .filter((r) => r.name === 'save')
        .slice(skip)
        .map((r) => (r.params as { text?: string }).text ?? ''),
    before,
  );
}

describe('Plots', () => {
  it('selects rows by brushing an axis, shows it as a chip, and takes it back', async () => {
    const page = await pages.open('tab=plots&trials=40', tall);
    const plot = page.locator('#chart-parallel .plot canvas').first();
    await plot.waitFor();
    await drawn(page);
    const box = (await plot.boundingBox())!;
    const x = box.x + 46; // the first axis: units
    await page.mouse.move(x, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(x, box.y + 240, { steps: 4 });
    await page.mouse.move(x, box.y + 282, { steps: 6 });
    await page.mouse.up();
    const chip = page.locator('.toolbar .chip', { hasText: 'units' });
    await chip.waitFor();
    await page.getByText('Show in table').click();
    const cells = page.locator('.grid-body [data-column="param:units"]');
    await cells.first().waitFor();
    await drawn(page);
    expect(new Set((await cells.allTextContents()).map((text) => text.trim()))).toEqual(new Set(['50']));
    const few = (await shownTrials(page)).length;
    await page.getByRole('button', { name: /Take back units/ }).click();
    await expect.poll(async () => (await shownTrials(page)).length).toBeGreaterThan(few);
  });

  it('saves a picture as PNG and SVG and its numbers as CSV', async () => {
    const page = await pages.open('tab=plots&trials=40', tall);
    const save = page.getByRole('button', { name: /Save History/ });
    for (const what of ['Save as PNG', 'Save as SVG', 'Save its numbers as CSV']) {
      await save.click();
      await page.getByRole('menuitem', { name: what }).click();
    }
    await untilAsked(page, 'save', 3);
    const files = await page.evaluate(() =>
      window.fakeHost.asked
        .filter((r) => r.name === 'save')
        .map((r) => r.params as { name: string; text?: string; bytes?: Uint8Array })
        .map((f) => ({
          name: f.name,
          text: f.text?.slice(0, 400) ?? '',
          head: [...(f.bytes ?? []).slice(0, 4)],
          size: f.bytes?.length ?? 0,
        })),
    );
    expect(files.map((f) => f.name.split('.').at(-1))).toEqual(['png', 'svg', 'csv']);
    expect(files[0].head).toEqual([0x89, 0x50, 0x4e, 0x47]);
    expect(files[0].size).toBeGreaterThan(5000);
    expect(files[1].text).toMatch(/^<svg[^>]+xmlns/);
    expect(files[2].text).toMatch(/^trial,U2,leader so far\r\n/);
  });

  it('draws a contour over choices as cells, and gives its numbers by their names', async () => {
    const page = await pages.open('tab=plots&trials=40', tall);
    const chart = page.locator('#chart-contour');
    await chart.scrollIntoViewIfNeeded();
    await chart.locator('vscode-single-select').first().click();
    await page.getByRole('option', { name: 'optimizer' }).click();
    await expect
      .poll(() => chart.locator('.read').textContent())
      .toMatch(/each pair of values; darker is lower/);
    const files = await savedBy(page, 'Contour', ['Save as SVG', 'Save its numbers as CSV']);
    for (const word of ['adam', 'rmsprop', 'sgd']) expect(files[0]).toContain(`>${word}</text>`);
    const [head, ...rows] = files[1].trimEnd().split('\r\n');
    expect(head).toMatch(/^optimizer,.*,expected U2$/);
    expect(rows).toHaveLength(9);
    expect(new Set(rows.map((row) => row.split(',')[0]))).toEqual(new Set(['adam', 'rmsprop', 'sgd']));
  });

  it('takes on a new theme at once', async () => {
    const page = await pages.open('tab=plots&trials=40&theme=light', tall);
    await page.locator('#chart-history canvas').first().waitFor();
    await drawn(page);
    const dark = (): Promise<number> =>
      page
        .locator('#chart-history canvas')
        .first()
        .evaluate((canvas: HTMLCanvasElement) => {
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
          let count = 0;
          for (let i = 0; i < data.length; i += 4)
            if (data[i + 3] > 200 && data[i] < 90 && data[i + 1] < 90 && data[i + 2] < 90) count++;
          return count;
        });
    expect(await dark()).toBeGreaterThan(50);
    await page.evaluate(() =>
      (window as unknown as { setTheme: (name: string) => void }).setTheme('hc-dark'),
    );
    await expect.poll(dark).toBeLessThan(40);
  });

  it('brings the trial of a clicked point', async () => {
    const page = await pages.open('tab=plots&trials=40', tall);
    const plot = page.locator('#chart-history canvas').first();
    await plot.waitFor();
    await drawn(page);
    const box = (await plot.boundingBox())!;
    const before = (await asked(page, 'trial')).length;
    // The leader is a large diamond on the lowest line: looked for along the bottom of the plot.
    for (
      let y = box.height - 44;
      y > box.height - 80 && (await asked(page, 'trial')).length === before;
      y -= 3
    )
      for (let x = 60; x < box.width - 80; x += 9) {
        await page.mouse.click(box.x + x, box.y + y);
        if ((await page.locator('.toolbar', { hasText: '1 of' }).count()) > 0) return;
      }
    await page.locator('.toolbar', { hasText: '1 of' }).waitFor();
  });

  it('draws the trials that run, fold by fold', async () => {
    const page = await pages.open('tab=plots&trials=33&phase=running', tall);
    await page.getByText('Running now').waitFor();
    expect(await page.locator('[id^=chart-running-]').count()).toBe(2);
  });
});

describe('Compare', () => {
  it('compares the selected rows: what differs is marked, ties are called ties', async () => {
    const page = await pages.open('tab=trials&trials=40', tall);
    await page.locator('.grid').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.locator('vscode-button', { hasText: 'Compare 2' }).click();
    await page.getByText('same data, split and horizon').waitFor();
    const marked = await page.locator('.cmp tr.d th[scope=row]').allTextContents();
    expect(marked.length).toBeGreaterThan(0);
    expect(await page.locator('.pair .word').allTextContents()).toEqual(['tie']);
    await page.getByText('explains the difference').waitFor();
  });

  const addAny = async (page: Page, number: number, of: 'sameData' | 'otherData'): Promise<void> => {
    await page.evaluate(([n, which]) => window.fakeHost.setPicked(n, which), [number, of] as const);
    await page.locator('vscode-button', { hasText: 'Add trial' }).click();
    await page.getByRole('menuitem', { name: 'Any trial of any experiment' }).click();
  };

  it('says why scores of different experiments are not put side by side, and draws no foreign forecasts', async () => {
    const page = await pages.open('tab=compare&trials=40', tall);
    await page.locator('vscode-button', { hasText: 'Compare the best' }).click();
    await addAny(page, 3, 'otherData');
    await page.getByText('These scores are not comparable').waitFor();
    await page.getByText('The horizon differs').first().waitFor();
    expect(await page.getByText('U2, search').count()).toBe(0);
    await expect
      .poll(() => page.locator('#chart-compareChanges .read').textContent())
      .toMatch(/Other rows or prices, so not drawn: #3 of NASDAQ/);
  });

  it('takes any trial of another experiment, with its forecasts where the rows are the same', async () => {
    const page = await pages.open('tab=compare&trials=40', tall);
    await page.locator('vscode-button', { hasText: 'Compare the best' }).click();
    await addAny(page, 31, 'sameData');
    await page.getByText('same data, split and horizon').waitFor();
    await page.locator('.cmp th', { hasText: '#31 of S&P 500, earlier' }).waitFor();
    await page.locator('#chart-compareChanges .key', { hasText: '#31 of S&P 500, earlier' }).waitFor();
    expect(await asked(page, 'predictions')).toContainEqual({
      number: 31,
      of: expect.objectContaining({ id: '20261110-090000-sp500-ef56' }) as unknown,
    });
    // The same trial again is no second column.
    const columns = await page.locator('.cmp thead th').count();
    await addAny(page, 31, 'sameData');
    await untilAsked(page, 'pickTrial', 2);
    await drawn(page);
    expect(await page.locator('.cmp thead th').count()).toBe(columns);
  });

  it('says what each mean is of: fresh seeds where both were confirmed, else folds', async () => {
    const page = await pages.open('tab=compare&trials=40', tall);
    await page.locator('vscode-button', { hasText: 'Compare the best' }).click();
    await page.locator('.pair .word').first().waitFor();
    expect(await page.locator('.pair', { hasText: '5 fresh seeds' }).count()).toBe(2);
    await page.getByText('the diamond is the mean of the seeds').waitFor();
    await addAny(page, 31, 'sameData');
    await page.locator('.pair', { hasText: '4 folds' }).waitFor();
    await page.getByText('of the seeds where there are some, else of the folds').waitFor();
  });

  it('compares no more trials than can stand side by side', async () => {
    const page = await pages.open('tab=trials&trials=80', tall);
    await page.locator('.grid').focus();
    await page.keyboard.press('Control+a');
    const button = page.locator('vscode-button', { hasText: /^\s*Compare \d+/ });
    await button.waitFor();
    expect(await button.getAttribute('disabled')).not.toBeNull();
    expect(await button.getAttribute('title')).toMatch(/^At most 50/);
  });
});

describe('errors of a trial', () => {
  it('are taken apart by what is chosen, with the lag test in words, and the choice is remembered', async () => {
    const page = await pages.open('tab=plots&trials=40', { width: 1400, height: 900 });
    const chart = page.locator('#chart-errors');
    await chart.scrollIntoViewIfNeeded();
    await expect.poll(() => chart.locator('.read').textContent()).toMatch(/Each validation fold/);
    expect(await page.locator('#chart-lag .read').textContent()).toMatch(/Not best one day late/);
    await chart.locator('vscode-single-select').click();
    await page.getByRole('option', { name: 'by weekday' }).click();
    await expect.poll(() => chart.locator('.read').textContent()).toMatch(/Weekday of the day forecast/);
    await drawn(page);
    await page.reload();
    await expect.poll(() => chart.locator('.read').textContent()).toMatch(/Weekday of the day forecast/);
    expect(await page.locator('#chart-savedErrors canvas').count()).toBe(1);
  });
});

describe('Test', () => {
  it('saves the lag test and the errors by weekday as pictures and numbers, as every figure', async () => {
    const page = await pages.open('tab=test&trials=40&phase=finished&tested=1', tall);
    const [svg, lag] = await savedBy(page, 'Lag test', ['Save as SVG', 'Save its numbers as CSV']);
    expect(svg).toMatch(/^<svg[^>]+xmlns/);
    expect(lag).toMatch(/^shift in days,correlation\r\n-3,/);
    const [days] = await savedBy(page, 'Mean error by weekday', ['Save its numbers as CSV']);
    expect(days).toMatch(/^weekday,mean error,RMSE,rows\r\nMonday,/);
  });

  it('is sealed until the search has ended', async () => {
    const page = await pages.open('tab=test&trials=33&phase=running');
    await page.getByText('The test range is sealed').waitFor();
    expect(
      await page.locator('vscode-button', { hasText: 'Test the winner' }).getAttribute('disabled'),
    ).not.toBeNull();
    await page.getByText('confirmation runs').waitFor();
    expect(await asked(page, 'test')).toEqual([]);
  });

  it('opens once, and says the verdict before its evidence', async () => {
    const page = await pages.open('tab=test&trials=40&phase=finished', tall);
    await page.locator('vscode-button', { hasText: 'Test the winner' }).click();
    await page.getByText('The tested configuration did not beat').waitFor();
    expect(await asked(page, 'test')).toHaveLength(1);
    const verdict = (await page.locator('.verdict h2').boundingBox())!;
    const evidence = (await page.locator('.btable').first().boundingBox())!;
    expect(verdict.y).toBeLessThan(evidence.y);
    for (const text of ['1 look', 'Diebold-Mariano', 'Clark-West', 'reproduces the last price', 'Hansen SPA'])
      await page.getByText(text).first().waitFor();
  });

  it('asks before another trial is tested, and shows each stored result again without a look', async () => {
    const page = await pages.open('tab=trials&trials=40&phase=finished&tested=1', tall);
    const openMenu = async (): Promise<number> => {
      await page.locator('.grid').focus();
      const row = page.locator('.grid-row.complete').nth(4);
      await row.locator('.c-number').click({ button: 'right' });
      return Number(await row.getAttribute('data-trial'));
    };
    const number = await openMenu();
    await page.getByRole('menuitem', { name: 'Test this trial, once' }).click();
    const dialog = page.getByRole('dialog', { name: `Test trial #${number}?` });
    await dialog.getByText('this would be look 2').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await asked(page, 'test')).toEqual([]);

    await openMenu();
    await page.getByRole('menuitem', { name: 'Test this trial, once' }).click();
    await dialog.getByRole('button', { name: 'Test once' }).click();
    await page.getByText(`Trial #${number} was refitted`).waitFor();
    expect(await asked(page, 'test')).toEqual([{ number }]);
    await page.getByText('2 looks').waitFor();

    await page.locator('.tested vscode-single-select').click();
    await page.locator('.tested').getByRole('option').last().click();
    await page.getByText(/The winner #\d+ was refitted/).waitFor();
    expect(await asked(page, 'test')).toHaveLength(1);
    await page.getByRole('tab', { name: 'Trials' }).click();
    await openMenu();
    await page.getByRole('menuitem', { name: 'Show its test result' }).click();
    await page.getByText(`Trial #${number} was refitted`).waitFor();
    expect(await asked(page, 'test')).toHaveLength(1);
  });

  it('never brings a test number into the table', async () => {
    const page = await pages.open('tab=trials&trials=40&phase=finished&tested=1');
    await page.getByRole('button', { name: 'Columns', exact: true }).click();
    const columns = await page.getByRole('menuitemcheckbox').allTextContents();
    expect(columns.some((label) => /test/i.test(label))).toBe(false);
  });

  it('offers what can be taken away', async () => {
    const page = await pages.open('tab=test&trials=40&phase=finished&tested=1', tall);
    await page.locator('vscode-button', { hasText: 'Model' }).click();
    await page.getByRole('menuitem', { name: 'ONNX' }).click();
    await page.getByText(/values into the study file/).click();
    expect(await untilAsked(page, 'export')).toEqual([expect.objectContaining({ format: 'onnx' })]);
    await untilAsked(page, 'applyParams');
  });
});

describe('states', () => {
  it.each([
    ['trials', 'trials=0&phase=ready', 'No trial yet'],
    ['plots', 'trials=0&phase=ready', 'Nothing to plot yet'],
    ['compare', 'trials=40&phase=finished', 'Pick two trials to compare'],
    ['test', 'trials=0&phase=ready', 'The test range is sealed'],
    ['trials', 'trials=0&phase=ready&problem=untrusted', 'Browse only'],
    ['trials', 'trials=0&phase=running', 'First trial is training'],
    ['trials', 'trials=0&phase=interrupted', 'No trial was finished'],
    ['trials', 'problem=fails', 'The panel could not be opened'],
  ])('%s with %s says “%s” and offers something to do', async (tab, query, title) => {
    const page = await pages.open(`tab=${tab}&${query}`);
    await page.getByText(title).waitFor();
    expect(await page.locator('.state p').textContent()).toMatch(/\w/);
    if (title !== 'First trial is training')
      expect(await page.locator('.state vscode-button').count()).toBeGreaterThan(0);
  });

  it('a panel that could not be opened tries again', async () => {
    const page = await pages.open('tab=trials&problem=fails');
    await page.getByRole('button', { name: 'Try again' }).click();
    expect(await untilAsked(page, 'ready', 2)).toHaveLength(2);
  });
});
