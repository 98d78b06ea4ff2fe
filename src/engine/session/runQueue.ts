import type { ExperimentState } from '../../model/experiment.ts';
import { Fault, isFault } from '../../model/fault.ts';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import type { RunOptions } from '../../protocol/runs.ts';
import { startExperimentRun, type ExperimentRun } from '../experiment/experimentRun.ts';
import type { WorkerSeries } from '../experiment/foldRun.ts';
import type { RunEvents } from '../experiment/run.ts';
import type { StudyOnData } from '../experiment/readStudy.ts';
import { stateOf } from '../experiment/summarise.ts';
import { readExperiment } from '../store/experimentReader.ts';
import { openForWriting, type ExperimentWriter, type WriterOptions } from '../store/experimentWriter.ts';
import { currentOwner } from '../store/owner.ts';
import { experimentFolder } from '../store/storeFolder.ts';
import { createBroadcast } from './broadcast.ts';
import type { SessionContext } from './context.ts';
import type { Kernels } from './kernels.ts';
import { defaultWorkers } from './limits.ts';
import { executorFor } from './executorFor.ts';
import { createRunLog, type RunLog } from './runLog.ts';

export interface ActiveRun {
  readonly ref: ExperimentRef;
  readonly run: ExperimentRun;
  readonly writer: ExperimentWriter;
}

export interface RunQueue {
  /** How experiments are opened here: a writer that loses its experiment ends the run. */
  readonly writerOptions: WriterOptions;
  /** Opens an experiment to change and continue it; Fault `storeLocked` while it runs. */
  openToContinue(ref: ExperimentRef): Promise<ExperimentWriter>;
  /** An experiment that is open for writing runs at once, and true is answered; or it is closed until its turn comes. */
  add(writer: ExperimentWriter, job: NewJob): Promise<boolean>;
  stop(ref: ExperimentRef, how: 'graceful' | 'now'): Promise<ExperimentState>;
  active(ref: ExperimentRef): ActiveRun | null;
  /** Resolves when the run of the experiment has ended; rejects with what broke it. At once when it does not run. */
  ended(ref: ExperimentRef): Promise<void>;
  /** Stops everything at once and waits. */
  dispose(): Promise<void>;
}

export interface NewJob {
  readonly ref: ExperimentRef;
  readonly options: RunOptions;
  readonly onData: StudyOnData;
}

interface Job extends NewJob {
  readonly writer: ExperimentWriter | null;
  readonly settle: { resolve: () => void; reject: (error: unknown) => void };
}

const keyOf = (ref: ExperimentRef): string => `${ref.store}/${ref.id}`;
const sameRef = (a: ExperimentRef, b: ExperimentRef): boolean => a.store === b.store && a.id === b.id;

/** One study runs, others wait for their turn in the order they were started. */
export function createRunQueue(context: SessionContext, kernels: Kernels): RunQueue {
  const { clock, log } = context;
  const queue: Job[] = [];
  const ends = new Map<string, Promise<void>>();
  let current: ActiveRun | null = null;
  /** The job whose turn it is. A stop that comes before its workers are there is kept here. */
  let turn: { readonly ref: ExperimentRef; stop: 'graceful' | 'now' | null } | null = null;

  /** Whose end somebody waits for, and is told why; of others the log tells. */
  const awaited = new Set<string>();
  const writerOptions = {
    clock,
    onLost: () => current?.run.stop('now'), // its next write ends the run with the same fault
    onError: (error: unknown) => log('warn', error instanceof Error ? error.message : String(error)),
  };

  const begin = async (job: Job): Promise<void> => {
    const { ref, onData, options } = job;
    const broadcast = createBroadcast(context, ref.store);
    const writer = job.writer ?? (await openForWriting(experimentFolder(ref.store, ref.id), writerOptions));
    let run: ExperimentRun;
    let runLog: RunLog;
    try {
      for (const damage of writer.damages) log('warn', `${damage.message} It was set aside.`);
      const { experiment } = writer;
      const settings = context.settings();
      const series: WorkerSeries = {
        series: onData.data.series,
        plans: experiment.folds,
        refit: null,
        horizon: experiment.study.horizon,
        earlyStopping: experiment.study.earlyStopping,
      };
      const executor = await executorFor(context, kernels, {
        experiment,
        workers: options.workers ?? settings.workers ?? defaultWorkers(experiment.study),
        series,
        trialTimeoutMs: settings.trialTimeoutMs ?? null,
      });
      runLog = createRunLog(context, { writer, executor });
      run = startExperimentRun({
        store: ref.store,
        writer,
        executor,
        clock,
        events: eventsOf([broadcast, runLog]),
        plant: context.plant,
      });
    } catch (error) {
      await writer.close();
      throw error;
    }
    current = { ref, run, writer };
    broadcast.attach(run, writer);
    if (turn?.stop) run.stop(turn.stop);
    let problem: string | null = null;
    try {
      await run.done;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      runLog.broken(error);
      throw error;
    } finally {
      await broadcast.finish(problem);
      current = null;
    }
  };

  const work = async (): Promise<void> => {
    if (turn) return;
    for (let job = queue.shift(); job; job = queue.shift()) {
      turn = { ref: job.ref, stop: null };
      try {
        await begin(job);
        job.settle.resolve();
      } catch (error) {
        if (!awaited.has(keyOf(job.ref))) log('error', `${job.ref.id}: ${textOfError(error)}`);
        job.settle.reject(error);
      }
    }
    turn = null;
  };

  const enqueue = (job: Omit<Job, 'settle'>): void => {
    const end = new Promise<void>((resolve, reject) => {
      queue.push({ ...job, settle: { resolve, reject } });
    });
    end.catch(() => undefined); // told by `ended`, the log and the header
    ends.set(keyOf(job.ref), end);
    awaited.delete(keyOf(job.ref));
    void work();
  };

  const add = async (writer: ExperimentWriter, job: NewJob): Promise<boolean> => {
    if (turn) {
      await writer.close();
      enqueue({ ...job, writer: null });
      return false;
    }
    enqueue({ ...job, writer });
    return true;
  };

  const openToContinue = async (ref: ExperimentRef): Promise<ExperimentWriter> => {
    if (turn && sameRef(turn.ref, ref))
      throw new Fault('storeLocked', `${ref.id} is running here already. Stop it before it is changed.`);
    return openForWriting(experimentFolder(ref.store, ref.id), writerOptions);
  };

  return {
    writerOptions,
    openToContinue,
    add,
    stop: async (ref, how) => {
      const waiting = queue.findIndex((job) => sameRef(job.ref, ref));
      if (waiting >= 0) {
        const [job] = queue.splice(waiting, 1);
        await job.writer?.close();
        job.settle.resolve();
      }
      if (turn && sameRef(turn.ref, ref)) {
        if (turn.stop !== 'now') turn.stop = how;
        current?.run.stop(how);
        await ends.get(keyOf(ref))?.catch(() => undefined); // told by `ended`
      }
      const stored = await readExperiment(experimentFolder(ref.store, ref.id));
      if (stored.kind !== 'read') return 'damaged';
      const owner = await currentOwner(experimentFolder(ref.store, ref.id), clock);
      return stateOf(stored.value, owner !== null);
    },
    active: (ref) => (current && sameRef(current.ref, ref) ? current : null),
    ended: (ref) => {
      awaited.add(keyOf(ref));
      return ends.get(keyOf(ref)) ?? Promise.resolve();
    },
    dispose: async () => {
      queue.length = 0;
      if (!turn) return;
      turn.stop = 'now';
      current?.run.stop('now');
      await ends.get(keyOf(turn.ref))?.catch(() => undefined); // told by `ended`
    },
  };
}

function eventsOf(all: readonly RunEvents[]): RunEvents {
  return {
    trialStored: (trial) => all.forEach((events) => events.trialStored(trial)),
    progressed: () => all.forEach((events) => events.progressed()),
    experimentStored: (experiment) => all.forEach((events) => events.experimentStored(experiment)),
  };
}

function textOfError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return isFault(error) ? `${error.message} [${error.code}]` : (error.stack ?? error.message);
}
