import type { Confirmation, Experiment } from '../../model/experiment.ts';
import type { Trial } from '../../model/trial.ts';
import { compareTrials } from './compareTrials.ts';

/** Numbers of the confirmed trials whose paired difference to the winner noise explains; empty without a winner. */
export function tiesWithWinner({
  experiment,
  trials,
  confirmations,
}: {
  readonly experiment: Experiment;
  readonly trials: readonly Trial[];
  readonly confirmations: readonly Confirmation[];
}): readonly number[] {
  const confirmed = new Set(confirmations.map((c) => c.number));
  const winner = trials.find((t) => t.number === experiment.winner);
  if (!winner) return [];
  const others = trials.filter((t) => confirmed.has(t.number) && t.number !== winner.number);
  const sources = [winner, ...others].map((trial) => ({
    ref: { store: '', id: experiment.id },
    experiment,
    trial,
    confirmations,
  }));
  const { pairs } = compareTrials(sources);
  return pairs.filter((pair) => pair.a === 0 && pair.tie).map((pair) => others[pair.b - 1].number);
}
