import { expect, test } from 'vitest';
import { wilcoxonGreater } from './wilcoxon.ts';

// scipy.stats.wilcoxon 1.x, alternative='greater', zero_method='zsplit', exact.
test.each([
  [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6], 0.015625],
  [[0.1, -0.05, 0.3, 0.2, 0.4, -0.02, 0.15, 0.25], 0.01953125],
  [[0.1, 0.2, -0.3, 0.45], 0.3125],
  [[0.1, 0.2, 0.3], 0.125],
  [[-1, -2, -3], 1],
])('one-sided p of %j is %d', (differences, expected) => {
  expect(wilcoxonGreater(differences)).toBeCloseTo(expected, 12);
});

test('ties take their mean rank: p counts the sign patterns that are at least as large', () => {
  // Ranks 1.5 1.5 3; W+ = 4.5 is reached by 1.5 + 3 in two ways and by 6: 3 of 8.
  expect(wilcoxonGreater([1, -1, 2])).toBeCloseTo(3 / 8, 12);
  // All zero: nothing speaks either way.
  expect(wilcoxonGreater([0, 0, 0])).toBe(1);
});
