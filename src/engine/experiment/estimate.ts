import type { Params } from '../../model/hyperparameters.ts';
import { searchSpaceOf } from '../../model/searchSpace.ts';
import type { Study } from '../../model/study.ts';
import type { Trial, TrialRow } from '../../model/trial.ts';
import type { Estimate } from '../../protocol/studyCheck.ts';
import type { SearchData } from '../data/prepare.ts';
import { createRng, hashSeed } from '../rng.ts';
import { randomConfiguration } from '../samplers/proposals.ts';
import { flopsOf } from './foldRun.ts';

/** Random configurations a mean is taken over. */
const sampled = 200;
/** Share of the epochs that trials run when a pruner is on, by experience with the median pruner. */
const prunedShare = 0.75;

/** What a fit costs whatever its size, ms: initial weights, messages, the document that is synced. */
const fitMs = 25;

export interface EstimateOptions {
  readonly trials: number;
  readonly workers: number;
  /** Operations a millisecond on one worker. */
  readonly flopsPerMs: number;
}

/** Time of a whole search with its confirmation, before any trial: operations of random configurations x what the kernels were timed to need as the machine is now. */
export function estimateStudy(study: Study, data: SearchData, options: EstimateOptions): Estimate {
  const space = searchSpaceOf(study);
  const rng = createRng(hashSeed(study.search.seed, 'estimate'));
  let flops = 0;
  for (let i = 0; i < sampled; i++) flops += trialFlops(randomConfiguration(space, rng), data);
  flops /= sampled;
  const trialMs = flops / options.flopsPerMs + data.folds.length * fitMs;
  const { confirm, pruner } = study.search;
  const isPruned = (typeof pruner === 'string' ? pruner : pruner.kind) !== 'none' && options.trials > 5;
  const confirmRuns = Math.min(confirm.top, options.trials) * (confirm.top > 0 ? confirm.seeds : 0);
  const searchMs = options.trials * trialMs * (isPruned ? prunedShare : 1);
  const confirmMs = confirmRuns * trialMs;
  return {
    ms: (searchMs + confirmMs) / Math.min(options.workers, Math.max(1, options.trials)),
    from: 'flops',
    workers: options.workers,
    fits: (options.trials + confirmRuns) * data.folds.length,
  };
}

function trialFlops(params: Params, data: SearchData): number {
  let sum = 0;
  for (const plan of data.folds) {
    const [first, last] = plan.validationOrigins;
    sum += flopsOf(params, {
      features: data.resolved.inputs.length,
      trainWindows: Math.max(0, plan.train.to - plan.train.from - params.lookback),
      validationWindows: last - first + 1,
    });
  }
  return sum;
}

/** Ended trials that make a measured estimate. */
const enoughMeasured = 3;

/** The same from trials of this study that have ended, with what their pruning really saved; null before three have. */
export function measuredEstimate(
  study: Study,
  rows: readonly Pick<TrialRow, 'state' | 'durationMs'>[],
  { trials, workers, folds }: { readonly trials: number; readonly workers: number; readonly folds: number },
): Estimate | null {
  const ended = rows.flatMap((row) => (row.durationMs === null ? [] : [row.durationMs]));
  if (ended.length < enoughMeasured) return null;
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const complete = rows.flatMap((row) => (row.state === 'complete' ? (row.durationMs ?? []) : []));
  const { top, seeds } = study.search.confirm;
  const confirmRuns = Math.min(top, trials) * seeds;
  const ms = trials * mean(ended) + confirmRuns * mean(complete.length > 0 ? complete : ended);
  return { ms: ms / workers, from: 'measured', workers, fits: (trials + confirmRuns) * folds };
}

export interface RemainingWork {
  readonly trials: readonly Trial[];
  readonly budget: number;
  readonly confirm: { readonly done: number; readonly of: number };
  readonly confirmTop: number;
  readonly confirmSeeds: number;
  readonly folds: number;
  readonly workers: number;
}

/** Milliseconds to the end, from the trials that have ended; null before there is one. */
export function remainingMs(work: RemainingWork): number | null {
  const ended = work.trials.filter(
    (t) => t.state === 'complete' || t.state === 'pruned' || t.state === 'failed',
  );
  const complete = ended.filter((t) => t.state === 'complete');
  const totals = ended.flatMap((t) => t.durations?.['total'] ?? []);
  if (totals.length === 0) return null;
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const completeTotals = complete.flatMap((t) => t.durations?.['total'] ?? []);
  const fitMs = mean(completeTotals.length > 0 ? completeTotals : totals) / work.folds;
  const trialsLeft = Math.max(0, work.budget - ended.length);
  const confirmFits =
    trialsLeft > 0 || work.confirm.of === 0
      ? Math.min(work.confirmTop, work.budget) * work.confirmSeeds * work.folds - work.confirm.done
      : work.confirm.of - work.confirm.done;
  return (trialsLeft * mean(totals) + Math.max(0, confirmFits) * fitMs) / work.workers;
}
