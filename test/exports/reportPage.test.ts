import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportReportHtml } from '../../src/engine/report/reportFiles.ts';
import type { ReportSource } from '../../src/engine/report/source.ts';
import { launchBrowser } from '../webview/harness/browser.ts';
import { ar1Case, reportSourceOf, sectionTitles, testResultOf } from './reportFixtures.ts';

/** The report as a reader gets it: a file, opened in Chromium without a network. */

const nasty =
  '</title></style><script>document.title="run"</script><img src="http://127.0.0.1:9/x" onerror="document.title=1">‮';

let browser: Browser;
let folder = '';
beforeAll(async () => {
  browser = await launchBrowser();
  folder = await mkdtemp(join(tmpdir(), 'report-'));
}, 900_000);
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Addresses asked for, the file itself left out. */
  readonly asked: string[];
  /** What the page's policy refused, and errors. */
  readonly complaints: string[];
}

async function openText(text: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Opened> {
  const file = join(folder, `${Math.abs(hash(text))}.html`);
  await writeFile(file, text);
  const context = await browser.newContext({ offline: true, ...options });
  const page = await context.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  const address = pathToFileURL(file).href;
  page.on('request', (request) => request.url() === address || asked.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address);
  return { page, context, asked, complaints };
}

/** A name for the file; nothing more. */
function hash(text: string): number {
  let value = 7;
  for (let i = 0; i < text.length; i += 97) value = (31 * value + text.charCodeAt(i)) | 0;
  return value;
}

const htmlOf = (source: ReportSource): string => {
  const file = exportReportHtml(source);
  if (!('text' in file)) throw new Error('the report is not text');
  return file.text;
};

describe('the report in a browser', () => {
  const source = reportSourceOf({ result: testResultOf(ar1Case()), experiment: { name: nasty } });
  let opened: Opened;
  beforeAll(async () => {
    opened = await openText(htmlOf({ ...source, annotations: null }), {
      viewport: { width: 1100, height: 900 },
    });
  });
  afterAll(() => opened.context.close());

  it('asks for nothing, is complained of by nobody, and runs nothing', async () => {
    expect(opened.asked).toEqual([]);
    expect(opened.complaints).toEqual([]);
    expect(await opened.page.title()).toContain('</title></style><script>');
    expect(await opened.page.locator('script, img, iframe, link').count()).toBe(0);
  });

  it('shows hostile names as text', async () => {
    const heading = opened.page.getByRole('heading', { level: 1 });
    expect(await heading.textContent()).toContain('<script>document.title="run"</script>');
    expect(await heading.textContent()).toContain('\\u{202e}');
  });

  it('has the nine sections in their order, reached from its list, none of them empty', async () => {
    const titles = await opened.page.getByRole('heading', { level: 2 }).allTextContents();
    expect(titles).toEqual(sectionTitles);
    const links = opened.page.getByRole('navigation').getByRole('link');
    expect(await links.count()).toBe(9);
    await links.nth(7).click();
    await expect.poll(() => opened.page.evaluate(() => window.scrollY)).toBeGreaterThan(500);
    for (const section of await opened.page.locator('section').all())
      expect((await section.boundingBox())!.height).toBeGreaterThan(80);
  });

  it('draws: every chart is as wide as its place, and its marks lie inside it and have colours', async () => {
    const charts = await opened.page.locator('svg').evaluateAll((all) =>
      all.map((svg) => {
        const box = svg.getBoundingClientRect();
        const marks = [...svg.querySelectorAll('path, line, rect, circle, text')].map((mark) => {
          const { left, right, top, bottom } = mark.getBoundingClientRect();
          const { stroke, fill } = getComputedStyle(mark);
          return {
            inside:
              left >= box.left - 1 &&
              right <= box.right + 1 &&
              top >= box.top - 1 &&
              bottom <= box.bottom + 1,
            seen: stroke !== 'none' || fill !== 'none',
            what: mark.outerHTML.slice(0, 120),
          };
        });
        return { width: box.width, height: box.height, marks };
      }),
    );
    expect(charts).toHaveLength(11);
    for (const { width, height, marks } of charts) {
      expect(width).toBeGreaterThan(300);
      expect(height).toBeGreaterThan(60);
      expect(marks.length).toBeGreaterThan(4);
      expect(marks.filter((mark) => !mark.inside || !mark.seen)).toEqual([]);
    }
  });

  it('broken twin: a style that its own policy does not know is refused, and that is seen here', async () => {
    const twin = await openText(htmlOf(source).replace('<style>', '<style> '));
    expect(twin.complaints.join('\n')).toMatch(/Content Security Policy/);
    await twin.context.close();
  });

  it.each([360, 1100])(
    'at %i px nothing is wider than the page but tables, which scroll by themselves',
    async (width) => {
      await opened.page.setViewportSize({ width, height: 900 });
      expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        width,
      );
      await opened.page.setViewportSize({ width: 1100, height: 900 });
    },
  );

  it('follows the reader’s light or dark setting with text that can be read on it', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await opened.page.emulateMedia({ colorScheme });
      const { ground, text } = await opened.page.evaluate(() => {
        const { backgroundColor, color } = getComputedStyle(document.body);
        return { ground: backgroundColor, text: color };
      });
      expect(contrast(ground, text)).toBeGreaterThan(7);
      expect(luminance(ground) > 0.5).toBe(colorScheme === 'light');
    }
    await opened.page.emulateMedia({ colorScheme: null });
  });

  it('prints on a few pages, in light colours whatever the reader has set', async () => {
    await opened.page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    const ground = await opened.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(luminance(ground)).toBeGreaterThan(0.9);
    const pdf = await opened.page.pdf({ format: 'A4', printBackground: true });
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThanOrEqual(4);
    expect(pages).toBeLessThanOrEqual(9);
    await opened.page.emulateMedia({ colorScheme: null, media: null });
  });
});

it('a report without a test opens too, and says so', async () => {
  const { page, context, asked, complaints } = await openText(htmlOf(reportSourceOf({})));
  expect(await page.locator('.lead').first().textContent()).toBe('Not tested yet: there is no verdict.');
  expect([asked, complaints]).toEqual([[], []]);
  await context.close();
});

/** WCAG 2: relative luminance of `rgb(r, g, b)`. */
function luminance(color: string): number {
  const [r, g, b] = [...color.matchAll(/\d+(?:\.\d+)?/g)].map(([value]) => {
    const x = Number(value) / 255;
    return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
