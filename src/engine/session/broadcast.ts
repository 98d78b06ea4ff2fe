import type { TrialRow } from '../../model/trial.ts';
import { toTrialColumns } from '../../protocol/trialColumns.ts';
import { readAnnotations } from '../store/experimentReader.ts';
import { sizeOf } from '../store/storeFolder.ts';
import { summarise } from '../experiment/summarise.ts';
import type { ExperimentRun } from '../experiment/experimentRun.ts';
import type { RunEvents } from '../experiment/run.ts';
import type { ExperimentWriter } from '../store/experimentWriter.ts';
import { trialRowOf } from '../trialRow.ts';
import type { SessionContext } from './context.ts';

/** Events go out at most ten times a second ... */
const eventMs = 100;
/** ... and the header, which needs all rows, once a second unless the state has changed. */
const headerMs = 1_000;

export interface Broadcast extends RunEvents {
  /** The run whose changes are told; set once it exists. */
  attach(run: ExperimentRun, writer: ExperimentWriter): void;
  /** Sends what is pending. `problem`: what ended the run. */
  finish(problem: string | null): Promise<void>;
}

/**
 * Turns what a run stores into events: whole rows of the trials that changed, the progress, the header. Coalesced, never
 * dropped: what has changed since the last send is sent with the next.
 */
export function createBroadcast(context: SessionContext, store: string): Broadcast {
  const { clock, emit } = context;
  const changed = new Set<number>();
  let attached: { run: ExperimentRun; writer: ExperimentWriter } | null = null;
  let timer: NodeJS.Timeout | null = null;
  let headerPending = false;
  let headerUrgent = false;
  let lastHeader = -Infinity;
  let sizeBytes = 0;
  /** The send under way: a header is read for a while, and an older one must not come after the end. */
  let sending = Promise.resolve();

  const schedule = (): void => {
    timer ??= setTimeout(() => {
      sending = send().catch((error: unknown) => context.log('error', String(error)));
    }, eventMs);
  };

  const send = async (): Promise<void> => {
    timer = null;
    if (!attached) return;
    const { run, writer } = attached;
    const experiment = run.experiment();
    const live = run.live();
    for (const trial of live) changed.add(trial.number);
    const rows: TrialRow[] = [...changed]
      .sort((a, b) => a - b)
      .flatMap((number) => {
        const trial = run.trial(number);
        return trial ? [trialRowOf(trial, run.confirmation(number), experiment.study.objective)] : [];
      });
    changed.clear();
    if (rows.length > 0)
      emit('trialsChanged', {
        store,
        id: experiment.id,
        rows: toTrialColumns(rows, experiment.folds.length),
      });
    emit('progress', run.progress());
    // That a run has finished is told by `finish`, when the experiment is free for what comes next.
    if (experiment.state === 'finished') headerPending = false;
    if (headerPending && (headerUrgent || clock.elapsedMs() - lastHeader >= headerMs)) {
      headerPending = false;
      headerUrgent = false;
      lastHeader = clock.elapsedMs();
      await sendHeader(run, writer, null);
    } else if (headerPending) schedule();
  };

  const sendHeader = async (
    run: ExperimentRun,
    writer: ExperimentWriter,
    ended: { problem: string | null } | null,
  ): Promise<void> => {
    const experiment = run.experiment();
    const { annotations } = await readAnnotations(writer.folder);
    const summary = summarise({
      store,
      experiment,
      rows: writer.rows(),
      owner: ended === null ? process : null,
      winner: experiment.winner === null ? null : run.confirmation(experiment.winner),
      annotations,
      sizeBytes,
    });
    emit('experimentChanged', { store, summary: { ...summary, problem: ended?.problem ?? null } });
  };

  return {
    attach: (run, writer) => {
      attached = { run, writer };
      void sizeOf(writer.folder).then((bytes) => (sizeBytes = bytes));
      headerPending = headerUrgent = true;
      // Told before the first trial is on disk: who asked for the run must know of it when the engine is killed right after.
      emit('progress', run.progress());
      schedule();
    },
    trialStored: (trial) => {
      changed.add(trial.number);
      headerPending = true;
      schedule();
    },
    progressed: () => schedule(),
    experimentStored: () => {
      headerPending = headerUrgent = true;
      schedule();
    },
    finish: async (problem) => {
      if (timer) clearTimeout(timer);
      await sending;
      headerPending = false;
      await send();
      if (timer) clearTimeout(timer);
      timer = null;
      if (attached) sizeBytes = await sizeOf(attached.writer.folder);
      if (attached) await sendHeader(attached.run, attached.writer, { problem });
      attached = null;
    },
  };
}
