import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { differences, takePulse } from './storePulse.ts';

const store = mkdtempSync(join(tmpdir(), 'pulse-'));
afterAll(() => rmSync(store, { recursive: true, force: true }));

function write(id: string, file: string, text: string): void {
  mkdirSync(join(store, id), { recursive: true });
  writeFileSync(join(store, id, 'new'), text);
  renameSync(join(store, id, 'new'), join(store, id, file)); // as the engine does
}

test('tells what was made, changed and removed, and nothing else', async () => {
  write('a', 'head.json', '1');
  write('b', 'head.json', '1');
  mkdirSync(join(store, '.bin', 'c'), { recursive: true });
  const first = await takePulse(store);
  expect([...first.keys()].sort()).toEqual(['a', 'b']);
  expect(differences(first, await takePulse(store))).toEqual({ changed: [], gone: [] });
  write('a', 'head.json', '2'); // same length, perhaps in the same millisecond
  write('d', 'head.json', '1');
  write('b', 'trial.json', 'not watched');
  const second = await takePulse(store);
  expect(differences(first, second)).toEqual({ changed: ['a', 'd'], gone: [] });
  write('b', 'annotations.json', '{}');
  rmSync(join(store, 'd'), { recursive: true });
  expect(differences(second, await takePulse(store))).toEqual({ changed: ['b'], gone: ['d'] });
});

test('a store that is not there has no pulse', async () => {
  expect((await takePulse(join(store, 'absent'))).size).toBe(0);
});
