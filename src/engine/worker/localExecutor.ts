import { Fault, isFault } from '../../model/fault.ts';
import type { FoldOutcome, FoldTask, WorkerSetup } from '../../protocol/worker.ts';
import type { TrainerVariant } from '../trainers/trainer.ts';
import type { Executor, TaskReports, TrialOutcome, TrialTask } from './executor.ts';
import { startWorkerProcess, type WorkerProcess, type WorkerProcessOptions } from './workerProcess.ts';

export interface LocalExecutorOptions extends WorkerProcessOptions {
  readonly workers: number;
  readonly setup: WorkerSetup;
  /** The variant an experiment began with; a worker that computes otherwise is refused with Fault `variantMissing`. */
  readonly variant: TrainerVariant | null;
  /** A trial that takes longer is ended. */
  readonly trialTimeoutMs: number | null;
}

interface Slot {
  worker: WorkerProcess | null;
  busy: boolean;
}

/**
 * Trials in child processes of this machine. A worker that dies is started again and its fold run once more; the second
 * death fails the trial with `workerDied`. Training never runs in this process, whose loop stays free for locks and answers.
 */
export async function createLocalExecutor(options: LocalExecutorOptions): Promise<Executor> {
  const slots: Slot[] = Array.from({ length: options.workers }, () => ({ worker: null, busy: false }));
  const waiting: ((slot: Slot) => void)[] = [];
  let variant = options.variant;
  let stopping = false;
  let nextTask = 1;

  const startWorker = async (slot: Slot): Promise<WorkerProcess> => {
    if (slot.worker) return slot.worker;
    const worker = startWorkerProcess(options);
    slot.worker = worker;
    void worker.stopped.then(() => {
      if (slot.worker === worker) slot.worker = null;
    });
    try {
      const ready = await untilStopped(worker, worker.client.request('prepare', options.setup));
      assertVariant(variant, ready.variant);
      variant = ready.variant;
      return worker;
    } catch (error) {
      worker.stop();
      await worker.stopped;
      throw error;
    }
  };

  const acquire = (): Promise<Slot> => {
    const free = slots.find((slot) => !slot.busy);
    if (!free) return new Promise((resolve) => waiting.push(resolve));
    free.busy = true;
    return Promise.resolve(free);
  };
  const release = (slot: Slot): void => {
    const next = waiting.shift();
    if (next) next(slot);
    else slot.busy = false;
  };

  const runFoldOnce = async (
    slot: Slot,
    task: FoldTask,
    onEpoch: (epoch: number, train: number, validation: number) => 'continue' | 'stop',
  ): Promise<FoldOutcome> => {
    const worker = await startWorker(slot);
    const epochs = worker.client.onEvent('epoch', (report) => {
      if (report.task !== task.task) return;
      const answer = onEpoch(report.epoch, report.train, report.validation);
      worker.client.request('decide', { task: task.task, answer }).catch(() => undefined); // a dead worker is seen by `stopped`
    });
    try {
      return await untilStopped(worker, worker.client.request('fold', task));
    } finally {
      epochs.dispose();
    }
  };

  const runTask = async (slot: Slot, task: TrialTask, reports: TaskReports): Promise<TrialOutcome> => {
    let timedOut = false;
    const timer =
      options.trialTimeoutMs === null
        ? null
        : setTimeout(() => {
            timedOut = true;
            slot.worker?.stop();
          }, options.trialTimeoutMs);
    let deaths = 0;
    try {
      for (let i = 0; i < task.folds.length;) {
        if (stopping) return { kind: 'stopped' };
        let outcome: FoldOutcome;
        try {
          outcome = await runFoldOnce(
            slot,
            { ...task.folds[i], task: nextTask++ },
            (epoch, train, validation) => reports.onEpoch(i, epoch, train, validation),
          );
        } catch (error) {
          if (stopping) return { kind: 'stopped' };
          if (timedOut) return timeoutFault(options.trialTimeoutMs ?? 0);
          if (!isFault(error)) throw error;
          if (error.code !== 'workerDied') return { ...fault(error), record: null };
          if (++deaths === 2) return { ...fault(error), record: null };
          options.onLog('warn', `${error.message} The fold is run again.`);
          continue;
        }
        if (outcome.kind === 'fault') return outcome;
        if ((await reports.onFold(i, outcome)) === 'stop') return { kind: 'done' };
        if (outcome.record.endedBy === 'stop') return { kind: 'done' };
        i++;
      }
      return { kind: 'done' };
    } finally {
      if (timer) clearTimeout(timer);
    }
  };

  const first = await startWorker(slots[0]);
  if (variant === null) throw new Error(`worker ${first.pid} named no variant`);
  const named = variant;
  return {
    variant: named,
    workers: options.workers,
    run: async (task, reports) => {
      const slot = await acquire();
      try {
        return await runTask(slot, task, reports);
      } finally {
        release(slot);
      }
    },
    stopNow: () => {
      stopping = true;
      for (const slot of slots) slot.worker?.stop();
    },
    dispose: async () => {
      stopping = true;
      const ended = slots.flatMap((slot) => (slot.worker ? [slot.worker.stopped] : []));
      for (const slot of slots) slot.worker?.stop();
      await Promise.all(ended);
    },
  };
}

/** The answer, or Fault `workerDied` when the worker ends first. */
async function untilStopped<T>(worker: WorkerProcess, answer: Promise<T>): Promise<T> {
  const died = worker.stopped.then((why) => {
    throw new Fault('workerDied', `Worker ${worker.pid} died (${why}).`);
  });
  died.catch(() => undefined); // the race below is its listener while a request runs
  try {
    return await Promise.race([answer, died]);
  } catch (error) {
    // The channel closes a moment before the process is reaped: what counts is that it died.
    if (isFault(error) && error.code === 'stopped') return await died;
    throw error;
  }
}

function assertVariant(expected: TrainerVariant | null, found: TrainerVariant): void {
  if (!expected || (expected.digest === found.digest && expected.trainer === found.trainer)) return;
  throw new Fault(
    'variantMissing',
    `The experiment was computed with ${expected.trainer} ${expected.build} (${expected.digest}); here it would be ${found.build} (${found.digest}), whose numbers differ in their last digits. Resume it where it began, or start it anew.`,
  );
}

function fault(error: Fault): Omit<Extract<TrialOutcome, { kind: 'fault' }>, 'record'> {
  return { kind: 'fault', code: error.code, message: error.message };
}

function timeoutFault(ms: number): TrialOutcome {
  return {
    kind: 'fault',
    code: 'trialTimeout',
    message: `The trial took longer than ${Math.round(ms / 1000)} s and was ended. Raise the limit, or narrow the space.`,
    record: null,
  };
}
