import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isBelow, realPath } from './realPath.ts';

const top = mkdtempSync(join(tmpdir(), 'lstm-study-paths-'));
afterAll(() => rmSync(top, { recursive: true, force: true }));
const workspace = join(top, 'workspace');
mkdirSync(join(workspace, 'data'), { recursive: true });
mkdirSync(join(top, 'private'));
writeFileSync(join(top, 'private', 'prices.csv'), 'secret');
writeFileSync(join(workspace, 'data', 'prices.csv'), 'ours');
symlinkSync(join(top, 'private', 'prices.csv'), join(workspace, 'link.csv'));
symlinkSync(join(top, 'private'), join(workspace, 'folder'));
symlinkSync(workspace, join(top, 'also'));

test.each([
  ['data/prices.csv', true],
  ['data/../data/prices.csv', true],
  ['not/there/yet.csv', true],
  ['..dots.csv', false], // asked about once too often rather than too seldom
  ['../private/prices.csv', false],
  ['data/../../private/prices.csv', false],
  ['link.csv', false],
  ['folder/prices.csv', false],
  ['folder/not there.csv', false],
])('%s in the workspace: %s', (file, expected) => {
  expect(isBelow(join(workspace, file), [workspace])).toBe(expected);
});

test('a workspace that was itself opened by a link is the same workspace', () => {
  expect(isBelow(join(workspace, 'data/prices.csv'), [join(top, 'also')])).toBe(true);
  expect(isBelow(join(top, 'also', 'data/prices.csv'), [workspace])).toBe(true);
  expect(isBelow(join(top, 'private/prices.csv'), [join(top, 'also')])).toBe(false);
});

test('broken twin: by its text alone a link is inside', () => {
  expect(relative(workspace, join(workspace, 'link.csv'))).toBe('link.csv');
  expect(realPath(join(workspace, 'link.csv'))).toBe(realPath(join(top, 'private', 'prices.csv')));
});
