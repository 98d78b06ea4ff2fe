import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const requirements = join(import.meta.dirname, 'requirements.txt');
const cache = join(import.meta.dirname, '../../.cache');
const run = promisify(execFile);
const installLimitMs = 15 * 60_000;

/** Either the interpreter of a virtual environment with requirements.txt installed, or why there is none. */
export type Python =
  { readonly kind: 'ready'; readonly path: string } | { readonly kind: 'absent'; readonly why: string };

/**
 * Makes the environment once in .cache (a new one when requirements.txt changes) with pip's own settings. Where there is no
 * Python or pip cannot install, the tests that need it say so and count as not run.
 */
export async function preparePython(): Promise<Python> {
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(cache, `python-${digest}`);
  const path = process.platform === 'win32' ? join(folder, 'Scripts/python.exe') : join(folder, 'bin/python');
  const marker = join(folder, 'installed');
  if (existsSync(marker)) return { kind: 'ready', path };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const made = (await makes('python3', folder)) || (await makes('python', folder));
  if (!made) return { kind: 'absent', why: 'no Python 3 with venv on this machine' };
  const options = [
    '--quiet',
    '--disable-pip-version-check',
    '--no-input',
    '--retries',
    '1',
    '--timeout',
    '15',
  ];
  try {
    await run(path, ['-m', 'pip', 'install', ...options, '-r', requirements], { timeout: installLimitMs });
  } catch (error) {
    const said = error instanceof Error ? error.message.trim().split('\n').at(-1) : '';
    return { kind: 'absent', why: `pip could not install requirements.txt: ${said ?? ''}` };
  }
  writeFileSync(marker, '');
  return { kind: 'ready', path };
}

async function makes(python: string, folder: string): Promise<boolean> {
  try {
    await run(python, ['-m', 'venv', folder]);
    return true;
  } catch {
    return false; // not there, or without venv: said by the caller
  }
}

/** Runs a program and gives what it printed; throws with its stderr when it fails. */
export function runPython(path: string, args: readonly string[]): string {
  return execFileSync(path, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, KERAS_BACKEND: 'jax', JAX_PLATFORMS: 'cpu', PYTHONUTF8: '1' },
  });
}
