import { readdir, stat } from 'node:fs/promises';
import * as path from 'node:path';

/** What a change of an experiment shows in: the engine bumps the head with every change of a trial or of the state. */
const watched = ['head.json', 'annotations.json'];

/** Times of the watched files by experiment; nothing else of a store is looked at. */
export type Pulse = ReadonlyMap<string, string>;

/** Looks once at a store: one listing of the folder and two `stat` an experiment, no file is read. */
export async function takePulse(store: string): Promise<Pulse> {
  const entries = await readdir(store, { withFileTypes: true }).catch(() => []); // not made yet, or gone
  const experiments = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  return new Map(
    await Promise.all(
      experiments.map(async ({ name }): Promise<[string, string]> => {
        const times = await Promise.all(watched.map((file) => timeOf(path.join(store, name, file))));
        return [name, times.join()];
      }),
    ),
  );
}

/** Ids that were changed or made since; `gone` are those that are no longer there. */
export function differences(
  before: Pulse,
  now: Pulse,
): { readonly changed: string[]; readonly gone: string[] } {
  return {
    changed: [...now].filter(([id, times]) => before.get(id) !== times).map(([id]) => id),
    gone: [...before.keys()].filter((id) => !now.has(id)),
  };
}

function timeOf(file: string): Promise<string> {
  return stat(file).then(
    ({ mtimeMs, size, ino }) => `${mtimeMs}:${size}:${ino}`, // a replaced file has another number
    () => '', // none yet
  );
}
