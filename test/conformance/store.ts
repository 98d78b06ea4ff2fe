import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Adapter } from 'lowdb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';

/** The document that the suite writes. */
export const sampleSchema = z.strictObject({
  format: z.literal(1),
  name: z.string(),
  values: z.array(z.number()),
});
export type Sample = z.infer<typeof sampleSchema>;

const sample = (name: string, length = 3): Sample => ({
  format: 1,
  name,
  values: Array.from({ length }, (_, i) => i / 3),
});

/** What every way of storing documents must do. `faultOf` gives the code of a rejection. */
export function storeConformance(
  name: string,
  options: {
    readonly create: (file: string, guard: () => void) => Adapter<Sample>;
    readonly faultOf: (error: unknown) => string;
  },
): void {
  const { create, faultOf } = options;
  const free = (): void => undefined;

  describe(`store: ${name}`, () => {
    let folder = '';
    let file = '';
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lstm-study-store-'));
      file = join(folder, 'document.json');
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));
    const codeOf = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => 'no fault',
        (error: unknown) => faultOf(error),
      );

    test('gives back what was written, numbers to the last bit', async () => {
      const document = { ...sample('a'), values: [0.1 + 0.2, 5e-324, -0, 1e308, 1 / 3] };
      await create(file, free).write(document);
      expect(await create(file, free).read()).toEqual({
        ...document,
        values: [0.1 + 0.2, 5e-324, 0, 1e308, 1 / 3],
      });
    });

    test('a document that is not there is null', async () => {
      expect(await create(file, free).read()).toBeNull();
    });

    test('replaces whole documents and leaves no other file behind', async () => {
      const adapter = create(file, free);
      await adapter.write(sample('long', 10_000));
      await adapter.write(sample('short'));
      expect(await adapter.read()).toEqual(sample('short'));
      expect(await readdir(folder)).toEqual(['document.json']);
    });

    test('many writers of one document leave one of their documents', async () => {
      await Promise.all(
        Array.from({ length: 40 }, (_, i) => create(file, free).write(sample(`w${i}`, i * 50))),
      );
      const read = await create(file, free).read();
      expect(read?.values).toEqual(sample('', Number(read?.name.slice(1)) * 50).values);
      expect(await readdir(folder)).toEqual(['document.json']);
    });

    test('asks whether it may write, each time and before anything is touched', async () => {
      const adapter = create(file, () => {
        throw new Error('not any more');
      });
      await expect(Promise.resolve(adapter.write(sample('a')))).rejects.toThrow('not any more');
      expect(await readdir(folder)).toEqual([]);
    });

    test.each([
      ['empty', ''],
      ['filled with zeros', '\0'.repeat(300)],
      ['half written', JSON.stringify(sample('a', 50)).slice(0, 200)],
      ['of another kind', '{"format":1,"trials":[]}'],
      ['a list', '[1,2,3]'],
      ['with a number that is none', '{"format":1,"name":"a","values":[null]}'],
    ])('a document that is %s is named as damaged and stays where it is', async (_what, text) => {
      await writeFile(file, text);
      expect(await codeOf(Promise.resolve(create(file, free).read()))).toBe('storeDamaged');
      expect(await readFile(file, 'utf8')).toBe(text);
    });

    test('a document of a later format is told apart from a damaged one', async () => {
      await writeFile(file, '{"format":2,"anything":true}');
      expect(await codeOf(Promise.resolve(create(file, free).read()))).toBe('storeNewer');
    });

    test('links and folders are not followed, huge files are not read', async () => {
      await writeFile(join(folder, 'other.json'), JSON.stringify(sample('a')));
      await symlink(join(folder, 'other.json'), file);
      expect(await codeOf(Promise.resolve(create(file, free).read()))).toBe('storeDamaged');
      await rm(file);
      await mkdir(file);
      expect(await codeOf(Promise.resolve(create(file, free).read()))).toBe('storeDamaged');
      await rm(file, { recursive: true });
      await writeFile(file, '');
      await truncate(file, 100 * 1024 * 1024);
      expect(await codeOf(Promise.resolve(create(file, free).read()))).toBe('storeDamaged');
    });

    test('a number that JSON does not have is refused before the good document is replaced', async () => {
      const adapter = create(file, free);
      await adapter.write(sample('good'));
      await expect(Promise.resolve(adapter.write({ ...sample('bad'), values: [NaN] }))).rejects.toThrow();
      expect(await adapter.read()).toEqual(sample('good'));
    });

    test('a folder that is gone is not made anew', async () => {
      const adapter = create(join(folder, 'gone', 'document.json'), free);
      expect(await codeOf(Promise.resolve(adapter.write(sample('a'))))).toBe('unwritable');
      expect(await readdir(folder)).toEqual([]);
    });
  });
}
