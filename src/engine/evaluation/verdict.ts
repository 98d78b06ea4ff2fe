import type { TestStatistic } from './dieboldMariano.ts';

export type Verdict = 'better' | 'notDistinguishable' | 'worse';

/** Level of Clark-West's p below which it supports "better". */
const clarkWestLevel = 0.05;

/**
 * better: the upper end of U2's interval is below 1 and Clark-West's p below 0.05; worse: the lower end is above 1; anything else
 * is not distinguishable, which is what to expect.
 */
export function verdictOf(interval: readonly [number, number], clarkWest: TestStatistic | null): Verdict {
  if (interval[1] < 1 && clarkWest !== null && clarkWest.p < clarkWestLevel) return 'better';
  return interval[0] > 1 ? 'worse' : 'notDistinguishable';
}

export interface VerdictNumbers {
  readonly u2: number;
  readonly interval: readonly [number, number];
  readonly clarkWest: TestStatistic | null;
  /** Trials of the search the tested configuration was chosen from. */
  readonly trials: number;
  readonly rows: number;
}

/** The verdict as people read it, with its numbers. */
export function verdictSentence(verdict: Verdict, numbers: VerdictNumbers): string {
  const { u2, interval, clarkWest, trials, rows } = numbers;
  const p = clarkWest === null ? '' : `, Clark-West p ${pText(clarkWest.p)}`;
  const facts = `U2 ${u2.toFixed(4)}, 95 % interval ${interval[0].toFixed(4)} to ${interval[1].toFixed(4)}${p}; ${rows.toLocaleString('en')} test days, chosen from ${trials.toLocaleString('en')} ${trials === 1 ? 'trial' : 'trials'}.`;
  switch (verdict) {
    case 'better':
      return `Better than repeating the last price on unseen data: its RMSE is ${percent(1 - u2)} smaller. ${facts}`;
    case 'worse':
      return `Worse than repeating the last price on unseen data: its RMSE is ${percent(u2 - 1)} larger. ${facts}`;
    case 'notDistinguishable':
      return `The tested configuration did not beat repeating the last price on unseen data; this is the usual result for daily prices. Not distinguishable: ${facts}`;
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function pText(p: number): string {
  return p < 0.001 ? 'below 0.001' : p.toFixed(3);
}
