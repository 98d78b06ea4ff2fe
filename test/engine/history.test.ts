import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Annotations } from '../../src/model/experiment.ts';
import { makeWorkspace, openSession, outcomeOf, runToEnd } from './harness.ts';

test('star, note, tags, name and archive stay; deleting can be taken back, and is for good when the engine ends', async () => {
  const workspace = await makeWorkspace({ search: { trials: 3, confirm: { top: 0, seeds: 2 } } });
  const { session, events } = openSession();
  await session.handlers.initialize({ mode: 'full', workers: 2 });
  const ref = await runToEnd(session, workspace);
  const summaries = async () =>
    (await session.handlers.listExperiments({ stores: [workspace.store] })).experiments;

  const changes: readonly Partial<Omit<Annotations, 'format'>>[] = [
    { star: true },
    { note: 'before the crash' },
    { tags: ['paper', 'keep'] },
    { name: 'the good one' },
    { archived: true },
    { trials: { '1': { star: true, note: 'odd curve' } } },
    { trials: { '2': { tags: ['x'] } } },
  ];
  for (const annotations of changes) await session.handlers.annotate({ ...ref, annotations });
  expect(events.filter(([name]) => name === 'experimentChanged').length).toBeGreaterThanOrEqual(7);
  const wanted = {
    format: 1,
    star: true,
    note: 'before the crash',
    tags: ['paper', 'keep'],
    name: 'the good one',
    archived: true,
    trials: { '1': { star: true, note: 'odd curve' }, '2': { tags: ['x'] } },
  };
  expect((await summaries())[0]).toMatchObject({ name: 'the good one', annotations: wanted });

  const before = await outcomeOf(ref);
  await session.handlers.delete(ref);
  expect(await summaries()).toEqual([]);
  await session.handlers.restore(ref);
  expect((await summaries())[0].annotations).toEqual(wanted);
  expect(await outcomeOf(ref)).toEqual(before);

  await session.handlers.delete(ref);
  const bin = join(workspace.store, '.bin', ref.id);
  expect(existsSync(bin)).toBe(true);
  await session.dispose();
  expect(existsSync(bin)).toBe(false);
  await workspace.remove();
});

test('without trust nothing is annotated, deleted or run again', async () => {
  const workspace = await makeWorkspace({ search: { trials: 2, confirm: { top: 0, seeds: 2 } } });
  const full = openSession().session;
  await full.handlers.initialize({ mode: 'full', workers: 2 });
  const ref = await runToEnd(full, workspace);
  await full.dispose();
  const document = join(ref.store, ref.id, 'experiment.json');
  const text = await readFile(document, 'utf8');
  const { session } = openSession();
  await session.handlers.initialize({ mode: 'browse' });
  const acts: readonly (() => unknown)[] = [
    () => session.handlers.annotate({ ...ref, annotations: { star: true } }),
    () => session.handlers.delete(ref),
    () => session.handlers.rerun(ref),
  ];
  for (const act of acts)
    await expect(Promise.resolve().then(act)).rejects.toMatchObject({ code: 'badInput' });
  expect(await readFile(document, 'utf8')).toBe(text);
  await session.dispose();
  await workspace.remove();
});

test('what is compared and shown as history is kept apart where the data is another one', async () => {
  const workspace = await makeWorkspace({ search: { trials: 2, confirm: { top: 0, seeds: 2 } } });
  const { session } = openSession();
  await session.handlers.initialize({ mode: 'full', workers: 2 });
  const first = await runToEnd(session, workspace);
  const second = await runToEnd(session, workspace, { ifFinished: 'again' });
  const csv = join(workspace.folder, 'sp500.csv');
  const lines = (await readFile(csv, 'utf8')).trimEnd().split('\n');
  await writeFile(csv, `${lines.slice(0, -30).join('\n')}\n`);
  const third = await runToEnd(session, workspace);
  const { experiments } = await session.handlers.listExperiments({ stores: [workspace.store] });
  const key = (id: string) => experiments.find((e) => e.id === id)!.scoresKey;
  expect(key(second.id)).toBe(key(first.id));
  expect(key(third.id)).not.toBe(key(first.id));
  const compared = async (other: typeof first) =>
    (await session.handlers.compare({ trials: [first, other].map((ref) => ({ ...ref, number: 0 })) }))
      .incomparable;
  expect(await compared(second)).toEqual([]);
  expect((await compared(third)).join('\n')).toMatch(/^Different data: /);
  await session.dispose();
  await workspace.remove();
});
