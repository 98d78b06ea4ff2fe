import type { Trial } from '../model/trial.ts';

/** Learning curves of the running trials and the state of the run; at most 10 a second. */
export interface RunProgress {
  readonly store: string;
  readonly id: string;
  readonly phase: 'search' | 'confirm' | 'stopping' | 'idle';
  readonly done: number;
  readonly budget: number;
  /** Fits of the confirmation stage done and to do. */
  readonly confirm: { readonly done: number; readonly of: number } | null;
  readonly elapsedMs: number;
  readonly etaMs: number | null;
  readonly running: readonly { readonly trial: Trial; readonly epochsPerFold: number }[];
  readonly workers: number;
  readonly variant: string;
}
