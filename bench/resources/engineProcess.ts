import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import type { Client } from '../../src/protocol/contract.ts';
import type { EngineContract } from '../../src/protocol/engine.ts';
import { connectProcess } from '../../src/protocol/processRpc.ts';

const top = fileURLToPath(new URL('../../', import.meta.url));

export interface BenchEngine {
  readonly child: ChildProcess;
  readonly client: Client<EngineContract>;
  /** Processes that the engine has started. */
  workers(): number[];
  stop(): void;
}

/** The engine of dist as the extension starts it: a child process over IPC. */
export async function startEngine(env: Readonly<Record<string, string>> = {}): Promise<BenchEngine> {
  const child = fork(join(top, 'dist', 'engine', 'main.mjs'), [], {
    serialization: 'advanced',
    execArgv: [],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  const client = connectProcess<EngineContract>(connection);
  connection.listen();
  await client.request('initialize', { mode: 'full' });
  return {
    child,
    client,
    workers: () => {
      const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'utf8' });
      return stdout.split('\n').flatMap((line) => (line.trim() === '' ? [] : [Number(line)]));
    },
    stop: () => child.kill('SIGTERM'),
  };
}

export interface BenchStudy {
  readonly folder: string;
  readonly file: string;
  remove(): void;
}

/** A study of small nets on real prices, which is trial after trial. */
export function writeStudy(trials: number, units: number): BenchStudy {
  const folder = mkdtempSync(join(tmpdir(), 'lstm-study-resources-'));
  copyFileSync(join(top, 'node_modules/vega-datasets/data/sp500-2000.csv'), join(folder, 'sp500.csv'));
  const file = join(folder, 'bench.lstm.json');
  writeFileSync(
    file,
    JSON.stringify({
      lstmStudy: 1,
      data: { file: 'sp500.csv', price: 'adjclose' },
      split: { validation: { kind: 'walkForward', folds: 2 } },
      hyperparameters: {
        lookback: 5,
        units: { int: [2, units] },
        layers: 1,
        dropout: 0.2,
        learningRate: { float: [0.001, 0.01], log: true },
        batchSize: 256,
        epochs: 2,
        optimizer: 'adam',
      },
      search: { sampler: 'tpe', trials, pruner: 'none', confirm: { top: 0, seeds: 2 } },
      trainer: 'wasm',
    }),
  );
  return { folder, file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
