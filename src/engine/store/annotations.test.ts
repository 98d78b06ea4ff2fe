import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { annotate } from './annotations.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lstm-study-annotations-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('what is said of a trial later leaves what was said of it before', async () => {
  await annotate(folder, { trials: { '3': { note: 'odd curve' } } });
  await annotate(folder, { trials: { '3': { star: true } } });
  const { trials } = await annotate(folder, { trials: { '3': { tags: ['keep'] }, '4': { star: true } } });
  expect(trials).toEqual({ '3': { note: 'odd curve', star: true, tags: ['keep'] }, '4': { star: true } });
});

test('a field is taken back by what says nothing, the entry with its last field or by an empty one', async () => {
  await annotate(folder, { trials: { '3': { note: 'odd curve', star: true }, '4': { tags: ['a'] } } });
  await annotate(folder, { trials: { '3': { star: false }, '4': { tags: [] } } });
  const { trials } = await annotate(folder, { trials: { '5': { note: 'x', star: true } } });
  expect(trials).toEqual({ '3': { note: 'odd curve', star: false }, '5': { note: 'x', star: true } });
  expect((await annotate(folder, { trials: { '3': { note: '' }, '5': {} } })).trials).toEqual({});
});
