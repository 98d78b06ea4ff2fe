import { fork, type ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import type { Client } from '../../protocol/contract.ts';
import { connectProcess } from '../../protocol/processRpc.ts';
import type { WorkerContract } from '../../protocol/worker.ts';

export interface WorkerProcessOptions {
  /** dist/engine/worker.mjs */
  readonly file: string;
  readonly onLog: (level: 'debug' | 'info' | 'warn' | 'error', text: string) => void;
}

/** A running worker. `stopped` resolves, once, when it is gone, with words for why. */
export interface WorkerProcess {
  readonly pid: number;
  readonly client: Client<WorkerContract>;
  readonly stopped: Promise<string>;
  stop(): void;
}

/** Enough of what a dying worker wrote to say why. */
const lastWordsLength = 2_000;

export function startWorkerProcess(options: WorkerProcessOptions): WorkerProcess {
  const child = fork(options.file, [], {
    serialization: 'advanced',
    execArgv: [],
    // Inside VS Code the engine runs on Electron's binary; it must go on as Node.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  beNice(child);
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-lastWordsLength);
  });
  const stopped = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => {
      const how = signal ? `signal ${signal}` : `exit code ${code}`;
      resolve(lastWords.trim() === '' ? how : `${how}: ${lastWords.trim()}`);
    });
  });
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  const client = connectProcess<WorkerContract>(connection);
  client.onEvent('log', ({ level, text }) => options.onLog(level, text));
  connection.listen();
  void stopped.then(() => client.dispose());
  return {
    pid: child.pid ?? -1,
    client,
    stopped,
    stop: () => {
      child.kill('SIGKILL');
    },
  };
}

/** Training takes what the editor leaves. */
function beNice(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not everywhere allowed; training then competes as an equal.
  }
}
