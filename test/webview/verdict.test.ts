import { describe, expect, it } from 'vitest';
import { verdictSentence } from '../../src/engine/evaluation/verdict.ts';
import { claimAndNumbers } from '../../src/webview/test/verdict.ts';

describe('the verdict in the panel', () => {
  const numbers = {
    u2: 0.9943,
    interval: [0.9877, 1.0039],
    clarkWest: { statistic: 1.57, p: 0.058 },
    trials: 12,
    rows: 419,
  } as const;

  it.each(['better', 'worse', 'notDistinguishable'] as const)(
    'parts the sentence of "%s" into a claim without numbers of U2, and the numbers',
    (kind) => {
      const sentence = verdictSentence(kind, numbers);
      const [claim, rest] = claimAndNumbers(sentence);
      expect(`${claim} ${rest}`).toBe(sentence);
      expect(claim).toMatch(/\.$/);
      expect(claim).not.toMatch(/U2|interval|distinguishable/);
      expect(rest).toMatch(/U2 0\.9943, 95 % interval 0\.9877 to 1\.0039/);
    },
  );

  it('leaves another sentence whole', () => {
    expect(claimAndNumbers('Nothing was tested.')).toEqual(['Nothing was tested.', '']);
  });
});
