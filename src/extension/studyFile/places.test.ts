import { expect, test } from 'vitest';
import { placeOf, studyTree } from './places.ts';

const text = `// comment
{
  "data": { "file": "a.csv", "price": "clos" },
  "hyperparameters": {
    "units": { "int": [9, 3] },
    "unit": 5
  }
}`;

function underlined(path: (string | number)[], code = 'x'): string {
  const { offset, length } = placeOf(studyTree(text), { path, code });
  return text.slice(offset, offset + length);
}

test.each([
  [['data', 'price'], '"clos"'],
  [['hyperparameters', 'units', 'int', 1], '3'],
  [['hyperparameters', 'units', 'int'], '[9, 3]'],
  [['hyperparameters'], '"hyperparameters"'],
  [['data', 'date'], '"data"'],
  [['search', 'trials'], '{'],
  [[], '{'],
])('%j is underlined as %s', (path, expected) => {
  expect(underlined(path)).toBe(expected);
});

test('an unknown key is underlined itself', () => {
  expect(underlined(['hyperparameters', 'unit'], 'unknownKey')).toBe('"unit"');
});

test('an own range wins, and an empty text has a place too', () => {
  expect(placeOf(studyTree(text), { path: [], range: { offset: 3, length: 2 } })).toEqual({
    offset: 3,
    length: 2,
  });
  expect(placeOf(studyTree(''), { path: ['data'] })).toEqual({ offset: 0, length: 0 });
});
