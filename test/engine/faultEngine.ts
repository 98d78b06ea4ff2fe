/**
 * The real engine in a process that kills itself (SIGKILL, nothing is cleaned up) at the n-th time it reaches a phase: a file
 * system call of the store, a proposal, an epoch of a worker; or its workers, or both at once. Bundled and started by faults.test.ts; one JSON argument.
 * Every trial that is announced is written to stdout, synchronously, before the next instruction.
 */
import childProcess, { type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { FaultPhase, FaultTask } from './faultTask.ts';

const task = JSON.parse(process.argv[2]) as FaultTask; // written by the test
let left = task.count;

const workers = new Set<ChildProcess>();

/** Dies when the phase that was asked for is reached for the n-th time. */
function reach(phase: FaultPhase): void {
  if (phase !== task.phase || --left > 0) return;
  if (phase === 'both') for (const worker of workers) worker.kill('SIGKILL');
  const killed = [...workers].filter((worker) => worker.killed).length;
  real.writeSync(1, `killed ${phase}, workers ${killed}\n`);
  process.kill(process.pid, 'SIGKILL');
}

const isDocument = (path: unknown): path is string =>
  typeof path === 'string' && path.includes('.lstm-study') && /\.json/.test(path);

// Documents are opened, written, synced and renamed through these; all are patched before the engine is loaded.
const real = {
  open: fs.open,
  write: fs.write,
  fsync: fs.fsync,
  rename: fs.rename,
  mkdir: fs.mkdir,
  openSync: fs.openSync,
  writeSync: fs.writeSync,
  fsyncSync: fs.fsyncSync,
  renameSync: fs.renameSync,
};
const documents = new Map<number, string>();

/** Overloads of node:fs, passed through as they come. */
type Args = unknown[];
const lastOf = (args: Args): ((...result: unknown[]) => void) =>
  args.at(-1) as (...result: unknown[]) => void; // the callback

const isWriting = (path: unknown, flags: unknown): path is string =>
  isDocument(path) && (flags === 'w' || flags === 'wx');

/** Half of the document reaches the file, then the process is gone. */
function writing(fd: number, data: Uint8Array): void {
  if (!documents.has(fd)) return;
  if (task.phase === 'tempWrite' && left === 1) real.writeSync(fd, data, 0, Math.floor(data.length / 2));
  reach('tempWrite');
}

Object.assign(fs, {
  openSync: (...args: Args) => {
    const [path, flags] = args;
    const inPlace = task.twin === 'inPlace' && isWriting(path, flags);
    const target = inPlace ? finalName(path) : path;
    const how = inPlace ? 'w' : flags;
    const fd = Reflect.apply(real.openSync, fs, [target, how, ...args.slice(2)]) as number; // as openSync says
    if (isWriting(path, flags)) documents.set(fd, path);
    return fd;
  },
  writeSync: (...args: Args): unknown => {
    writing(args[0] as number, args[1] as Uint8Array); // a document is written from bytes
    return Reflect.apply(real.writeSync, fs, args);
  },
  fsyncSync: (...args: Args): void => {
    if (documents.has(args[0] as number)) reach('beforeSync');
    Reflect.apply(real.fsyncSync, fs, args);
  },
  renameSync: (...args: Args): void => {
    const [from, to] = args as [string, string];
    if (isDocument(to)) reach(to.includes('confirm') ? 'confirm' : 'beforeRename');
    if (!(task.twin === 'inPlace' && isDocument(to) && !fs.existsSync(from)))
      Reflect.apply(real.renameSync, fs, args);
    if (isDocument(to)) reach('afterRename');
  },
  open: (...args: Args) => {
    const path: unknown = args[0];
    const inPlace = task.twin === 'inPlace' && isDocument(path) && args[1] === 'w';
    const target = inPlace ? finalName(path) : path;
    const done = lastOf(args);
    Reflect.apply(real.open, fs, [
      target,
      ...args.slice(1, -1),
      (error: Error | null, fd: number) => {
        if (!error && isDocument(path) && args[1] === 'w') documents.set(fd, path);
        done(error, fd);
      },
    ]);
  },
  write: (...args: Args) => {
    const [fd, data] = args as [number, Uint8Array];
    writing(fd, data);
    Reflect.apply(real.write, fs, args);
  },
  fsync: (...args: Args) => {
    if (documents.has(args[0] as number)) reach('beforeSync');
    Reflect.apply(real.fsync, fs, args);
  },
  rename: (...args: Args) => {
    const [from, to] = args as [string, string];
    const done = lastOf(args);
    if (isDocument(to)) reach(to.includes('confirm') ? 'confirm' : 'beforeRename');
    if (task.twin === 'inPlace' && isDocument(to) && !fs.existsSync(from)) {
      done(null);
      return;
    }
    Reflect.apply(real.rename, fs, [
      from,
      to,
      (error: Error | null) => {
        if (isDocument(to)) reach('afterRename');
        done(error);
      },
    ]);
  },
  mkdir: (...args: Args) => {
    const done = lastOf(args);
    Reflect.apply(real.mkdir, fs, [
      ...args.slice(0, -1),
      (...result: unknown[]) => {
        if (String(args[0]).endsWith('.lock')) reach('lock');
        done(...result);
      },
    ]);
  },
});

function finalName(temporary: string): string {
  return temporary.replace(/(\.json)\..*$/, '$1');
}

const realFork = childProcess.fork;
Object.assign(childProcess, {
  fork: (...args: Parameters<typeof realFork>) => {
    const child: ChildProcess = realFork(...args);
    workers.add(child);
    child.once('exit', () => workers.delete(child));
    child.on('message', (message) => {
      if (!JSON.stringify(message).includes('"method":"epoch"')) return;
      reach('midFold');
      reach('both');
      if (task.phase === 'worker' && --left === 0) {
        fs.writeSync(1, 'killed worker, workers 1\n');
        child.kill('SIGKILL');
      }
    });
    return child;
  },
});
syncBuiltinESMExports();

const { createSession } = await import('../../src/engine/session.ts');
const { systemClock } = await import('../../src/engine/clock.ts');
const { enginePaths } = await import('../../src/engine/session/paths.ts');
const { historyOf } = await import('../../src/engine/experiment/history.ts');
const { trialStates } = await import('../../src/model/trial.ts');

const session = createSession({
  clock: systemClock,
  paths: enginePaths(task.dist),
  version: 'test',
  emit: (name, payload) => {
    if (name !== 'trialsChanged') return;
    const { rows } = payload as { rows: { count: number; number: Int32Array; state: Uint8Array } }; // the payload of this name
    for (let i = 0; i < rows.count; i++)
      fs.writeSync(1, `announced ${rows.number[i]} ${trialStates[rows.state[i]]}\n`);
  },
  plant: {
    history: (trials, number, lag) => {
      reach('suggest');
      return historyOf(trials, number, lag);
    },
  },
});
const result = await session.runs.start({
  file: task.file,
  ifFinished: 'ask',
  options: { workers: 2 },
});
if (result.kind === 'issues') throw new Error(JSON.stringify(result.issues));
if (result.kind !== 'finished') await session.runs.ended(result.ref);
await session.dispose();
fs.writeSync(1, `done ${result.ref.id}\n`);
process.exit(0);
