import { describe, expect, it } from 'vitest';
import { neutralParams } from '../../model/neutralParams.ts';
import type { DoneFold, TaskReports } from './executor.ts';
import { createTaskFolds, type TakenFold } from './taskFolds.ts';

const task = {
  folds: [0, 1, 2].map((fold) => ({
    params: { ...neutralParams, units: 2, epochs: 2 },
    fold,
    objective: 'u2' as const,
    seeds: { init: fold, shuffle: fold, dropout: fold },
    keepPredictions: false,
    keepWeights: false,
  })),
};

const done = (fold: number): DoneFold => ({
  kind: 'done',
  record: { fold, curve: { train: [1, 2], validation: [3, 4] }, endedBy: 'epochs', metrics: null, steps: [] },
  ...{ value: 1, metrics: null, predictions: null, weights: null, ms: {} },
});

/** Notes what is told; stops at one epoch of one fold. */
function listener(stopAt: string | null = null): { told: string[]; reports: TaskReports; mayStart: boolean } {
  const told: string[] = [];
  const self = {
    told,
    mayStart: true,
    reports: {
      onEpoch: (fold: number, epoch: number) => {
        told.push(`${fold}.${epoch}`);
        return `${fold}.${epoch}` === stopAt ? ('stop' as const) : ('continue' as const);
      },
      onFold: (fold: number, { record }: DoneFold) => {
        told.push(`${fold} ${record.endedBy} ${record.curve.train.length}`);
        return Promise.resolve('continue' as const);
      },
      mayStartFold: () => self.mayStart,
    },
  };
  return self;
}

function take(folds: { take(): TakenFold | null }): TakenFold {
  const taken = folds.take();
  if (!taken) throw new Error('no fold is left');
  taken.begin();
  return taken;
}

function runTo(fold: TakenFold, epochs: number): ('continue' | 'stop')[] {
  return Array.from({ length: epochs }, (_, epoch) => fold.epoch(epoch, epoch, epoch));
}

const inOrder = ['0.0', '0.1', '0 epochs 2', '1.0', '1.1', '1 epochs 2', '2.0', '2.1', '2 epochs 2'];

describe('the folds of a task', () => {
  it('one after the other: the next may be taken when the last is reported', async () => {
    const { told, reports } = listener();
    const folds = createTaskFolds(task, reports);
    for (let n = 0; n < 3; n++) {
      const fold = take(folds);
      runTo(fold, 2);
      fold.end(done(n));
      await folds.mayTakeNext();
      expect(told).toEqual(inOrder.slice(0, 3 * (n + 1)));
    }
    expect(folds.take()).toBeNull();
    expect(await folds.ended).toEqual({ kind: 'done' });
  });

  it('side by side, ended in the wrong order, they are told as one after the other', async () => {
    const { told, reports } = listener();
    const folds = createTaskFolds(task, reports);
    const [a, b, c] = [take(folds), take(folds), take(folds)];
    runTo(c, 2);
    c.end(done(2));
    runTo(b, 1);
    runTo(a, 2);
    expect(told).toEqual(['0.0', '0.1']);
    a.end(done(0));
    await new Promise(setImmediate);
    b.epoch(1, 1, 1); // its turn has come: told at once
    expect(told).toEqual(inOrder.slice(0, 5));
    b.end(done(1));
    await folds.ended;
    expect(told).toEqual(inOrder);
  });

  it('what ran ahead of a stop is dropped, and the fold that is stopped ends where one worker would have ended it', async () => {
    const { told, reports } = listener('1.0');
    const folds = createTaskFolds(task, reports);
    const [a, b, c] = [take(folds), take(folds), take(folds)];
    expect([...runTo(b, 2), ...runTo(c, 1)]).toEqual(['continue', 'continue', 'continue']);
    b.end(done(1));
    runTo(a, 2);
    a.end(done(0));
    expect(await folds.ended).toEqual({ kind: 'done' });
    expect(told).toEqual(['0.0', '0.1', '0 epochs 2', '1.0', '1 stop 1']);
    expect(c.epoch(1, 1, 1)).toBe('stop');
    expect(told).toHaveLength(5);
  });

  it('a fold that begins again after a crash is told once', async () => {
    const { told, reports } = listener();
    const folds = createTaskFolds(task, reports);
    const [a, b] = [take(folds), take(folds)];
    runTo(b, 1);
    b.begin();
    runTo(b, 2);
    b.end(done(1));
    runTo(a, 2);
    a.end(done(0));
    await new Promise(setImmediate);
    expect(told).toEqual(inOrder.slice(0, 6));
  });

  it('when no fold may be started any more, those that run are told and the task ends', async () => {
    const heard = listener();
    const folds = createTaskFolds(task, heard.reports);
    const [a, b] = [take(folds), take(folds)];
    heard.mayStart = false;
    runTo(b, 2);
    b.end(done(1));
    expect(folds.take()).toBeNull();
    expect(folds.left()).toBe(0);
    runTo(a, 2);
    a.end(done(0));
    expect(await folds.ended).toEqual({ kind: 'done' });
    expect(heard.told).toEqual(inOrder.slice(0, 6));
  });

  it('the fault that counts is that of the first faulty fold; a bug rejects', async () => {
    const fault = { kind: 'fault', code: 'workerDied', record: null } as const;
    const folds = createTaskFolds(task, listener().reports);
    const [a, b] = [take(folds), take(folds)];
    b.end({ ...fault, message: 'second' });
    a.end({ ...fault, message: 'first' });
    expect(await folds.ended).toMatchObject({ kind: 'fault', message: 'first' });
    const broken = createTaskFolds(task, listener().reports);
    take(broken).fail(new Error('a bug'));
    await expect(broken.ended).rejects.toThrow('a bug');
  });
});
