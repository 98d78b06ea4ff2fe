import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../dist/engine/cli.mjs', import.meta.url));

/** Runs the command line on a study file: experiments for a test to begin with, written by the engine itself. */
export function engine(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`lstm-study ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

export interface Stored {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly looks: readonly unknown[];
  readonly folder: string;
}

/** The experiments of a folder's store as they are on disk, oldest first. */
export function stored(folder: string): Stored[] {
  const store = join(folder, '.lstm-study');
  return readdirSync(store, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => join(store, entry.name))
    .sort()
    .flatMap((path) => {
      try {
        const experiment = JSON.parse(readFileSync(join(path, 'experiment.json'), 'utf8')) as Stored; // written by the engine
        return [{ ...experiment, folder: path }];
      } catch {
        return []; // just being made
      }
    });
}

/** Settings of the folder: the open window takes them at once. */
export function settings(folder: string, values: Readonly<Record<string, unknown>>): void {
  mkdirSync(join(folder, '.vscode'), { recursive: true });
  writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify(values, null, 2));
}
