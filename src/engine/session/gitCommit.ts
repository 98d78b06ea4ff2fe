import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * The commit that is checked out where `folder` lies, or null where it is in no repository. Read from git's own files: no program of
 * a workspace or of the PATH is run. Changes that are not committed do not show in it.
 */
export function gitCommitOf(folder: string): string | null {
  const git = gitFolderOf(resolve(folder));
  if (git === null) return null;
  const head = read(join(git, 'HEAD'));
  if (head === null) return null;
  if (!head.startsWith('ref: ')) return commitIn(head);
  const name = head.slice('ref: '.length);
  if (!/^refs\/[^\0\\]+$/.test(name) || name.split('/').includes('..')) return null;
  // A work tree of its own keeps its HEAD and shares the branches.
  const common = read(join(git, 'commondir'));
  const shared = common === null ? git : resolve(git, common);
  return commitIn(read(join(shared, name))) ?? packed(read(join(shared, 'packed-refs')), name);
}

function gitFolderOf(folder: string): string | null {
  const git = join(folder, '.git');
  const kind = statSync(git, { throwIfNoEntry: false });
  if (kind?.isDirectory()) return git;
  const link = kind?.isFile() ? /^gitdir: (.+)$/.exec(read(git) ?? '') : null;
  if (link) return resolve(folder, link[1]);
  return dirname(folder) === folder ? null : gitFolderOf(dirname(folder));
}

/** Text of a file without the blanks around it; null where it cannot be read. */
function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null; // not there: the answer is another file, or none
  }
}

function commitIn(text: string | null): string | null {
  return text !== null && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : null;
}

function packed(text: string | null, name: string): string | null {
  const line = text?.split('\n').find((l) => l.endsWith(` ${name}`));
  return commitIn(line?.slice(0, line.indexOf(' ')) ?? null);
}
