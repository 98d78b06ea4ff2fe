import { expect, test } from 'vitest';
import { inOrder, type InOrder } from './inOrder.ts';

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** A form whose edits take a while, and what a run that is asked for right after them reads. */
async function textThatRuns(order: InOrder): Promise<string> {
  let text = '';
  for (const letter of 'abc')
    void order.add(async () => {
      const before = text;
      await pause();
      text = before + letter;
    });
  await order.settled();
  return text;
}

test('a run that is asked for after edits begins with all of them, each made on the one before', async () => {
  expect(await textThatRuns(inOrder())).toBe('abc');
});

test('broken twin: edits that nobody waits for are not in the run', async () => {
  expect(await textThatRuns({ ...inOrder(), settled: () => Promise.resolve() })).not.toBe('abc');
  const atOnce: InOrder = { add: (work) => work(), settled: pause };
  expect(await textThatRuns(atOnce)).not.toBe('abc');
});

test('work that fails is told to who asked, and holds up nothing', async () => {
  const order = inOrder();
  const failing = order.add(() => Promise.reject(new Error('read-only')));
  const next = order.add(() => Promise.resolve('next'));
  await expect(failing).rejects.toThrow('read-only');
  await order.settled();
  expect(await next).toBe('next');
});
