import { fork, type ChildProcess } from 'node:child_process';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { Fault } from '../model/fault.ts';
import type { Client, Disposable, EventName, ParamsOf, RequestName, ResultOf } from '../protocol/contract.ts';
import type { EngineContract, EngineInfo, EngineSettings } from '../protocol/engine.ts';
import { connectProcess } from '../protocol/processRpc.ts';
import { createEmitter } from './emitter.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
type EngineEvents = EngineContract['events'];

export interface EngineProcessOptions {
  /** dist/engine/main.mjs */
  readonly main: string;
  /** Asked at every start, so that a changed setting counts from the next one. */
  readonly settings: () => EngineSettings;
  readonly log: (level: LogLevel, text: string) => void;
  /** Keeps a running study or an open panel from being stopped as idle. */
  readonly isNeeded: () => boolean;
  /** Asked before each request; what it throws refuses the request. */
  readonly mayAsk?: (request: string, params: unknown) => Promise<void>;
  /** Without requests for this long the process is ended; it starts again on the next one. Default 5 minutes. */
  readonly idleStopMs?: number;
  /** Crashes within `crashWindowMs` after which it is not started again by itself. Default 3. */
  readonly crashLimit?: number;
}

/** Restarts that lie further apart are not a series. */
const crashWindowMs = 10 * 60_000;
/** How long a process may take to end by itself before it is killed. */
const endGraceMs = 3_000;

export type EngineState = 'absent' | 'starting' | 'up' | 'failed' | 'disposed';

/**
 * The engine as a child process: started on first use, restarted after a crash, ended when idle. It ends by itself
 * when its channel to this process closes, so that a killed host leaves nothing behind.
 */
export class EngineProcess implements Disposable {
  readonly #options: EngineProcessOptions;
  readonly #events = new Map<string, Set<(payload: never) => void>>();
  readonly #crashed = createEmitter<{ readonly restarting: boolean }>();
  readonly #started = createEmitter<EngineInfo>();
  #running: { readonly child: ChildProcess; readonly client: Client<EngineContract> } | null = null;
  #starting: Promise<Client<EngineContract>> | null = null;
  #state: EngineState = 'absent';
  #crashes: number[] = [];
  #pending = 0;
  #idleTimer: NodeJS.Timeout | null = null;

  constructor(options: EngineProcessOptions) {
    this.#options = options;
  }

  get state(): EngineState {
    return this.#state;
  }
  get pid(): number | null {
    return this.#running?.child.pid ?? null;
  }
  readonly onCrashed = this.#crashed.on;
  /** Fires after every start, also the first: the place to open again what was open. */
  readonly onStarted = this.#started.on;

  async request<N extends RequestName<EngineContract>>(
    name: N,
    params: ParamsOf<EngineContract, N>,
  ): Promise<ResultOf<EngineContract, N>> {
    this.#pending++;
    try {
      await this.#options.mayAsk?.(name, params);
      const client = await this.#client();
      return await client.request(name, params);
    } finally {
      this.#pending--;
      this.#watchIdle();
    }
  }

  onEvent<N extends EventName<EngineContract>>(
    name: N,
    listener: (payload: EngineEvents[N]) => void,
  ): Disposable {
    const set = this.#events.get(name) ?? new Set();
    this.#events.set(name, set.add(listener));
    return { dispose: () => void set.delete(listener) };
  }

  /** A user's act: an engine that was given up after its crashes is tried anew by the next request. Answers whether it had been. */
  tryAgain(): boolean {
    if (this.#state !== 'failed') return false;
    this.#crashes = [];
    this.#state = 'absent';
    return true;
  }

  /** Ends the process; the next request starts it anew, with the crash count at zero. */
  async stop(): Promise<void> {
    this.#crashes = [];
    await this.#end('absent');
  }

  dispose(): void {
    void this.disposeAndWait();
  }

  /** Resolves when the child is gone. */
  async disposeAndWait(): Promise<void> {
    if (this.#idleTimer) clearTimeout(this.#idleTimer);
    await this.#end('disposed');
  }

  async #end(state: 'absent' | 'disposed'): Promise<void> {
    const running = this.#running;
    this.#running = null;
    this.#starting = null;
    this.#state = state;
    if (!running) return;
    running.client.dispose();
    await endChild(running.child);
  }

  #client(): Promise<Client<EngineContract>> {
    if (this.#state === 'disposed')
      return Promise.reject(new Fault('stopped', 'The engine has been shut down with its window.'));
    if (this.#state === 'failed')
      return Promise.reject(
        new Fault(
          'internal',
          'The engine ended several times in a row and is not started again by itself. The log says why; any command of LSTM Study tries once more.',
        ),
      );
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<Client<EngineContract>> {
    this.#state = 'starting';
    const { log } = this.#options;
    const environment = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    delete (environment as Record<string, string | undefined>)['NODE_OPTIONS']; // meant for other processes: debuggers, memory limits
    const child = fork(this.#options.main, [], {
      env: environment,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child.stdout?.on('data', (data: Buffer) => log('info', data.toString().trimEnd()));
    child.stderr?.on('data', (data: Buffer) => log('warn', data.toString().trimEnd()));
    const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    const client = connectProcess<EngineContract>(connection);
    const running = { child, client };
    this.#running = running;
    child.on('error', (error) => log('error', `engine: ${error.message}`));
    child.once('exit', (code, signal) => {
      client.dispose();
      if (this.#running !== running) return; // ended by us
      this.#running = null;
      this.#starting = null;
      this.#crash(`engine ${child.pid ?? ''} ended with ${signal ?? `exit code ${code ?? 'unknown'}`}`);
    });
    for (const name of eventNames)
      client.onEvent(name, (payload) => {
        for (const listener of [...(this.#events.get(name) ?? [])]) listener(payload as never); // typed by the contract
      });
    connection.listen();
    const info = await client.request('initialize', this.#options.settings());
    this.#state = 'up';
    log(
      'info',
      `engine ${info.version} started: process ${info.pid}, Node ${info.node}, ${info.cores} cores`,
    );
    queueMicrotask(() => this.#started.fire(info));
    this.#watchIdle();
    return client;
  }

  #crash(text: string): void {
    if (this.#state === 'disposed') return;
    const now = Date.now();
    this.#crashes = [...this.#crashes.filter((at) => now - at < crashWindowMs), now];
    const restarting = this.#crashes.length <= (this.#options.crashLimit ?? 3);
    this.#state = restarting ? 'absent' : 'failed';
    this.#options.log('error', `${text}; ${restarting ? 'it is started again' : 'it is not started again'}`);
    this.#crashed.fire({ restarting });
  }

  #watchIdle(): void {
    if (this.#idleTimer) clearTimeout(this.#idleTimer);
    if (this.#state !== 'up') return;
    const idleStopMs = this.#options.idleStopMs ?? 5 * 60_000;
    this.#idleTimer = setTimeout(() => {
      if (this.#pending > 0 || this.#options.isNeeded()) {
        this.#watchIdle();
        return;
      }
      this.#options.log('debug', 'engine stopped: nothing to do');
      void this.#end('absent');
    }, idleStopMs);
    this.#idleTimer.unref();
  }
}

const eventNames: readonly EventName<EngineContract>[] = [
  'experimentChanged',
  'trialsChanged',
  'progress',
  'working',
  'log',
];

/** Closing the channel is the request to end; a process that does not is killed. */
function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), endGraceMs);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    if (child.connected) child.disconnect();
    else child.kill();
  });
}
