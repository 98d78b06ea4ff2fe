/** What is measured inside the panel's page. The functions run there: they may use nothing from outside themselves. */
import type { Frame, Page } from 'playwright-core';

declare global {
  interface Window {
    /** When the page first showed what was waited for, milliseconds of the epoch; after the frame that drew it. */
    benchShown?: number;
    /** The columns of all trials, as they came. */
    benchColumns?: Record<string, unknown>;
  }
}

/** Put into every frame before its scripts: notes the moment of the first paint, and keeps the first columns. */
export async function watchPages(page: Page): Promise<void> {
  await page.addInitScript(() => {
    if (!location.pathname.endsWith('/fake.html') && location.href !== 'about:blank') return;
    let isListening = false;
    const look = (): void => {
      if (!isListening && document.getElementById('root')) {
        isListening = true;
        addEventListener('message', ({ data }: MessageEvent<Record<string, unknown>>) => {
          const result = data['result'] as Record<string, unknown> | undefined;
          if (data['lstm'] === 'answer' && result?.['trials'])
            window.benchColumns = result['trials'] as Record<string, unknown>;
        });
      }
      if (document.querySelector('.grid-body .grid-row, #tabpanel[data-tab="setup"] [id^="section-"]')) {
        requestAnimationFrame(() => (window.benchShown ??= performance.timeOrigin + performance.now()));
        return;
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** The panel's frame once it has painted, and when that was. */
export async function shownPanel(page: Page, not: Frame | null): Promise<{ frame: Frame; at: number }> {
  const end = Date.now() + 120_000;
  while (Date.now() < end) {
    for (const frame of page.frames()) {
      if (frame === not || !frame.url().includes('/fake.html')) continue;
      const at = await frame.evaluate(() => window.benchShown).catch(() => undefined); // being replaced
      if (at) return { frame, at };
    }
    await page.waitForTimeout(50);
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

/**
 * Intervals of 118 frames while the table scrolls by five rows a frame, or while 20 events a second change a trial each, sent
 * the way the extension host sends them; milliseconds.
 */
export function frames(frame: Frame, during: 'scroll' | 'update' | 'nothing'): Promise<number[]> {
  return frame.evaluate(
    (what) =>
      new Promise<number[]>((resolve) => {
        const grid = document.querySelector('.grid');
        const all = window.benchColumns;
        if (!grid || !all) throw new Error('no table');
        const count = all['count'] as number;
        const oneRow = (source: Record<string, unknown>, row: number): Record<string, unknown> =>
          Object.fromEntries(
            Object.entries(source).map(([key, value]) => {
              if (key === 'count') return [key, 1];
              if (ArrayBuffer.isView(value)) {
                const array = value as Float64Array;
                const width = array.length / count;
                return [key, array.slice(row * width, (row + 1) * width)];
              }
              if (key === 'errors' || typeof value !== 'object' || value === null) return [key, value];
              return [key, oneRow(value as Record<string, unknown>, row)];
            }),
          );
        const update = (n: number): void => {
          const payload = oneRow(all, (n * 37) % count);
          (payload['value'] as Float64Array)[0] = 1 + n / 1e5;
          const data = { lstm: 'event', name: 'trials', payload };
          dispatchEvent(new MessageEvent('message', { data, origin: window.origin }));
        };
        const times: number[] = [];
        const begun = performance.now();
        let last = begun;
        let sent = 0;
        const step = (now: number): void => {
          times.push(now - last);
          last = now;
          if (what === 'scroll') grid.scrollTop += 120;
          else if (what === 'update') while (now - begun > sent * 50) update(sent++);
          if (times.length < 120) requestAnimationFrame(step);
          else resolve(times.slice(2));
        };
        requestAnimationFrame(step);
      }),
    during,
  );
}
