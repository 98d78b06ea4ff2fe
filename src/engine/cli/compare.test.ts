import { expect, test } from 'vitest';
import { compareTrials } from '../compare/compareTrials.ts';
import { confirmationOf, experimentOf, trialOf } from '../../../test/exports/fixtures.ts';
import { compareText } from './compare.ts';

const experiment = experimentOf();
const a = trialOf(17, [0.996, 0.998, 0.997, 0.995], { units: 50 });
const b = trialOf(23, [0.995, 0.999, 0.996, 0.994], { units: 150 });
const source = (trial: typeof a, of = experiment) => ({
  ref: { store: '/s', id: of.id },
  experiment: of,
  trial,
  confirmations: [confirmationOf(17, [[1], [1.002]]), confirmationOf(23, [[0.999], [1.001]])],
});

test('trials of one experiment: what differs, scores in one row, a tie called one', () => {
  const text = compareText(compareTrials([source(a), source(b)]));
  expect(text).toMatch(/^ +#17 +#23\n *units +50 +150\n *u2 +0\.99650 +0\.99600\n *lift /);
  expect(text).toMatch(/\n *fold 1 +0\.99600 +0\.99500\n/);
  expect(text).toMatch(/\n *fresh seeds +1\.00100 ± 0\.00141 \(2\) +1\.00000 ± 0\.00141 \(2\)\n/);
  expect(text).toContain('#23 and #17 tie');
  expect(text).toContain('  #23 minus #17 by fold: -0.00100, +0.00100, -0.00100, -0.00100');
  expect(text).toContain('  #23 minus #17 by fresh seed: -0.00100, -0.00100');
});

test('twelve trials: each against the first, not every pair; a pruned one stands by its state', () => {
  const others = Array.from({ length: 10 }, (_, i) => source(trialOf(i, [1, 1, 1, 1 + i / 100])));
  const pruned = { ...trialOf(30, [1.1]), state: 'pruned' as const, value: null };
  const text = compareText(compareTrials([source(a), ...others, source(pruned)]));
  expect(text.match(/ tie: | is better than /g)).toHaveLength(11);
  expect(text).toContain('Each against #17; 55 more pairs with --json.');
  expect(text).toMatch(/\n *u2 .* pruned\n/);
  expect(text).toMatch(/\n *fold 2 .* -\n/);
});

test.each([
  ['data', { dataHash: 'x'.repeat(64) }],
  ['horizon', { study: { horizon: 5 } }],
  ['target', { study: { data: { file: 'sp500.csv', forecast: 'price' } } }],
] as const)('another %s: the scores stand in no common row, and it is said why', (what, options) => {
  const other = experimentOf({ ...options, id: 'other', name: 'other' });
  const text = compareText(compareTrials([source(a), source(b), source(b, other)]));
  const [table, rest] = text.split('\n\n');
  expect(table).not.toMatch(/u2|lift/);
  expect(rest).toMatch(new RegExp(`^The scores are not put beside each other:\n  Different ${what}: `));
  // Each experiment has a line of its own.
  expect(rest).toMatch(/\n {2}On its own data and split: #17 of .* 0\.99650, #23 of .* 0\.99600\n/);
  expect(rest).toMatch(/\n {2}On its own data and split: #23 of other 0\.99600$/);
  expect(text).toContain('tie'); // the two that may be compared still are
});
