import type { Confirmation } from '../../model/experiment.ts';
import type { FoldRecord, Trial } from '../../model/trial.ts';
import { Fault } from '../../model/fault.ts';
import { hashSeed } from '../rng.ts';
import { fitSeeds, type Run } from './run.ts';

type ConfirmRun = Confirmation['runs'][number];

/** The trials that are confirmed: complete, lowest value first, earlier first among equals. */
export function topTrials(trials: readonly Trial[], top: number): number[] {
  return trials
    .flatMap((t) =>
      t.state === 'complete' && t.value !== null ? [{ number: t.number, value: t.value }] : [],
    )
    .sort((a, b) => a.value - b.value || a.number - b.number)
    .slice(0, top)
    .map((t) => t.number);
}

/** Fits of the confirmation stage, done and all. */
export function confirmProgress(run: Run): { done: number; of: number } {
  const { top, seeds } = run.experiment.study.search.confirm;
  const numbers = topTrials(run.trials, top);
  const folds = run.experiment.folds.length;
  let done = 0;
  for (const number of numbers)
    for (const r of run.confirmations.get(number)?.runs ?? []) done += isOver(r) ? folds : r.folds.length;
  return { done, of: numbers.length * seeds * folds };
}

function isOver(run: ConfirmRun): boolean {
  return run.value !== null || run.error !== undefined;
}

/**
 * Runs the best trials again on fresh seeds (docs/evaluation.md): every fold of every run is stored when it ends, so a kill
 * costs the fold in flight. These are no trials, and no sampler sees them.
 */
export async function runConfirmation(run: Run): Promise<void> {
  const { top, seeds } = run.experiment.study.search.confirm;
  const queue = topTrials(run.trials, top).flatMap((number) => {
    const store = confirmationOf(run, number);
    return Array.from({ length: seeds }, (_, repeat) => ({
      number,
      store,
      before: store.runOf(repeat),
    })).filter((task) => !isOver(task.before));
  });
  let failed: { error: unknown } | null = null;
  const takeTurns = async (): Promise<void> => {
    for (let task = queue.shift(); task && run.stop === null && failed === null; task = queue.shift()) {
      await confirmOnce(run, task).catch((error: unknown) => {
        failed ??= { error };
        run.executor.stopNow();
      });
    }
    run.executor.lend();
  };
  await Promise.all(Array.from({ length: run.executor.workers }, takeTurns));
  if (failed) throw (failed as { error: unknown }).error; // assigned in a callback, which the compiler does not follow
}

interface ConfirmationStore {
  runOf(repeat: number): ConfirmRun;
  save(run: ConfirmRun): Promise<void>;
}

/** The document of one trial: runs change one after the other, each write holds all of them. */
function confirmationOf(run: Run, number: number): ConfirmationStore {
  let writing: Promise<void> = Promise.resolve();
  const runs = new Map((run.confirmations.get(number)?.runs ?? []).map((r) => [r.repeat, r]));
  return {
    runOf: (repeat) =>
      runs.get(repeat) ?? {
        repeat,
        seed: hashSeed(run.trials[number].seed, 'confirm', repeat),
        folds: [],
        value: null,
      },
    save: (changed) => {
      runs.set(changed.repeat, changed);
      const document: Confirmation = {
        format: 1,
        number,
        runs: [...runs.values()].sort((a, b) => a.repeat - b.repeat),
      };
      writing = writing.then(() => run.writer.saveConfirmation(document));
      const stored = writing.then(() => {
        run.confirmations.set(number, document);
        run.events.trialStored(run.trials[number]);
        run.events.progressed();
      });
      return stored;
    },
  };
}

async function confirmOnce(
  run: Run,
  { number, store, before }: { number: number; store: ConfirmationStore; before: ConfirmRun },
): Promise<void> {
  const { objective } = run.experiment.study;
  const count = run.experiment.folds.length;
  const { params } = run.trials[number];
  const delayMs = run.plant.delayMs?.(number);
  const folds: FoldRecord[] = [...before.folds];
  const outcome = await run.executor.run(
    {
      folds: Array.from({ length: count - folds.length }, (_, i) => ({
        params,
        fold: before.folds.length + i,
        objective,
        seeds: fitSeeds(before.seed, before.folds.length + i),
        keepPredictions: false,
        keepWeights: false,
        ...(delayMs === undefined ? {} : { delayMs }),
      })),
    },
    {
      onEpoch: () => 'continue',
      onFold: async (_i, { record }) => {
        folds.push(record);
        const value =
          folds.length === count
            ? folds.reduce((sum, f) => sum + (f.metrics?.[objective] ?? 0), 0) / count
            : null;
        await store.save({ ...before, folds: [...folds], value });
        return 'continue';
      },
      mayStartFold: () => run.stop === null,
    },
  );
  if (outcome.kind !== 'fault') return;
  if (outcome.code === 'variantMissing' || outcome.code === 'backendUnavailable')
    throw new Fault(outcome.code, outcome.message);
  await store.save({
    ...before,
    folds: outcome.record ? [...folds, outcome.record] : [...folds],
    error: { code: outcome.code, message: outcome.message },
  });
}

/**
 * The winner: lowest mean over its fresh seeds among the confirmed trials of which every run has a value; where there is
 * none, among those with the most values. The search value does not count. Null when nothing was confirmed.
 */
export function winnerOf(run: Pick<Run, 'trials' | 'confirmations' | 'experiment'>): number | null {
  const { top, seeds } = run.experiment.study.search.confirm;
  const candidates = topTrials(run.trials, top).flatMap((number) => {
    const values = (run.confirmations.get(number)?.runs ?? []).flatMap((r) => r.value ?? []);
    if (values.length === 0) return [];
    return [
      { number, mean: values.reduce((a, b) => a + b, 0) / values.length, missing: seeds - values.length },
    ];
  });
  candidates.sort((a, b) => a.missing - b.missing || a.mean - b.mean || a.number - b.number);
  return candidates[0]?.number ?? null;
}
