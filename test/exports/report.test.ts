import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  exportFigures,
  exportModelSheet,
  exportReportHtml,
  exportReportMarkdown,
} from '../../src/engine/report/reportFiles.ts';
import type { ReportSource } from '../../src/engine/report/source.ts';
import type { ExportFile } from '../../src/engine/exporters/exportFile.ts';
import { createRng } from '../../src/engine/rng.ts';
import { sp500 } from './fixtures.ts';
import { ar1Case, reportSourceOf, sectionTitles, testResultOf, type ScoredCase } from './reportFixtures.ts';

const text = (file: ExportFile): string => ('text' in file ? file.text : '');
const htmlOf = (source: ReportSource): string => text(exportReportHtml(source));
const markdownOf = (source: ReportSource): string => text(exportReportMarkdown(source));

const ar1 = testResultOf(ar1Case());

describe('the report of AR(1) on the S&P 500 (docs/evaluation.md: U2 0.9813, all of it from one crash)', () => {
  const source = reportSourceOf({ result: ar1 });
  const markdown = markdownOf(source);

  it('has the nine sections in their order', () => {
    const titles = [...markdown.matchAll(/^## (\d) (.*)$/gm)].map((m) => `${m[1]} ${m[2]}`);
    expect(titles).toEqual(sectionTitles);
  });

  it('says first, and plainly, that it does not beat persistence', () => {
    expect(markdown).toMatch(
      /## 1 Verdict\n\n\*\*Not distinguishable from repeating the last price\.\*\*\n\nThe tested configuration did not beat repeating the last price on unseen data; this is the usual result for daily prices\./,
    );
    for (const part of [
      /U2: 0\.98\d\d, 95 % interval/,
      /relMAE: 0\.99/,
      /Diebold-Mariano: .* p 0\.0/,
      /Clark-West: .* p 0\.0/,
    ])
      expect(markdown).toMatch(part);
  });

  it('shows that a few days of the crash hold most of the squared error, and that nothing is left without them', () => {
    const found =
      /(\d+) % of persistence’s squared error lies in (\d+) days, 2020-02-\d\d to 2020-04-\d\d. On all other days U2 is (\d\.\d+)/.exec(
        markdown,
      );
    expect(Number(found?.[1])).toBeGreaterThanOrEqual(60);
    expect(Number(found?.[2])).toBeLessThan(45);
    expect(Math.abs(Number(found?.[3]) - 1)).toBeLessThan(0.003);
  });

  it('has the baselines of the reference table', () => {
    expect(markdown).toContain('| Persistence (last price) | 36.18 | 19.94 | 1.0000 | 1.0000 | none |');
    expect(markdown).toMatch(/\| Drift \| 36\.18 \|.*\| 0\.9999 \|/);
    expect(markdown).toMatch(/\| Moving average, 5 \| 48\.10 \|.*\| 1\.3295 \|/);
  });

  it('prints trials, folds and seeds beside what was chosen, and how often the test range was opened', () => {
    for (const part of [
      '40 trials, 4 folds; refitted with 5 seeds',
      'Looks at this test range: 1 look',
      'PBO',
      'Hansen SPA',
    ])
      expect(markdown).toContain(part);
  });
});

describe('what the report warns of', () => {
  it('a second look at the test range is told', () => {
    expect(markdownOf(reportSourceOf({ result: ar1 }))).not.toContain('has been opened');
    const second = markdownOf(reportSourceOf({ result: { ...ar1, looks: 2 } }));
    expect(second).toContain('This test range has been opened 2 times');
    expect(second).toContain('Looks at this test range: 2 looks');
  });

  it('an oracle (tomorrow’s price in the inputs) fires the guard, with what the checks said', () => {
    const result = testResultOf({
      ...ar1Case(),
      forecast: (t, seed) => sp500.adjclose[t + 1] * (1 + 0.0001 * seed),
      leakChecks: ['rows after a cut set to 1e9: inputs changed'],
    });
    expect(result.u2).toBeLessThan(0.1);
    const markdown = markdownOf(reportSourceOf({ result }));
    expect(markdown).toContain('> **Warning:** Possible leak:');
    expect(markdown).toContain('> - rows after a cut set to 1e9: inputs changed');
  });

  it('a random walk forecast with noise is not called better', () => {
    for (const seed of [1, 2, 3, 4]) {
      const result = testResultOf(randomWalk(seed));
      expect(result.verdict).not.toBe('better');
      expect(markdownOf(reportSourceOf({ result }))).toMatch(
        /\*\*(Not distinguishable from|Worse than) repeating the last price\.\*\*/,
      );
    }
  });

  it('a planted signal is called better, and the guard fires', () => {
    const result = testResultOf(plantedSignal(1));
    const markdown = markdownOf(reportSourceOf({ result }));
    expect(result.u2).toBeGreaterThan(0.83);
    expect(result.u2).toBeLessThan(0.91);
    expect(markdown).toContain('**Better than repeating the last price.**');
    expect(markdown).toContain('Possible leak:');
  });

  it('without a test there is no verdict and no test number', () => {
    const markdown = markdownOf(reportSourceOf({}));
    expect(markdown).toContain('**Not tested yet: there is no verdict.**');
    expect(markdown).not.toContain('Clark-West:');
    expect(markdown).not.toMatch(/## \d Forecasts/);
    expect(markdown).toContain('the luckiest of many');
  });
});

describe('the HTML', () => {
  const nasty = '</title><script>alert(1)</script>"\'&\u202Eevil\u0000<img src=x onerror=alert(1)>';
  const source = reportSourceOf({ result: ar1, experiment: { name: nasty } });
  const experiment = {
    ...source.experiment,
    studyFile: `${nasty}.lstm.json`,
    study: { ...source.experiment.study, data: { ...source.experiment.study.data, file: nasty } },
  };
  const html = htmlOf({ ...source, experiment, annotations: null });

  it('loads nothing, runs nothing, and allows only its own style', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(policy.replaceAll('&#39;', "'")).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    expect(html.match(/<style/g)).toHaveLength(1);
    expect(html).not.toMatch(/<(script|img|iframe|link|object|embed|base)\b/i);
    expect(html).not.toMatch(/\sstyle=/);
    expect(html).not.toMatch(/<[^>]*\son\w+=/i); // no tag has a handler
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//);
  });

  it('shows names full of markup, controls and bidi marks as text', () => {
    expect(html).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
    expect(html).toContain('\\u{202e}evil\\u{0}');
    expect(html).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
    expect(html).not.toContain('\u0000');
  });

  it('Markdown cannot be broken out of either', () => {
    const markdown = markdownOf({ ...source, experiment });
    expect(markdown).not.toContain('<script>');
    expect(markdown).not.toContain('\u202E');
    expect(markdown).not.toContain('\u0000');
    expect(markdownOf(reportSourceOf({ experiment: { name: 'a | b [x](http://e) `c`' } }))).toContain(
      '# a \\| b \\[x\\](http&#58;//e) \\`c\\`',
    );
  });

  it('holds the study as it was run, whatever its names: the text can be saved and run again', () => {
    const markdown = markdownOf({ ...source, experiment });
    const block = /this study, as it was run[^\n]*\n\n((?: {4}.*\n)+)/.exec(markdown)?.[1] ?? '';
    expect(JSON.parse(block)).toEqual(experiment.study);
    expect(markdown).toContain('    lstm-study run STUDY.lstm.json --build simd\n');
    expect(markdown).toContain(`    lstm-study rerun ${experiment.id}\n`);
  });

  it('draws every chart with a reading line and a text for those who cannot see it', () => {
    const charts = html.match(/<svg/g)?.length ?? 0;
    expect(charts).toBe(11);
    expect(html.match(/<figcaption/g)).toHaveLength(charts);
    expect(html.match(/role="img"\s+aria-label="[^"]{10,}"/g)).toHaveLength(charts);
    expect(html).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  it('gives the charts as SVG files with their style inside', () => {
    const figures = exportFigures(source);
    expect(figures.map((f) => f.name)).toEqual([
      'lift.svg',
      'cumulative.svg',
      'u2-folds.svg',
      'u2-quarters.svg',
      'seeds.svg',
      'shrinkage.svg',
      'changes.svg',
      'prices.svg',
      'lag.svg',
      'weekdays.svg',
      'moves.svg',
    ]);
    for (const figure of figures)
      expect(text(figure)).toMatch(/^<svg[^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"[^>]*>\s*<style>/);
  });
});

it('the model sheet has hashes, versions, seeds and the commands to repeat it', () => {
  const sheet = text(exportModelSheet(reportSourceOf({ result: ar1 })));
  for (const part of [
    /Data hash \(SHA-256\): d{64}/,
    /Study hash \(SHA-256\): s{64}/,
    /Refit seeds: 900, 901, 902, 903, 904/,
    /Search seed: 1/,
    /wasm, build simd, digest d1ge57/,
    /node v24/,
    / {4}lstm-study run sp500\.lstm\.json/,
    / {4}lstm-study test sp500\.lstm\.json --trial \d+/,
  ])
    expect(sheet).toMatch(part);
});

/** 2,000 N(0, 1 %) log steps; the forecast adds noise of a tenth of a step to the last price. */
function randomWalk(seed: number): ScoredCase {
  const rng = createRng(seed);
  const prices = new Float64Array(2000).fill(100);
  for (let t = 1; t < prices.length; t++) prices[t] = prices[t - 1] * Math.exp(0.01 * rng.normal());
  const noise = Float64Array.from({ length: 5 * prices.length }, () => 0.001 * rng.normal());
  return { prices, from: 1700, forecast: (t, s) => prices[t] * Math.exp(noise[s * prices.length + t]) };
}

/** AR(1) returns with phi 0.5, forecast by the rule that made them. */
function plantedSignal(seed: number): ScoredCase {
  const rng = createRng(seed);
  const returns = new Float64Array(2000);
  for (let t = 1; t < returns.length; t++) returns[t] = 0.5 * returns[t - 1] + 0.01 * rng.normal();
  const prices = new Float64Array(2000).fill(100);
  for (let t = 1; t < prices.length; t++) prices[t] = prices[t - 1] * Math.exp(returns[t]);
  return { prices, from: 1700, forecast: (t, s) => prices[t] * Math.exp((0.5 - 0.01 * s) * returns[t]) };
}
