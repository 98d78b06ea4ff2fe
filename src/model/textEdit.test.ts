import { parse } from 'jsonc-parser';
import { expect, test } from 'vitest';
import { applied, renameEdits, setValueEdits, valueAt } from './textEdit.ts';

const text = `// top
{
  "name": "a", // why
  /* cells */ "units": { "choices": [1, 2] },
  "horizon": 1
}
`;

test('a value changes, comments and order stay', () => {
  const changed = applied(text, setValueEdits(text, ['units', 'choices'], [3]));
  expect(changed).toContain('// why');
  expect(changed).toContain('/* cells */ "units"');
  expect(parse(changed)).toEqual({ name: 'a', units: { choices: [3] }, horizon: 1 });
});

test('a new property goes to the end, a removed one takes nothing with it', () => {
  const added = applied(text, setValueEdits(text, ['search', 'trials'], 5));
  expect(Object.keys(parse(added) as object)).toEqual(['name', 'units', 'horizon', 'search']);
  const removed = applied(text, setValueEdits(text, ['horizon'], undefined));
  expect(parse(removed)).toEqual({ name: 'a', units: { choices: [1, 2] } });
  expect(removed).toContain('// top');
});

test('the key alone is renamed', () => {
  expect(valueAt(applied(text, renameEdits(text, ['units'], 'cells')), ['cells', 'choices'])).toEqual([1, 2]);
  expect(renameEdits(text, ['absent'], 'x')).toEqual([]);
});

test('line ends and tabs of the file are kept', () => {
  const windows = '{\r\n\t"a": 1\r\n}\r\n';
  const changed = applied(windows, setValueEdits(windows, ['b'], { c: 2 }));
  expect(changed).toContain('\r\n\t"b": {');
  expect(changed.replace(/\r\n/g, '')).not.toContain('\n');
});

test('a list of plain values is written on one line, others as they nest', () => {
  const lists = { choices: ['a "[1,', 'b\\'], deep: [[1, 2], [{ when: 'x' }]], none: [] };
  const changed = applied(text, setValueEdits(text, ['units'], lists));
  expect(parse(changed)).toEqual({ name: 'a', units: lists, horizon: 1 });
  expect(changed).toContain(String.raw`"choices": ["a \"[1,", "b\\"],`);
  expect(changed).toMatch(/"deep": \[\n +\[1, 2\],\n +\[\n/);
  const shorter = applied(text, setValueEdits(text, ['units', 'choices'], [-1e-7, true, null]));
  expect(shorter).toBe(text.replace('[1, 2]', '[-1e-7, true, null]'));
});
