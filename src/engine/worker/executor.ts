import type { FaultCode } from '../../model/fault.ts';
import type { FoldOutcome, FoldTask } from '../../protocol/worker.ts';
import type { TrainerVariant } from '../trainers/trainer.ts';

export type DoneFold = Extract<FoldOutcome, { kind: 'done' }>;
export type FaultyFold = Extract<FoldOutcome, { kind: 'fault' }>;

/** One trial, or one confirmation run: folds that follow each other on one worker, or are shared with workers that are lent. */
export interface TrialTask {
  /** The folds still to be run, in order. */
  readonly folds: readonly Omit<FoldTask, 'task'>[];
}

/**
 * What is told while a task runs, fold after fold, whatever ran side by side. `fold` is the index into task.folds.
 */
export interface TaskReports {
  /** After an epoch; a fold that is run again after a crash starts again at epoch 0. */
  onEpoch(fold: number, epoch: number, train: number, validation: number): 'continue' | 'stop';
  /** After a fold has ended; awaited, so that it is stored before the next one starts. */
  onFold(fold: number, outcome: DoneFold): Promise<'continue' | 'stop'>;
  /** Asked before a fold is started; after a no the task ends with the folds that were started. */
  mayStartFold(): boolean;
}

export type TrialOutcome =
  | { readonly kind: 'done' }
  | {
      readonly kind: 'fault';
      readonly code: FaultCode;
      readonly message: string;
      readonly record: FaultyFold['record'];
    }
  /** `stopNow` was called: the fold in flight is lost. */
  | { readonly kind: 'stopped' };

/** Where trials run: local worker processes; later, machines. */
export interface Executor {
  readonly variant: TrainerVariant;
  readonly workers: number;
  /** Waits for a free worker. Never rejects but for bugs. */
  run(task: TrialTask, reports: TaskReports): Promise<TrialOutcome>;
  /** Nothing can be given to `run` now: workers without work take over folds of the tasks that run, until there is none left. */
  lend(): void;
  /** Ends what runs, at once. */
  stopNow(): void;
  dispose(): Promise<void>;
}
