import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { chooseBuildInChild } from './chooseBuildInChild.ts';

const folder = mkdtempSync(join(tmpdir(), 'lstm-study-choose-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function entryOf(name: string, text: string): { readonly entry: string; readonly kernelsFolder: string } {
  const entry = join(folder, `${name}.mjs`);
  writeFileSync(entry, text);
  return { entry, kernelsFolder: folder };
}

test('a child that never answers is ended, and said to have been too slow', async () => {
  const chosen = chooseBuildInChild({
    ...entryOf('silent', 'setInterval(() => undefined, 1_000);'),
    timeoutMs: 200,
  });
  await expect(chosen).rejects.toMatchObject({ code: 'backendUnavailable' });
  await expect(chosen).rejects.toThrow('no answer in 0.2 s');
});

test('a child that ends without an answer is said to have ended', async () => {
  const chosen = chooseBuildInChild(entryOf('gone', 'process.exit(7);'));
  await expect(chosen).rejects.toMatchObject({ code: 'backendUnavailable' });
  await expect(chosen).rejects.toThrow('ended with 7');
});

test('what it says is why there are no kernels is told', async () => {
  const chosen = chooseBuildInChild(
    entryOf('none', "process.send({ type: 'none', message: 'No build verifies.' });"),
  );
  await expect(chosen).rejects.toThrow('No build verifies.');
});
