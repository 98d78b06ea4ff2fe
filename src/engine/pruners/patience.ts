import type { Trial } from '../../model/trial.ts';

export interface PatienceOptions {
  /** search.patience: finished trials without an improvement; null never stops. */
  readonly patience: number | null;
  /** Standard deviation of a trial's value over seeds; 0 where it is not known: then any improvement counts. */
  readonly seedSd: number;
  /** The trial from which is waited: the last that an amendment begins with, so that a search that is given more goes on. */
  readonly since: number;
}

/**
 * Study-level stop: have the last `patience` trials brought no improvement beyond seed noise? An improvement is a value below the
 * one that last counted by more than 2 sd sqrt(2), the noise of a difference of two single-seed values (docs/evaluation.md). Pruned
 * and failed trials count as trials without improvement. Pure: only the given trials, in their order, and only finished ones.
 */
export function isOutOfPatience(history: readonly Trial[], options: PatienceOptions): boolean {
  const { patience, seedSd, since } = options;
  if (patience === null) return false;
  const margin = 2 * Math.SQRT2 * seedSd;
  let reference = Infinity;
  let waited = 0;
  for (const trial of history) {
    if (trial.state === 'waiting' || trial.state === 'running') continue;
    if (trial.number >= since) waited++;
    if (trial.state === 'complete' && trial.value !== null && trial.value < reference - margin) {
      reference = trial.value;
      waited = 0;
    }
  }
  return waited >= patience;
}
