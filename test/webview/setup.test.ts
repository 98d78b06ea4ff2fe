import { describe, expect, it } from 'vitest';
import { asked, drawn, untilAsked, usePages } from './harness/openPage.ts';

const pages = usePages();
const setup = 'tab=setup&trials=0&phase=ready';

describe('Setup', () => {
  it('writes one edit for one field, and the text keeps its comments', async () => {
    const page = await pages.open(setup);
    const trials = page.getByLabel('Trials', { exact: true }).first();
    await trials.fill('60');
    await trials.press('Enter');
    await page.getByLabel('Horizon, steps').click();
    expect(await untilAsked(page, 'edit')).toEqual([{ path: ['search', 'trials'], value: 60 }]);
    await expect.poll(() => trials.inputValue()).toBe('60');
  });

  it('shows what is typed into the text at once', async () => {
    const page = await pages.open(setup);
    const text = `{ "lstmStudy": 1, "data": { "file": "sp500.csv" }, "hyperparameters": { "units": { "choices": [16, 32] } }, "search": { "trials": 7 } }`;
    await page.evaluate((next) => window.fakeHost.setText(next), text);
    await expect.poll(() => page.getByLabel('Trials', { exact: true }).first().inputValue()).toBe('7');
    expect(
      await page.getByRole('group', { name: 'units' }).locator('.chip:not(.add)').allTextContents(),
    ).toEqual([expect.stringContaining('16'), expect.stringContaining('32')]);
  });

  it('adds and removes choices', async () => {
    const page = await pages.open(setup);
    await page.getByLabel('Add to units').fill('75');
    await page.getByLabel('Add to units').press('Enter');
    expect((await untilAsked(page, 'edit'))[0]).toEqual({
      path: ['hyperparameters', 'units', 'choices'],
      value: [50, 75, 100, 150],
    });
    await page.getByRole('button', { name: 'Remove 150' }).click();
    expect((await untilAsked(page, 'edit', 2))[1]).toMatchObject({ value: [50, 75, 100] });
  });

  it('shows an edit before the host has made it: what comes next is computed on it, and nothing is lost', async () => {
    const page = await pages.open(setup);
    await page.evaluate(() => window.fakeHost.setTime('edit', 1000));
    const last = await page.getByRole('button', { name: 'Remove 150' }).elementHandle();
    for (const value of ['75', '125']) {
      await page.getByLabel('Add to units').fill(value);
      await page.getByLabel('Add to units').press('Enter');
    }
    // The same element: a click that was aimed at a value takes out that value, whatever came in before it.
    await last.click();
    const edits = await untilAsked(page, 'edit', 3);
    expect(edits.map((edit) => (edit as { value: number[] }).value)).toEqual([
      [50, 75, 100, 150],
      [50, 75, 100, 125, 150],
      [50, 75, 100, 125],
    ]);
    const text = () => page.evaluate(() => window.fakeHost.text());
    await expect.poll(text, { timeout: 60_000 }).toContain('[50, 75, 100, 125]');
  });

  it('leaves alone what is being typed, whatever is drawn meanwhile, and writes it on Enter', async () => {
    const page = await pages.open(setup);
    const trials = page.getByLabel('Trials', { exact: true }).first();
    const seed = page.getByLabel('Seed', { exact: true }).first();
    const text = await page.evaluate(() => window.fakeHost.text());
    const write = (next: string): Promise<void> => page.evaluate((t) => window.fakeHost.setText(t), next);
    const searching = (trials: number, seed: number): string =>
      text.replace('"trials": 40', `"trials": ${trials}, "seed": ${seed}`);
    await trials.fill('61');
    await write(searching(40, 77));
    await expect.poll(() => seed.inputValue()).toBe('77');
    expect(await trials.inputValue()).toBe('61');
    await trials.press('Enter');
    expect(await untilAsked(page, 'edit')).toEqual([{ path: ['search', 'trials'], value: 61 }]);
    await expect.poll(() => page.evaluate(() => window.fakeHost.text())).toContain('"trials": 61');
    // Written or left: from here on the text says again what the field shows.
    await write(searching(62, 78));
    await expect.poll(() => trials.inputValue()).toBe('62');
    await trials.fill('63');
    await trials.fill('62');
    await seed.focus();
    await write(searching(64, 78));
    await expect.poll(() => trials.inputValue()).toBe('64');
    // What cannot be written goes back to what the text says, with the reason.
    await trials.fill('many');
    await trials.press('Enter');
    await page.getByText('“many” is not a number').waitFor();
    await expect.poll(() => trials.inputValue()).toBe('64');
  });

  it('goes on with an experiment as the study says now, and not where trials would not compare', async () => {
    const page = await pages.open('tab=setup&trials=40&phase=finished');
    const goOn = page.locator('vscode-button', { hasText: 'Continue with changes' });
    const text = await page.evaluate(() => window.fakeHost.text());
    const write = (next: string): Promise<void> => page.evaluate((t) => window.fakeHost.setText(t), next);
    const narrower = text.replace('"layers": { "int": [1, 3] }', '"layers": { "int": [1, 2] }');
    await write(narrower);
    await goOn.waitFor();
    await write(narrower.replace('"horizon": 1,', '"horizon": 2,'));
    await goOn.waitFor({ state: 'detached' });
    await write(text);
    await page.getByText('About').first().waitFor();
    expect(await goOn.count()).toBe(0);
    await write(narrower);
    await goOn.click();
    expect(await untilAsked(page, 'resume')).toEqual([{ study: 'changed' }]);
    expect(await asked(page, 'run')).toEqual([]);
  });

  it('counts combinations live', async () => {
    const page = await pages.open(setup);
    await page.getByText('endless combinations').waitFor();
    await page.getByRole('button', { name: 'learning rate: log scale' }).click();
    await untilAsked(page, 'edit');
    await page.getByLabel('learning rate: step').fill('0.01');
    await page.getByLabel('learning rate: step').press('Enter');
    await page.getByText(/[\d,]+ combinations/).waitFor();
  });

  it('moves a range by keys: shown at once, written once', async () => {
    const page = await pages.open(setup);
    const thumb = page.getByRole('slider', { name: 'epochs, to' });
    // Looked at in the page, when the value changes: the pause before writing may be over by the time a test asks.
    await thumb.evaluate((element) => {
      new MutationObserver(() => {
        const edits = window.fakeHost.asked.filter((request) => request.name === 'edit').length;
        element.setAttribute('data-edits', String(edits));
      }).observe(element, { attributes: true, attributeFilter: ['aria-valuenow'] });
    });
    await thumb.focus();
    await Promise.all([page.keyboard.press('ArrowRight'), page.keyboard.press('ArrowRight')]);
    await expect.poll(() => thumb.getAttribute('aria-valuenow')).toBe('50');
    expect(await thumb.getAttribute('data-edits')).toBe('0');
    expect(await untilAsked(page, 'edit')).toEqual([
      { path: ['hyperparameters', 'epochs', 'int', 1], value: 50 },
    ]);
  });

  it('drags the test border and writes on release only', async () => {
    const page = await pages.open(setup);
    const border = page.getByRole('slider', { name: 'First test row' });
    const box = (await border.boundingBox())!;
    await page.mouse.move(box.x + 5, box.y + 60);
    await page.mouse.down();
    for (let i = 1; i <= 5; i++) await page.mouse.move(box.x + 5 - i * 20, box.y + 60);
    expect(await asked(page, 'edit')).toEqual([]);
    await page.mouse.up();
    const [edit] = (await untilAsked(page, 'edit')) as { path: string[]; value: { share: number } }[];
    expect(edit.path).toEqual(['split', 'test']);
    expect(edit.value.share).toBeGreaterThan(0.2);
    await drawn(page);
    expect(await asked(page, 'edit')).toHaveLength(1);
  });

  it('puts a problem beside its field and mends it', async () => {
    const page = await pages.open(`${setup}&problem=issues`);
    await page.getByText('Column “Close” is not in sp500.csv').waitFor();
    await page.getByRole('button', { name: 'Use “close”' }).click();
    expect(await untilAsked(page, 'edit')).toEqual([{ path: ['data', 'price'], value: 'close' }]);
    await page.getByText('Column “Close” is not').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Swap low and high' }).click();
    expect((await untilAsked(page, 'edit', 2))[1]).toEqual({
      path: ['hyperparameters', 'dropout', 'float'],
      value: [0.2, 0.5],
    });
  });

  it.each(['invalid', 'past', 'untrusted'])('is read-only with its reason: %s', async (problem) => {
    const page = await pages.open(`tab=setup&trials=0&phase=ready&problem=${problem}`);
    await page.locator('.setupbody > .note').waitFor();
    expect(await page.locator('vscode-textfield:not([readonly])').count()).toBe(0);
    expect(await page.locator('vscode-single-select:not([disabled])').count()).toBe(0);
    await page
      .getByRole('slider', { name: 'First test row' })
      .evaluate((handle) =>
        handle.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true })),
      );
    // Timers fire in their order: one that is set after the key and waits longer than a slider's pause comes after it.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 800)));
    expect(await asked(page, 'edit')).toEqual([]);
  });

  it('runs', async () => {
    const page = await pages.open(setup);
    await page.locator('.estimate vscode-button', { hasText: 'Run' }).click();
    expect(await untilAsked(page, 'run')).toEqual([{ ifFinished: 'ask' }]);
  });
});
