import type { SearchSpec } from '../../model/searchSpec.ts';
import type { Trial } from '../../model/trial.ts';

/** Trials up to here keep their predictions under `auto`. */
const autoAll = 1_000;
/** How many of the others do, the best ones. */
const topKept = 50;

/** Does the trial write its predictions (some are dropped again by worstKept)? */
export function keepsPredictions(policy: SearchSpec['keepPredictions'], _number: number): boolean {
  return policy !== 'none';
}

/**
 * Trials whose predictions go now that trial `ended` is complete: under `top`, and under `auto` among those after the
 * first 1,000, only the best 50 are kept.
 */
export function worstKept(
  policy: SearchSpec['keepPredictions'],
  trials: readonly Trial[],
  ended: number,
): number[] {
  if (policy === 'all' || policy === 'none') return [];
  const from = policy === 'auto' ? autoAll : 0;
  if (ended < from) return [];
  const complete = trials.filter((t) => t.number >= from && t.value !== null);
  if (complete.length <= topKept) return [];
  // One comes, one goes: of all the others the worst went before.
  const ranked = complete.sort((a, b) => (a.value ?? 0) - (b.value ?? 0) || a.number - b.number);
  const out = ranked.slice(topKept).map((t) => t.number);
  const rank = ranked.findIndex((t) => t.number === ended);
  return rank >= topKept ? [ended] : out.slice(0, 1);
}
