import { Fault, isFault } from '../../model/fault.ts';
import type { FoldOutcome, FoldTask, WorkerSetup } from '../../protocol/worker.ts';
import type { TrainerVariant } from '../trainers/trainer.ts';
import type { Executor, TrialOutcome } from './executor.ts';
import { createTaskFolds, type FoldEnd, type TakenFold, type TaskFolds } from './taskFolds.ts';
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
  /** The same worker, when it is set up. */
  ready: Promise<WorkerProcess> | null;
  isBusy: boolean;
}

/** A task on one or more slots. */
interface Active {
  readonly folds: TaskFolds;
  readonly slots: Set<Slot>;
  timer: NodeJS.Timeout | null;
  timedOut: boolean;
}

/**
 * Trials in child processes of this machine. A worker that dies is started again and its fold run once more; the second
 * death of one fold fails the trial with `workerDied`. Training never runs in this process, whose loop stays free for locks and answers.
 */
export async function createLocalExecutor(options: LocalExecutorOptions): Promise<Executor> {
  const slots = Array.from({ length: options.workers }, (): Slot => ({
    worker: null,
    ready: null,
    isBusy: false,
  }));
  const active = new Set<Active>();
  const waiting: Active[] = [];
  let variant = options.variant;
  let stopping = false;
  let nextTask = 1;

  const startWorker = async (slot: Slot): Promise<WorkerProcess> => {
    const worker = startWorkerProcess(options);
    slot.worker = worker;
    void worker.stopped.then(() => {
      if (slot.worker === worker) slot.worker = slot.ready = null;
    });
    try {
      const ready = await untilStopped(worker, worker.client.request('prepare', options.setup));
      assertVariant(variant, ready.variant);
      variant = ready.variant;
      options.onLog('debug', `worker ${worker.pid} is ready: ${ready.variant.build} ${ready.variant.digest}`);
      return worker;
    } catch (error) {
      worker.stop();
      await worker.stopped;
      throw error;
    }
  };
  const workerOf = (slot: Slot): Promise<WorkerProcess> => (slot.ready ??= startWorker(slot));

  const runFoldOnce = async (
    slot: Slot,
    task: FoldTask,
    onEpoch: TakenFold['epoch'],
  ): Promise<FoldOutcome> => {
    const worker = await workerOf(slot);
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

  const runFold = async (slot: Slot, task: Active, taken: TakenFold): Promise<FoldEnd> => {
    for (let deaths = 0; ;) {
      if (stopping) return { kind: 'stopped' };
      taken.begin();
      try {
        return await runFoldOnce(slot, { ...taken.fold, task: nextTask++ }, taken.epoch);
      } catch (error) {
        if (stopping) return { kind: 'stopped' };
        if (task.timedOut) return timeoutFault(options.trialTimeoutMs ?? 0);
        if (!isFault(error)) throw error;
        if (error.code !== 'workerDied' || ++deaths === 2) return { ...fault(error), record: null };
        options.onLog('warn', `${error.message} The fold is run again.`);
      }
    }
  };

  /** What a slot does next: its own task, one that waits, or if it is lent the one with most folds left. */
  const nextFor = (slot: Slot, { task, isLent }: { task: Active; isLent: boolean }): Active | undefined => {
    const isAlone = task.slots.size === 1 && task.slots.has(slot);
    if (task.folds.left() > 0 && (isAlone || waiting.length === 0)) return task;
    return waiting.shift() ?? (isLent ? mostLeft() : undefined);
  };
  const mostLeft = (): Active | undefined =>
    [...active]
      .filter(({ folds }) => folds.left() > 0)
      .reduce<Active | undefined>((a, b) => (a && a.folds.left() >= b.folds.left() ? a : b), undefined);

  const startTimer = (task: Active): void => {
    if (options.trialTimeoutMs === null) return;
    task.timer ??= setTimeout(() => {
      task.timedOut = true;
      for (const slot of task.slots) slot.worker?.stop();
    }, options.trialTimeoutMs);
  };

  /** Runs folds on a slot until there is nothing to do; never rejects. */
  const serve = async (slot: Slot, first: Active, isLent: boolean): Promise<void> => {
    slot.isBusy = true;
    let task: Active | undefined = first;
    while (task) {
      task.slots.add(slot);
      startTimer(task);
      const taken = task.folds.take();
      if (taken) {
        await runFold(slot, task, taken).then(taken.end, taken.fail);
        await task.folds.mayTakeNext();
      }
      const next = nextFor(slot, { task, isLent });
      if (next !== task) task.slots.delete(slot);
      task = next;
    }
    slot.isBusy = false;
  };

  const stopAll = (): void => {
    stopping = true;
    for (const slot of slots) slot.worker?.stop();
  };
  const dispose = async (): Promise<void> => {
    const ended = slots.flatMap((slot) => (slot.worker ? [slot.worker.stopped] : []));
    stopAll();
    await Promise.all(ended);
  };

  // All start at once; one that does not is started again, and heard, when it gets a fold.
  for (const slot of slots) workerOf(slot).catch(() => undefined);
  try {
    const first = await workerOf(slots[0]);
    if (variant === null) throw new Error(`worker ${first.pid} named no variant`);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    variant,
    workers: options.workers,
    run: async (task, reports) => {
      const one: Active = {
        folds: createTaskFolds(task, reports),
        ...{ slots: new Set(), timer: null, timedOut: false },
      };
      active.add(one);
      const free = slots.find((slot) => !slot.isBusy);
      if (free) void serve(free, one, false);
      else waiting.push(one);
      try {
        return await one.folds.ended;
      } finally {
        active.delete(one);
        if (one.timer) clearTimeout(one.timer);
      }
    },
    lend: () => {
      for (const slot of slots) {
        const task = slot.isBusy ? undefined : mostLeft();
        if (task) void serve(slot, task, true);
      }
    },
    stopNow: stopAll,
    dispose,
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

function timeoutFault(ms: number): FoldEnd {
  return {
    kind: 'fault',
    code: 'trialTimeout',
    message: `The trial took longer than ${Math.round(ms / 1000)} s and was ended. Raise the limit, or narrow the space.`,
    record: null,
  };
}
