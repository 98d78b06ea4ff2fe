import type { Confirmation, Experiment } from '../../model/experiment.ts';
import type { Trial } from '../../model/trial.ts';
import type { RunProgress } from '../../protocol/runProgress.ts';
import type { Clock } from '../clock.ts';
import { leaderOf } from './summarise.ts';
import type { ExperimentWriter } from '../store/experimentWriter.ts';
import type { Executor } from '../worker/executor.ts';
import { confirmProgress, runConfirmation, winnerOf } from './confirm.ts';
import { remainingMs } from './estimate.ts';
import type { Planted, Run, RunEvents } from './run.ts';
import { runSearch } from './search.ts';
import { budgetOf } from '../../model/amendedStudy.ts';

export interface ExperimentRunOptions {
  readonly store: string;
  readonly writer: ExperimentWriter;
  readonly executor: Executor;
  readonly clock: Clock;
  readonly events: RunEvents;
  readonly plant?: Planted;
}

/** A running experiment as a value. */
export interface ExperimentRun {
  /** Resolves when the run has ended, by itself or by `stop`, and the experiment is given free; rejects with what broke it. */
  readonly done: Promise<void>;
  stop(how: 'graceful' | 'now'): void;
  progress(): RunProgress;
  experiment(): Experiment;
  trial(number: number): Trial | null;
  confirmation(number: number): Confirmation | null;
  /** Trials in flight with the curves so far. */
  live(): readonly Trial[];
}

/** Runs the search and the confirmation stage of an experiment from where they are. Owns the writer and the executor. */
export function startExperimentRun(options: ExperimentRunOptions): ExperimentRun {
  const { store, writer, executor, clock, events } = options;
  const startedAt = clock.elapsedMs();
  const before = Number(writer.experiment.environment['elapsedMs'] ?? 0);
  const elapsedMs = (): number => (Number.isFinite(before) ? before : 0) + clock.elapsedMs() - startedAt;
  const trials: Trial[] = [];
  for (const trial of writer.trials) trials[trial.number] = trial;
  const run: Run = {
    writer,
    executor,
    clock,
    trials,
    confirmations: new Map(writer.confirmations.map((c) => [c.number, c])),
    live: new Map(),
    events,
    stop: null,
    experiment: writer.experiment,
    plant: options.plant ?? {},
  };
  let phase: RunProgress['phase'] = 'search';

  const save = async (change: Partial<Experiment>): Promise<void> => {
    const environment = { ...run.experiment.environment, elapsedMs: Math.round(elapsedMs()) };
    const leader = leaderOf(writer.rows())?.number ?? null;
    const next: Experiment = { ...run.experiment, ...change, leader, environment };
    await writer.saveExperiment(next);
    run.experiment = next;
    events.experimentStored(next);
  };

  const stages = async (): Promise<void> => {
    const { endedBecause: _ended, ...reopened } = run.experiment;
    run.experiment = reopened;
    await save({ state: 'running', winner: null });
    const ended = await runSearch(run, elapsedMs);
    if (ended === 'stopped') return save({ endedBecause: 'stopped' });
    phase = 'confirm';
    await save({ endedBecause: ended });
    await runConfirmation(run);
    if (run.stop !== null) return save({ endedBecause: 'stopped' });
    await save({ state: 'finished', endedBecause: ended, winner: winnerOf(run) });
  };

  const finish = async (): Promise<void> => {
    try {
      await stages();
    } finally {
      phase = 'idle';
      try {
        await executor.dispose();
      } finally {
        await writer.close();
      }
    }
  };

  const done = finish();
  return {
    done,
    stop: (how) => {
      if (run.stop === 'now') return;
      run.stop = how;
      if (how === 'now') executor.stopNow();
      events.progressed();
    },
    experiment: () => run.experiment,
    trial: (number) => run.live.get(number) ?? run.trials.at(number) ?? null,
    confirmation: (number) => run.confirmations.get(number) ?? null,
    live: () => [...run.live.values()],
    progress: () => {
      const ended = run.trials.filter((t) => t.state !== 'running' && t.state !== 'waiting');
      const confirm = phase === 'confirm' ? confirmProgress(run) : null;
      const { top, seeds } = run.experiment.study.search.confirm;
      return {
        store,
        id: run.experiment.id,
        phase: run.stop !== null && phase !== 'idle' ? 'stopping' : phase,
        done: ended.length,
        budget: budgetOf(run.experiment),
        confirm,
        elapsedMs: elapsedMs(),
        etaMs: remainingMs({
          trials: run.trials,
          budget: phase === 'confirm' ? ended.length : budgetOf(run.experiment),
          confirm: confirm ?? { done: 0, of: 0 },
          confirmTop: top,
          confirmSeeds: seeds,
          folds: run.experiment.folds.length,
          workers: executor.workers,
        }),
        running: [...run.live.values()].map((trial) => ({ trial, epochsPerFold: trial.params.epochs })),
        workers: executor.workers,
        variant: `${executor.variant.trainer} ${executor.variant.build} ${executor.variant.digest}`,
      };
    },
  };
}
