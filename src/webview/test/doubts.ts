import { html, nothing } from 'lit';
import type { TestResult } from '../../protocol/results.ts';
import { icon, type Template } from '../controls/controls.ts';
import { count, percent } from '../format.ts';

/** One line each for what would make the number doubtful: copying, one period, the guard. */
export function doubts(result: TestResult): Template {
  const notes: { readonly kind: 'warn' | 'bad'; readonly text: string }[] = [];
  if (result.suspicious.fired)
    notes.push({
      kind: 'bad',
      text: `Too good to believe: ${result.suspicious.reason} ${result.suspicious.checks.join('; ')}.`,
    });
  if (result.lagTest.copies)
    notes.push({
      kind: 'warn',
      text: `The forecast fits the prices best ${result.lagTest.shift === 1 ? 'one day late' : `at a shift of ${result.lagTest.shift} days`}: it reproduces the last price.`,
    });
  const late = concentrated(result);
  if (late) notes.push({ kind: 'warn', text: late });
  if (notes.length === 0) return nothing;
  return html`${notes.map(
    ({ kind, text: words }) =>
      html`<div class="note ${kind}">
        ${icon(kind === 'bad' ? 'error' : 'warning')}<span>${words}</span>
      </div>`,
  )}`;
}

/** The shortest tail of the test range that holds most of the squared error, where it is a small one. */
function concentrated(result: TestResult): string | null {
  const { predictions, horizon } = result;
  const n = predictions.dates.length;
  const errors = predictions.dates.map(
    (_, i) => (predictions.actual[i * horizon] - predictions.last[i]) ** 2,
  );
  const total = errors.reduce((sum, v) => sum + v, 0);
  let sum = 0;
  let days = 0;
  while (days < n && sum < total * 0.5) sum += errors[n - ++days];
  if (days > n * 0.12) return null;
  return `${percent(sum / total)} of persistence’s squared error lies in the last ${days} of ${count(n)} days, from ${predictions.dates[n - days].slice(0, 10)}. Judge the number with that in mind.`;
}
