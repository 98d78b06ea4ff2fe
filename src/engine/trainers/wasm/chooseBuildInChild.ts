import { fork } from 'node:child_process';
import type { BuildName } from '../../../kernels/generate/build.ts';
import { Fault } from '../../../model/fault.ts';
import type { TimedChoice } from './pick.ts';

export interface ChooseInChildOptions {
  /** The built chooseBuildMain. */
  readonly entry: string;
  readonly kernelsFolder: string;
  readonly pinned?: BuildName;
  /** A child without an answer by then is ended. Default 5 minutes: it works for a second, which takes long on a machine that is busy. */
  readonly timeoutMs?: number;
}

/** What the child says; both are built from the same commit. */
type Answer =
  | { readonly type: 'chosen'; readonly choice: TimedChoice }
  | { readonly type: 'none'; readonly message: string };

const choiceTimeoutMs = 5 * 60_000;

/**
 * Chooses the kernels once, at the engine's start, in a child process: trying them sets a V8 flag that must not reach the engine.
 * @throws Fault `backendUnavailable` when no build verifies, or the child ends without an answer.
 */
export function chooseBuildInChild(options: ChooseInChildOptions): Promise<TimedChoice> {
  const { entry, kernelsFolder, pinned, timeoutMs = choiceTimeoutMs } = options;
  return new Promise((resolve, reject) => {
    const child = fork(entry, pinned ? [kernelsFolder, pinned] : [kernelsFolder], {
      serialization: 'advanced',
      execArgv: [],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const fail = (message: string, cause?: unknown): void =>
      reject(new Fault('backendUnavailable', message, { cause }));
    child.once('message', (message) => {
      const answer = message as Answer; // from our own child
      if (answer.type === 'chosen') resolve(answer.choice);
      else fail(answer.message);
    });
    child.once('error', (error) => fail('The process that tries the kernels could not be started.', error));
    child.once('exit', (code, signal) =>
      fail(
        child.killed
          ? `The process that tries the kernels gave no answer in ${timeoutMs / 1000} s. Try again when the machine is less busy.`
          : `The process that tries the kernels ended with ${signal ?? String(code)} before it answered.`,
      ),
    );
  });
}
