import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { extractEntry, readZipEntries } from './zipArchive.ts';

const folder = mkdtempSync(join(tmpdir(), 'zip-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = new TextEncoder().encode('The quick brown fox. '.repeat(5000));
const noise = Uint8Array.from({ length: 70_000 }, (_, i) => (i * i * 31 + (i >> 3)) & 255);
const archive = zipSync({
  'a/text.txt': text,
  'b/noise.bin': [noise, { level: 0 }],
  empty: new Uint8Array(0),
});

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe('reading a zip archive', () => {
  it('gives back deflated, stored and empty entries byte for byte', async () => {
    const path = write('whole.zip', archive);
    const entries = await readZipEntries(path);
    expect(entries.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['a/text.txt', text.length],
      ['b/noise.bin', noise.length],
      ['empty', 0],
    ]);
    for (const [i, expected] of [text, noise].entries()) {
      const target = join(folder, 'out', String(i));
      await extractEntry(path, entries[i], target);
      expect(new Uint8Array(readFileSync(target))).toEqual(expected);
    }
  });

  it('finds the directory behind a comment', async () => {
    const commented = Buffer.concat([archive, Buffer.from('made for a test')]);
    commented.writeUInt16LE(15, archive.length - 2);
    expect(await readZipEntries(write('comment.zip', commented))).toHaveLength(3);
  });

  it.each([
    ['an archive cut short', archive.subarray(0, archive.length - 40)],
    ['something else', noise],
    ['nothing', new Uint8Array(0)],
  ])('refuses %s', async (_name, bytes) => {
    const path = write('broken.zip', bytes);
    await expect(readZipEntries(path)).rejects.toMatchObject({ code: 'backendUnavailable' });
  });

  it('refuses an entry that is not where the directory says', async () => {
    const path = write('moved.zip', archive);
    const [entry] = await readZipEntries(path);
    const moved = { ...entry, headerOffset: entry.headerOffset + 3 };
    await expect(extractEntry(path, moved, join(folder, 'never'))).rejects.toMatchObject({
      code: 'backendUnavailable',
    });
  });
});
