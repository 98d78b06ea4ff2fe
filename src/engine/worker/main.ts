/** Entry of a trial worker: a child process with one trainer. Says nothing on its own but epochs; exits when the engine goes. */
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { serveProcess } from '../../protocol/processRpc.ts';
import type { WorkerContract } from '../../protocol/worker.ts';
import { runFold, type WorkerSeries } from '../experiment/foldRun.ts';
import { measureSpeed } from '../trainers/auto.ts';
import type { Trainer } from '../trainers/trainer.ts';
import { createTrainer } from './createTrainer.ts';

if (!process.send) {
  console.error('This is a part of LSTM Study that the engine starts by itself; it does nothing alone.');
  process.exit(2);
}
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; stopping is the engine's to decide.
process.on('SIGINT', () => undefined);

let prepared: {
  readonly data: WorkerSeries;
  readonly trainer: Trainer;
  readonly memoryBytes: number | null;
} | null = null;
/** So often the event loop turns while a fold trains: only then is it seen that the engine has gone. */
const turnEveryMs = 100;
let turnedAt = 0;
const turnLoop = (): Promise<void> | null => {
  if (performance.now() - turnedAt < turnEveryMs) return null;
  return new Promise((resolve) =>
    setImmediate(() => {
      turnedAt = performance.now();
      resolve();
    }),
  );
};
const decisions = new Map<number, (answer: 'continue' | 'stop') => void>();

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
const server = serveProcess<WorkerContract>(
  connection,
  {
    prepare: async (setup) => {
      const from = performance.now();
      prepared?.trainer.dispose();
      const trainer = await createTrainer(setup);
      const data = setup.series as WorkerSeries; // sent by the engine of the same build, over a channel of its own
      prepared = { data, trainer, memoryBytes: setup.memoryBytes };
      return { variant: trainer.variant, startMs: performance.now() - from };
    },
    measure: () => {
      if (!prepared) throw new Error('measure before prepare');
      return measureSpeed(prepared.trainer, () => performance.now());
    },
    fold: async (task) => {
      if (!prepared) throw new Error('fold before prepare');
      const outcome = await runFold(prepared.data, prepared.trainer, {
        task,
        memoryBytes: prepared.memoryBytes,
        elapsedMs: () => performance.now(),
        betweenBatches: turnLoop,
        onEpoch: (epoch, train, validation) =>
          new Promise((resolve) => {
            decisions.set(task.task, resolve);
            server.send('epoch', { task: task.task, epoch, train, validation });
          }),
      });
      if (task.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, task.delayMs));
      return outcome;
    },
    decide: ({ task, answer }) => {
      decisions.get(task)?.(answer);
      decisions.delete(task);
      return null;
    },
  },
  {
    onBug: (error, request) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      server.send('log', { level: 'error', text: `${request}: ${text}` });
    },
  },
);
connection.listen();
