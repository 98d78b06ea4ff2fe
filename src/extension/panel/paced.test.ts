import { describe, expect, it } from 'vitest';
import { toTrialColumns } from '../../protocol/trialColumns.ts';
import { trialRow } from '../../protocol/testing.ts';
import { pacedEvents, withTold, type Told } from './paced.ts';

const rows = (numbers: readonly number[], value = 1): Told => ({
  name: 'trials',
  payload: toTrialColumns(
    numbers.map((number) => trialRow(number, { value })),
    2,
  ),
});
const experiment = (id: string, word = ''): Told =>
  ({ name: 'experiment', payload: { summary: { id, name: word } } }) as unknown as Told; // only its id is read
const fault = (message: string): Told => ({ name: 'fault', payload: { code: 'internal', message } });

/** A window that takes what it is told only when asked to. */
function slowWindow() {
  const taken: Told[] = [];
  const held: (() => void)[] = [];
  const { send, forget } = pacedEvents((told) => {
    taken.push(told);
    return new Promise<void>((resolve) => held.push(resolve));
  });
  return {
    taken,
    forget,
    tell: ({ name, payload }: Told) => send(name, payload as never),
    draw: async () => {
      for (const resolve of held.splice(0)) resolve();
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

describe('events to a window that draws slowly', () => {
  it('are told together when it has taken the one before: every trial that changed, as it is now', async () => {
    const { taken, tell, draw } = slowWindow();
    for (let i = 0; i < 100; i++) tell(rows([i % 7, 7], i));
    expect(taken).toHaveLength(1);
    await draw();
    expect(taken).toHaveLength(2);
    const [, told] = taken;
    if (told?.name !== 'trials') throw new Error('rows were told');
    expect([...told.payload.number].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const value = (number: number) => told.payload.value[told.payload.number.indexOf(number)];
    expect([value(7), value(1), value(2)]).toEqual([99, 99, 93]);
    await draw();
    tell(rows([3]));
    expect(taken).toHaveLength(3);
  });

  it.each([
    ['refuses', () => Promise.reject(new Error('gone'))],
    [
      'throws',
      () => {
        throw new Error('gone');
      },
    ],
  ])('go on after a page that %s', async (_how, refuse: () => unknown) => {
    const told: string[] = [];
    const { send } = pacedEvents(({ name }) => {
      told.push(name);
      return refuse();
    });
    send('check', null);
    send('progress', null);
    await new Promise((resolve) => setTimeout(resolve));
    expect(told).toEqual(['check', 'progress']);
  });

  it('never move over the word that another experiment is shown', () => {
    const all = [
      rows([0, 1]),
      experiment('a'),
      rows([1, 2]),
      experiment('b'),
      rows([0]),
      experiment('b', 'now'),
    ];
    const waiting = all.reduce<Told[]>(withTold, []);
    expect(waiting).toEqual([rows([0, 1]), experiment('a'), rows([1, 2]), experiment('b', 'now'), rows([0])]);
    // and back: what was told of the first is not what is told of it now
    expect(withTold(waiting, experiment('a', 'again')).at(-1)).toEqual(experiment('a', 'again'));
  });

  it('are forgotten when the page asks for everything again, but for what is said once', () => {
    const { taken, tell, forget } = slowWindow();
    for (const told of [rows([1]), rows([2]), fault('one')]) tell(told);
    forget();
    expect(taken).toEqual([rows([1]), fault('one')]);
  });

  it('keep every fault', () => {
    expect([fault('one'), rows([1]), fault('two')].reduce<Told[]>(withTold, [])).toHaveLength(3);
  });
});
