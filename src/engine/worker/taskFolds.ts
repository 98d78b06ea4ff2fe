import type { FoldTask } from '../../protocol/worker.ts';
import type { DoneFold, TaskReports, TrialOutcome, TrialTask } from './executor.ts';

/** How a fold ended on its worker. */
export type FoldEnd = DoneFold | Exclude<TrialOutcome, { kind: 'done' }>;

/** A fold that a worker has taken. */
export interface TakenFold {
  readonly fold: Omit<FoldTask, 'task'>;
  /** To be called when it begins, and when it begins again after a crash. */
  readonly begin: () => void;
  readonly epoch: (epoch: number, train: number, validation: number) => 'continue' | 'stop';
  readonly end: (end: FoldEnd) => void;
  /** A bug: the task rejects. */
  readonly fail: (error: unknown) => void;
}

/** The folds of one task, taken by one worker or several, reported as if one worker had run them in order. */
export interface TaskFolds {
  /** Folds that can still be taken. */
  left(): number;
  /** The next fold, or null when there is none or none may be started. */
  take(): TakenFold | null;
  /**
   * Resolves when the next fold may be taken: at once while another one runs, otherwise when all that have ended are reported,
   * since then the answer can be that no more are wanted.
   */
  mayTakeNext(): Promise<void>;
  /** The task's end; a bug rejects. */
  readonly ended: Promise<TrialOutcome>;
}

interface Epoch {
  readonly train: number;
  readonly validation: number;
}

/**
 * A fold that runs ahead of its turn is not asked about: its epochs are held back, and told when the folds before it have been
 * reported. If the answer is then stop, the fold ends there, and what its worker did beyond is dropped. So pruners see what one
 * worker alone would have shown them.
 */
export function createTaskFolds(task: TrialTask, reports: TaskReports): TaskFolds {
  const folds = task.folds.map((fold) => ({
    fold,
    held: [] as Epoch[],
    end: withResolvers<FoldEnd | null>(),
    reported: withResolvers<null>(),
  }));
  for (const { end } of folds) end.promise.catch(() => undefined); // heard in its turn, if that comes
  let taken = 0;
  let running = 0;
  let turn = -1;
  let isOver = false;

  /** Tells the epochs of a fold whose turn has come; how it ended, where one of the answers was stop. */
  const tellHeld = (n: number): FoldEnd | null => {
    const { fold, held } = folds[n];
    for (const [epoch, { train, validation }] of held.entries()) {
      if (reports.onEpoch(n, epoch, train, validation) === 'continue') continue;
      isOver = true;
      return stoppedFold(fold, held.slice(0, epoch + 1));
    }
    return null;
  };

  const reportInOrder = async (): Promise<TrialOutcome> => {
    for (const [n, fold] of folds.entries()) {
      turn = n;
      const end = tellHeld(n) ?? (await fold.end.promise);
      if (end === null) return { kind: 'done' };
      if (end.kind !== 'done') return end;
      if ((await reports.onFold(n, end)) === 'stop' || end.record.endedBy === 'stop') return { kind: 'done' };
      fold.reported.resolve(null);
    }
    return { kind: 'done' };
  };
  const ended = reportInOrder().finally(() => (isOver = true));

  return {
    ended,
    left: () => (isOver ? 0 : folds.length - taken),
    take: () => {
      if (isOver || taken === folds.length) return null;
      const n = taken++;
      const { fold, held, end } = folds[n];
      if (!reports.mayStartFold()) {
        taken = folds.length;
        end.resolve(null);
        return null;
      }
      running++;
      return {
        fold,
        begin: () => held.splice(0),
        epoch: (epoch, train, validation) => {
          if (isOver) return 'stop';
          if (turn === n) return reports.onEpoch(n, epoch, train, validation);
          held.push({ train, validation });
          return 'continue';
        },
        end: (how) => {
          running--;
          end.resolve(how);
        },
        fail: (error) => {
          running--;
          end.reject(error);
        },
      };
    },
    mayTakeNext: async () => {
      if (running > 0 || taken === 0) return;
      await Promise.race([folds[taken - 1].reported.promise, ended.catch(() => undefined)]);
    },
  };
}

function stoppedFold({ fold }: Omit<FoldTask, 'task'>, epochs: readonly Epoch[]): DoneFold {
  if (fold === 'refit') throw new Error('a refit has no epochs to stop after');
  return {
    kind: 'done',
    record: {
      fold,
      curve: { train: epochs.map((e) => e.train), validation: epochs.map((e) => e.validation) },
      endedBy: 'stop',
      metrics: null,
      steps: [],
    },
    ...{ value: null, metrics: null, predictions: null, weights: null, ms: {} },
  };
}

/** What Promise.withResolvers gives: Node 20, on which the command line runs too, does not have it. */
function withResolvers<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
