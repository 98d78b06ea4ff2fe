import { describe, expect, it } from 'vitest';
import { restsOn } from './analysis.ts';

describe('what an analysis rests on', () => {
  it('is never more than there is, never much less, and another one as trials come in', () => {
    const all = Array.from({ length: 400 }, (_, complete) => restsOn(complete));
    all.forEach((rests, complete) => {
      expect(rests).toBeLessThanOrEqual(complete);
      expect(complete - rests).toBeLessThanOrEqual(Math.max(0, complete / 20));
    });
    // 40 trials are told apart from 20: what was known of 20 is not what is known of 40.
    expect(new Set([15, 20, 24, 30, 40, 60, 100, 200].map(restsOn)).size).toBe(8);
  });
});
