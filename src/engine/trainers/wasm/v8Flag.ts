import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';

/** The revectorizer's flag in V8 13 and its later name. */
const revectorizeFlags = ['--experimental-wasm-revectorize', '--wasm-revectorize'] as const;

/** Far off: without an answer the kernels compute other last digits than before. */
const listTimeoutMs = 5 * 60_000;

/** The revectorizer's flag as this V8 calls it, or null. Asked of `--v8-options`: setting an unknown flag only prints a line. */
export async function revectorizeFlag(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--v8-options'], {
      maxBuffer: 1 << 24,
      timeout: listTimeoutMs,
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, // VS Code's own binary acts as Node only with this
    });
    return revectorizeFlags.find((flag) => stdout.includes(`${flag} (`)) ?? null;
  } catch {
    return null; // a runtime that does not list its flags is used without
  }
}

/** Sets a flag of V8 for this process. Before the kernels are compiled, and only in a process that runs nothing else. */
export function setV8Flag(flag: string): void {
  setFlagsFromString(flag);
}
