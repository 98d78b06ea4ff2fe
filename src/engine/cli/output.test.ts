import { expect, test } from 'vitest';
import { shellWord } from './output.ts';

test.each([
  ['prices.lstm.json', 'prices.lstm.json'],
  ['../store/.lstm-study', '../store/.lstm-study'],
  ['my prices.lstm.json', '"my prices.lstm.json"'],
  ['-w.lstm.json', './-w.lstm.json'],
  ["it's $HOME", "'it'\\''s $HOME'"],
  ['a;b', '"a;b"'],
])('%s as a word of a shell: %s', (name, word) => {
  expect(shellWord(name)).toBe(word);
});
