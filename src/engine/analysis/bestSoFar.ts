import type { Trial } from '../../model/trial.ts';

export interface BestSoFar {
  /** Numbers of the complete trials, ascending. */
  readonly number: readonly number[];
  /** Lowest value up to each of them. */
  readonly value: readonly number[];
  /** What the curve does not show: the winner's curse. */
  readonly note: string;
}

/**
 * Best validation U2 of N equally useless candidates, simulated on the validation block of S&P 500 prices (docs/evaluation.md): what
 * searching alone seems to win.
 */
const luck = [
  { trials: 10, percent: 0.07 },
  { trials: 30, percent: 0.24 },
  { trials: 100, percent: 0.4 },
] as const;

export function bestSoFar(trials: readonly Trial[]): BestSoFar {
  const number: number[] = [];
  const value: number[] = [];
  let best = Infinity;
  for (const trial of trials.toSorted((a, b) => a.number - b.number)) {
    if (trial.state !== 'complete' || trial.value === null) continue;
    best = Math.min(best, trial.value);
    number.push(trial.number);
    value.push(best);
  }
  return { number, value, note: noteOf(number.length) };
}

function noteOf(trials: number): string {
  if (trials < 2) return '';
  const nearest = luck.reduce((a, b) =>
    Math.abs(Math.log(b.trials / trials)) < Math.abs(Math.log(a.trials / trials)) ? b : a,
  );
  return (
    `The lowest of ${trials} values is low by luck too: the best of ${nearest.trials} equally useless configurations ` +
    `came out ${nearest.percent} % below persistence on S&P 500 validation prices. Fresh seeds and the sealed test range tell skill from luck.`
  );
}
