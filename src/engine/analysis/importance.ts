import type { SearchSpace } from '../../model/searchSpace.ts';
import type { Trial } from '../../model/trial.ts';
import type { Rng } from '../rng.ts';
import { fanova } from './fanova.ts';
import { pedAnova, scoredTrials, type Importance } from './pedAnova.ts';
import { growSurrogate } from './surrogate.ts';

export interface Importances {
  /** Largest first, as the next. */
  readonly pedAnova: readonly Importance[];
  readonly fanova: readonly Importance[];
  /** The question each one answers: they are two, and often have two answers. */
  readonly labels: { readonly pedAnova: string; readonly fanova: string };
  /** Null with 50 complete trials or more. */
  readonly warning: string | null;
}

/** Below this the best tenth is fewer than five trials. */
const enoughTrials = 50;

const importanceLabels = {
  pedAnova: 'What matters to be in the best 10 %',
  fanova: 'What explains the variance over the whole space',
} as const;

/** Both importances over the complete trials; the forest of the second is grown with `rng`. */
export function importances(space: SearchSpace, trials: readonly Trial[], rng: Rng): Importances {
  const complete = scoredTrials(space, trials).length;
  const descending = (list: readonly Importance[]): readonly Importance[] =>
    list.toSorted((a, b) => b.share - a.share);
  return {
    pedAnova: descending(pedAnova(space, trials)),
    fanova: descending(fanova(growSurrogate(space, trials, rng))),
    labels: importanceLabels,
    warning:
      complete < enoughTrials
        ? `Only ${complete} complete trial${complete === 1 ? '' : 's'}: below ${enoughTrials} these shares are mostly chance.`
        : null,
  };
}
