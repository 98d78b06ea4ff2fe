import { beforeEach, expect, test } from 'vitest';
import type { ExperimentSummary } from '../../protocol/experiments.ts';
import { ExperimentRows } from './experimentRows.ts';

const summary = (name: string): ExperimentSummary => ({ name }) as ExperimentSummary; // nothing else is read
const a = summary('a');
const b = summary('b');

let rows: ExperimentRows;
beforeEach(() => {
  rows = new ExperimentRows();
  rows.show(new Map([['a', a], ['b', b]])); // prettier-ignore
});

test('an experiment keeps its object while it is listed, whatever changes', () => {
  const [first, second] = rows.all();
  const later = summary('a, later');
  rows.show(new Map([['b', b], ['a', later]])); // prettier-ignore
  expect(rows.all()[0]).toBe(second);
  expect(rows.all()[1]).toBe(first);
  expect(first?.summary).toBe(later);
});

test('the same list draws what changed alone', () => {
  const [first, second] = rows.all();
  expect(rows.show(new Map([['a', a], ['b', b]]))).toEqual([]); // prettier-ignore
  const drawn = rows.show(new Map([['a', summary('a, later')], ['b', b]])); // prettier-ignore
  expect(drawn).toHaveLength(1);
  expect(drawn[0]).toBe(first);
  rows.touch('b');
  rows.touch('not listed');
  const touched = rows.show(new Map(rows.all().map((row) => [row.summary === b ? 'b' : 'a', row.summary])));
  expect(touched).toHaveLength(1);
  expect(touched[0]).toBe(second);
});

test.each([
  ['comes', ['a', 'b', 'c']],
  ['goes', ['b']],
  ['moves', ['b', 'a']],
  ['is replaced', ['a', 'c']],
])('a row that %s has the whole list drawn', (_what, keys) => {
  expect(rows.show(new Map(keys.map((key) => [key, a])))).toBe('all');
  expect(rows.has('a')).toBe(keys.includes('a'));
  expect(rows.all()).toHaveLength(keys.length);
});
