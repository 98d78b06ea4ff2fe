import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Problem {
  readonly name: string;
  readonly dims: readonly (
    { readonly choices: number } | { readonly low: number; readonly high: number; readonly isFloat?: true }
  )[];
  readonly best: number;
  readonly median: number;
}

/** peer.py as a value: the problems' home, and Optuna. */
export interface Peer {
  ask<T>(request: object): Promise<T>;
  close(): void;
}

export function startPeer(python: string): Peer {
  const child = spawn(python, [fileURLToPath(new URL('peer.py', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // One thread: the matrices are small, and we use one too.
    env: { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
  });
  const waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void }[] = [];
  const end = (why: string): void => {
    for (const { reject } of waiting.splice(0)) reject(new Error(why));
  };
  child.on('error', (error) => end(error.message));
  child.on('exit', () =>
    end('peer.py has ended; are the packages of bench/requirements.txt installed? npm run bench:setup'),
  );
  createInterface({ input: child.stdout }).on('line', (line) => {
    const parsed: unknown = JSON.parse(line);
    waiting.shift()?.resolve(parsed);
  });
  return {
    ask: <T>(request: object) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({ resolve: resolve as (answer: unknown) => void, reject }); // both ends are of this commit
        child.stdin.write(`${JSON.stringify(request)}\n`);
      }),
    close: () => child.stdin.end(),
  };
}
