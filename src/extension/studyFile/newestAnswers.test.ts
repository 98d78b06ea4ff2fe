import { expect, test } from 'vitest';
import { NewestAnswers } from './newestAnswers.ts';

/** Questions that wait for their answer, and what was kept of them. */
function bench() {
  const kept: string[] = [];
  const answers = new NewestAnswers<string>((answer) => kept.push(answer));
  const ask = (version: number) => {
    let resolve: (answer: string | null) => void = () => undefined;
    let wasAsked = false;
    const promise = answers.ask('file', version, () => {
      wasAsked = true;
      return new Promise((done) => (resolve = done));
    });
    return {
      wasAsked,
      promise,
      answer: async (text: string | null) => {
        resolve(text);
        await promise;
      },
    };
  };
  return { answers, kept, ask };
}

test('the answer of an earlier question does not stand over that of a later one', async () => {
  const { answers, kept, ask } = bench();
  const [first, second] = [ask(1), ask(2)];
  await second.answer('second');
  await first.answer('first');
  expect(answers.get('file')).toBe('second');
  expect(kept).toEqual(['second']);
});

test('one question a version while it waits, and no answer keeps what is known', async () => {
  const { answers, ask } = bench();
  const first = ask(1);
  const same = ask(1);
  expect(same.wasAsked).toBe(false);
  await first.answer('first');
  expect(await same.promise).toBe('first');
  await ask(2).answer(null);
  expect(answers.get('file')).toBe('first');
});

test('a document that is opened again begins at version 1, and a late answer of its life before changes nothing', async () => {
  const { answers, kept, ask } = bench();
  const late = ask(37);
  answers.forget('file');
  await late.answer('before');
  expect(answers.get('file')).toBeNull();
  await ask(1).answer('opened again');
  await ask(2).answer('edited');
  expect(kept).toEqual(['opened again', 'edited']);
});

test('data that changes while the text is checked is checked: the same version is asked about once more', async () => {
  const { answers, ask } = bench();
  const halfWritten = ask(5);
  answers.forget('file');
  const again = ask(5);
  expect(again.wasAsked).toBe(true);
  await again.answer('whole');
  await halfWritten.answer('half-written');
  expect(answers.get('file')).toBe('whole');
  expect(ask(5).wasAsked).toBe(true); // the first one has taken nothing of the second one with it
});
