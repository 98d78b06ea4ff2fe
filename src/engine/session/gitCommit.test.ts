import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gitCommitOf } from './gitCommit.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lstm-git-'));
});
afterEach(() => rm(folder, { recursive: true }));

const commit = '0123456789abcdef0123456789abcdef01234567';
const other = 'f'.repeat(40);

/** Files below the scratch folder. */
async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

test('the branch that is checked out, from a folder below', async () => {
  await write({
    '.git/HEAD': 'ref: refs/heads/a/b\n',
    '.git/refs/heads/a/b': `${commit}\n`,
    '.git/packed-refs': `${other} refs/heads/a/b\n`,
    'studies/deep/x': '',
  });
  expect(gitCommitOf(join(folder, 'studies', 'deep'))).toBe(commit);
});

test('a packed branch, and no branch at all', async () => {
  await write({
    '.git/HEAD': 'ref: refs/heads/main\n',
    '.git/packed-refs': `# pack-refs with: peeled\n${other} refs/heads/amain\n${commit} refs/heads/main\n^${other}\n`,
  });
  expect(gitCommitOf(folder)).toBe(commit);
  await write({ '.git/HEAD': `${other}\n` });
  expect(gitCommitOf(folder)).toBe(other);
});

test('a work tree of its own', async () => {
  await write({
    'main/.git/worktrees/w/HEAD': 'ref: refs/heads/w\n',
    'main/.git/worktrees/w/commondir': '../..\n',
    'main/.git/refs/heads/w': commit,
    'w/.git': `gitdir: ${join(folder, 'main', '.git', 'worktrees', 'w')}\n`,
  });
  expect(gitCommitOf(join(folder, 'w'))).toBe(commit);
});

test('nothing where there is no commit, or a HEAD that leads elsewhere', async () => {
  await write({ '.git/HEAD': 'ref: refs/heads/unborn\n' });
  expect(gitCommitOf(folder)).toBeNull();
  await write({ '.git/HEAD': 'ref: refs/../../secret\n', secret: commit });
  expect(gitCommitOf(folder)).toBeNull();
  await write({ '.git/HEAD': 'what?\n' });
  expect(gitCommitOf(folder)).toBeNull();
});
