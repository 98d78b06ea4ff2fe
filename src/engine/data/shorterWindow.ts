import type { IssueFix } from '../../model/issue.ts';
import { distributionOf } from '../../model/searchSpace.ts';
import type { Study } from '../../model/study.ts';
import { foldsHold, type FoldRanges } from './splits.ts';

export interface ShorterWindow {
  /** The longest that the folds hold. */
  readonly largest: number;
  readonly fix: IssueFix;
}

/** The mend of a window that is too long for its folds; null where none is short enough. `lookback`: the longest that the study has. */
export function shorterWindow(
  study: Study,
  folds: readonly FoldRanges[],
  lookback: number,
): ShorterWindow | null {
  let largest = lookback - 1;
  while (largest > 0 && !foldsHold(folds, { lookback: largest, horizon: study.horizon })) largest--;
  return largest < 1 ? null : { largest, fix: shorten(study, largest) };
}

/** Written as the study writes it: a choice less, a lower end of the range, or another number. */
function shorten(study: Study, largest: number): IssueFix {
  const path = ['hyperparameters', 'lookback'];
  const constant = (value: number): IssueFix => ({ title: `Use a window of ${value}`, path, value });
  const distribution = distributionOf(study.hyperparameters.lookback);
  if (distribution === null) return constant(largest);
  if (distribution.kind === 'categorical') {
    const kept = distribution.choices.map(Number).filter((choice) => choice <= largest);
    const [first = largest] = kept;
    return kept.length < 2
      ? constant(first)
      : { title: `Keep windows up to ${largest}`, path: [...path, 'choices'], value: kept };
  }
  const { low, step } = distribution;
  const high = step === null ? largest : low + Math.floor((largest - low) / step) * step;
  if (high <= low) return constant(Math.min(low, largest));
  return { title: `Use windows up to ${high}`, path: [...path, distribution.kind, 1], value: high };
}
