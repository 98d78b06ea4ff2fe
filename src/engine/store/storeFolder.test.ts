import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureStore } from './storeFolder.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lstm-store-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a store is made with its parents, once, and hidden from git', async () => {
  const store = join(folder, 'a', 'b', '.lstm-study');
  await ensureStore(store);
  const ignore = join(store, '.gitignore');
  expect(await readFile(ignore, 'utf8')).toBe('*\n');
  await rm(ignore);
  await ensureStore(store);
  await expect(readFile(ignore)).rejects.toThrow('ENOENT');
});

test('a file in its place, and a place that takes no folders, are said in time', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(ensureStore(file)).rejects.toMatchObject({ code: 'unwritable' });
  await expect(ensureStore('/proc/lstm/store')).rejects.toMatchObject({ code: 'unwritable' });
});
