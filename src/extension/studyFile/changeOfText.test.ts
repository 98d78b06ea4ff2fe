import { expect, test } from 'vitest';
import { changeOfText, type TextChange } from './changeOfText.ts';

const before = '{ "units": [2, 8], "epochs": 2 }';
const winner = (text: string): string => text.replace('[2, 8]', '4');

function applied(text: string, change: TextChange | null): string {
  if (!change) return text;
  return text.slice(0, change.offset) + change.content + text.slice(change.offset + change.length);
}

/** A document in which somebody types above, once for each of the first `typed` times it is computed on. */
function typing(typed: number): { read: () => string; compute: (text: string) => Promise<string> } {
  let text = before;
  let asked = 0;
  return {
    read: () => text,
    compute: (given) => {
      if (asked++ < typed) text = `// ${asked}\n${text}`;
      return Promise.resolve(winner(given));
    },
  };
}

test.each([
  [0, ''],
  [1, '// 1\n'],
  [2, '// 2\n// 1\n'],
])('typed in %i times meanwhile: the values land where they belong', async (typed, above) => {
  const { read, compute } = typing(typed);
  const change = await changeOfText(read, compute);
  expect(applied(read(), change)).toBe(`${above}{ "units": 4, "epochs": 2 }`);
  expect(change?.content).toBe('4'); // and nothing beside them is touched
});

test('broken twin: a change of the text as it was garbles the text as it is', async () => {
  const { read, compute } = typing(1);
  const text = read();
  const change = await changeOfText(() => text, compute);
  expect(applied(read(), change)).not.toContain('{ "units": 4, "epochs": 2 }');
});

test('a text that never stands still is left alone, and one that has the values already too', async () => {
  const { read, compute } = typing(Number.POSITIVE_INFINITY);
  await expect(changeOfText(read, compute)).rejects.toMatchObject({ code: 'badInput' });
  expect(
    await changeOfText(
      () => winner(before),
      (text) => Promise.resolve(text),
    ),
  ).toBeNull();
});
