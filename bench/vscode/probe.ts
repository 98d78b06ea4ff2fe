/** What is measured inside the panel's page. What is given to `evaluate` runs there and may use nothing from outside itself. */
import type { Frame, Page } from 'playwright-core';
import type { TrialRow } from '../../src/model/trial.ts';
import { toTrialColumns } from '../../src/protocol/trialColumns.ts';

declare global {
  interface Window {
    /** When the page first showed what was waited for, milliseconds of the epoch; after the frame that drew it. */
    benchShown?: number;
  }
}

/**
 * The panel's frame once it has painted its rows (or its form, where there are none), and when that was. The page is asked every 10 ms:
 * VS Code writes it into a frame that is there before, which ends whatever was put into it earlier.
 */
export async function shownPanel(page: Page, not: Frame | null): Promise<{ frame: Frame; at: number }> {
  const end = Date.now() + 120_000;
  while (Date.now() < end) {
    for (const frame of page.frames()) {
      if (frame === not || !frame.url().includes('/fake.html')) continue;
      const at = await frame
        .evaluate(() => {
          const shown = '.grid-body .grid-row, #tabpanel[data-tab="setup"] [id^="section-"]';
          if (window.benchShown === undefined && document.querySelector(shown)) {
            window.benchShown = 0;
            requestAnimationFrame(() => (window.benchShown = performance.timeOrigin + performance.now()));
          }
          return window.benchShown;
        })
        .catch(() => undefined); // being replaced
      if (at) return { frame, at };
    }
    await page.waitForTimeout(10);
  }
  throw new Error('the panel did not show its trials');
}

/** Clicks the head of a column and waits for the second frame after; milliseconds. */
export function sortOnce(frame: Frame, turn: number): Promise<number> {
  return frame.evaluate(
    (text) =>
      new Promise<number>((resolve) => {
        const head = [...document.querySelectorAll<HTMLElement>('.cell.head')].find((cell) =>
          cell.textContent.includes(text),
        );
        if (!head) throw new Error(`no column ${text}`);
        const from = performance.now();
        head.click();
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - from)));
      }),
    turn % 2 ? 'dropout' : 'learning rate',
  );
}

/** Types a filter and waits for the second frame after; milliseconds. */
export function filterOnce(frame: Frame, text: string): Promise<number> {
  return frame.evaluate(
    (value) =>
      new Promise<number>((resolve) => {
        const field = document.querySelector('#filter')?.shadowRoot?.querySelector('input');
        if (!field) throw new Error('no filter');
        const from = performance.now();
        field.value = value;
        field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - from)));
      }),
    text,
  );
}

/** Columns of one trial each, as JSON: an event of the panel is made of one. */
export type Changes = readonly Readonly<Record<string, unknown>>[];

/** What the extension host would send for each of some trials. */
export function changesOf(rows: readonly TrialRow[], folds: number): Changes {
  const plain = (value: unknown): unknown =>
    ArrayBuffer.isView(value)
      ? { array: value.constructor.name, numbers: Array.from(value as Float64Array, String) }
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
        : value;
  return rows.map((row) => plain(toTrialColumns([row], folds)) as Record<string, unknown>); // an object stays one
}

/**
 * Intervals of 118 frames while nothing happens, while the table scrolls by five rows a frame, or while 20 events a second bring a
 * changed trial each, in the form in which the extension host sends them; milliseconds.
 */
export function frames(
  frame: Frame,
  during: 'scroll' | 'update' | 'nothing',
  changes: Changes = [],
): Promise<number[]> {
  return frame.evaluate(
    ({ what, list }) =>
      new Promise<number[]>((resolve) => {
        const grid = document.querySelector('.grid');
        if (!grid) throw new Error('no table');
        const kinds: Record<string, { from: (numbers: number[]) => unknown }> = {
          Int32Array,
          Uint8Array,
          Uint16Array,
          Float32Array,
          Float64Array,
        };
        const typed = (value: unknown): unknown => {
          if (typeof value !== 'object' || value === null) return value;
          const { array, numbers } = value as { array?: string; numbers?: string[] };
          if (array && numbers) return kinds[array]?.from(numbers.map(Number));
          return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, typed(inner)]));
        };
        const events = list.map((change, n) => {
          const payload = typed(change) as { value: Float64Array };
          payload.value[0] = 1 + n / 1e5;
          return { lstm: 'event', name: 'trials', payload };
        });
        const times: number[] = [];
        const begun = performance.now();
        let last = begun;
        let sent = 0;
        const step = (now: number): void => {
          times.push(now - last);
          last = now;
          if (what === 'scroll') grid.scrollTop += 120;
          else if (what === 'update')
            while (now - begun > sent * 50)
              dispatchEvent(
                new MessageEvent('message', { data: events[sent++ % events.length], origin: window.origin }),
              );
          if (times.length < 120) requestAnimationFrame(step);
          else resolve(times.slice(2));
        };
        requestAnimationFrame(step);
      }),
    { what: during, list: changes },
  );
}
