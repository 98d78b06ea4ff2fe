import { expect, test } from 'vitest';
import type { ExperimentRef, OpenedExperiment } from '../../protocol/experiments.ts';
import type { TrialColumns } from '../../protocol/trialColumns.ts';
import type { ExperimentListener, OpenHandle } from '../openExperiments.ts';
import type { Parts } from '../parts.ts';
import { Followed } from './followed.ts';

const refOf = (id: string): ExperimentRef => ({ store: '/s', id });
const rowsOf = (id: string): TrialColumns => ({ of: id }) as unknown as TrialColumns; // only passed on
const openedOf = (id: string): OpenedExperiment =>
  ({ experiment: id, summary: {}, trials: rowsOf(id) }) as unknown as OpenedExperiment; // only passed on

/** Experiments that take until `answer` to be read, and what the page hears. */
function bench() {
  const asked: { id: string; listener: ExperimentListener; answer: () => void; fail: () => void }[] = [];
  let held = 0;
  const open = ({ id }: ExperimentRef, listener: ExperimentListener): Promise<OpenHandle> =>
    new Promise((resolve, reject) => {
      const answer = (): void => {
        held++;
        resolve({ opened: openedOf(id), dispose: () => held-- });
      };
      asked.push({ id, listener, answer, fail: () => reject(new Error(id)) });
    });
  const heard: string[] = [];
  const page = {
    send: (name: string, payload: { experiment?: string; of?: string } | null) => {
      if (name === 'experiment' || name === 'trials')
        heard.push(`${name} ${payload?.experiment ?? payload?.of ?? 'none'}`);
    },
    dispose: () => undefined,
  };
  const parts = { opened: { open }, index: { get: () => undefined } } as unknown as Parts; // what it uses of them
  const followed = new Followed(
    parts,
    () => page as unknown as ReturnType<ConstructorParameters<typeof Followed>[1]>,
  );
  return { followed, asked, heard, handles: () => held };
}

test('two exchanges at once: the later one is shown, and nothing of the other is kept open', async () => {
  for (const [first, second] of [
    [0, 1],
    [1, 0],
  ]) {
    const { followed, asked, heard, handles } = bench();
    const all = [followed.exchange(refOf('a')), followed.exchange(refOf('a'))];
    expect(followed.asked).toEqual(refOf('a'));
    asked[first].answer();
    asked[second].answer();
    await Promise.all(all);
    expect(heard).toEqual(['experiment a', 'trials a']);
    expect(handles()).toBe(1);
    followed.dispose();
    expect(handles()).toBe(0);
  }
});

test('rows of a run that is being read come after its header, and none of one that was left', async () => {
  const { followed, asked, heard } = bench();
  const exchanged = followed.exchange(refOf('a'));
  asked[0].listener.trialsChanged(rowsOf('early'));
  expect(heard).toEqual([]);
  asked[0].answer();
  await exchanged;
  asked[0].listener.trialsChanged(rowsOf('late'));
  expect(heard).toEqual(['experiment a', 'trials a', 'trials early', 'trials late']);
  const next = followed.exchange(refOf('b'));
  asked[0].listener.trialsChanged(rowsOf('gone'));
  asked[1].answer();
  await next;
  expect(heard.slice(4)).toEqual(['experiment b', 'trials b']);
});

test('one that cannot be read is asked for again; a page that is closed meanwhile keeps nothing open', async () => {
  const { followed, asked, handles } = bench();
  const failing = followed.exchange(refOf('a'));
  asked[0].fail();
  await expect(failing).rejects.toThrow('a');
  expect(followed.asked).toBeNull();
  const last = followed.exchange(refOf('a'));
  followed.dispose();
  asked[1].answer();
  await last;
  expect(handles()).toBe(0);
});
