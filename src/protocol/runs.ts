import type { Issue } from '../model/issue.ts';
import type { ExperimentRef } from './experiments.ts';

export interface RunOptions {
  readonly workers?: number;
  /** Budget for this run; changes are recorded as an amendment. */
  readonly trials?: number;
  readonly timeLimit?: string | null;
  readonly sampler?: string;
  readonly pruner?: string;
}

export interface StartParams {
  readonly file: string;
  /** Unsaved text of the study file; default: read from `file`. */
  readonly text?: string;
  /** Where the experiment is kept; default: `.lstm-study` beside the file. */
  readonly store?: string;
  /** What to do when the same study on the same data has finished. */
  readonly ifFinished: 'ask' | 'moreTrials' | 'anotherSeed' | 'again';
  readonly options?: RunOptions;
  /** Runs a grid above the size that is otherwise refused. */
  readonly yes?: boolean;
}

export type StartResult =
  | { readonly kind: 'started' | 'resumed' | 'queued'; readonly ref: ExperimentRef }
  | {
      readonly kind: 'finished';
      readonly ref: ExperimentRef;
      /** Its budget. */
      readonly trials: number;
      /** Why it ended, as part of a sentence. */
      readonly reason: string;
      /** As much again would go on with it; false where every configuration has run. */
      readonly hasMore: boolean;
    }
  | { readonly kind: 'issues'; readonly issues: readonly Issue[] };

export type RerunResult =
  | { readonly kind: 'started' | 'queued'; readonly ref: ExperimentRef; readonly notes: readonly string[] }
  | { readonly kind: 'differs'; readonly differences: readonly string[]; readonly notes: readonly string[] }
  | { readonly kind: 'issues'; readonly issues: readonly Issue[] };

export interface RepeatCheck {
  readonly same: boolean;
  readonly text: string;
}
