import type { Confirmation, Experiment } from '../../model/experiment.ts';
import type { Trial } from '../../model/trial.ts';
import type { Clock } from '../clock.ts';
import type { ExperimentWriter } from '../store/experimentWriter.ts';
import type { Executor } from '../worker/executor.ts';
import type { FoldTask } from '../../protocol/worker.ts';
import { hashSeed } from '../rng.ts';

/** Everything the stages of a run share. Trials and confirmations are replaced, never changed in place. */
export interface Run {
  readonly writer: ExperimentWriter;
  readonly executor: Executor;
  readonly clock: Clock;
  /**
   * By number. Where a document was lost there is a hole, which array methods pass over; it is proposed again, and before any
   * trial behind it goes on.
   */
  readonly trials: Trial[];
  readonly confirmations: Map<number, Confirmation>;
  /** Running trials with the curves of the fold in flight; for eyes only, stored after each fold. */
  readonly live: Map<number, Trial>;
  readonly events: RunEvents;
  /** graceful: nothing new is started, folds in flight are finished and stored. now: they are lost. */
  stop: 'graceful' | 'now' | null;
  experiment: Experiment;
  readonly plant: Planted;
}

export interface RunEvents {
  /** A trial that is on disk has changed. */
  trialStored(trial: Trial): void;
  /** Something moved: a curve, a confirmation run. */
  progressed(): void;
  experimentStored(experiment: Experiment): void;
}

/** What tests plant into a run. */
export interface Planted {
  /** Milliseconds that a trial's folds are held back. */
  readonly delayMs?: (trial: number) => number;
  /** The broken twin of `historyOf`. */
  readonly history?: (trials: readonly Trial[], number: number, lag: number) => Trial[];
}

/** Seeds of the random streams of one fit. All follow from the seed of its trial, which is stored. */
export function fitSeeds(seed: number, fold: number): FoldTask['seeds'] {
  return {
    init: hashSeed(seed, 'init', fold),
    shuffle: hashSeed(seed, 'shuffle', fold),
    dropout: hashSeed(seed, 'dropout', fold),
  };
}

/** Waiters that are asked again whenever something has changed. */
export interface Signal {
  notify(): void;
  until(condition: () => boolean): Promise<void>;
}

export function createSignal(): Signal {
  let waiting: { condition: () => boolean; resolve: () => void }[] = [];
  return {
    notify: () => {
      const ready = waiting.filter((w) => w.condition());
      waiting = waiting.filter((w) => !ready.includes(w));
      for (const w of ready) w.resolve();
    },
    until: (condition) =>
      condition() ? Promise.resolve() : new Promise((resolve) => waiting.push({ condition, resolve })),
  };
}
