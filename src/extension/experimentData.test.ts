import { join, sep } from 'node:path';
import { expect, test } from 'vitest';
import { dataFileOf, readsDataOf } from './experimentData.ts';

const ref = { store: join(sep, 'work', '.lstm-study'), id: 'a' };

test.each(['resume', 'rerun', 'test', 'predictions', 'analyse', 'export'])(
  '%s has the data of a stored experiment read',
  (request) => {
    expect(readsDataOf(request, { ...ref, number: 1 })).toEqual(ref);
  },
);

test.each(['open', 'close', 'trial', 'listExperiments', 'stop', 'annotate', 'delete'])(
  '%s reads none',
  (request) => {
    expect(readsDataOf(request, ref)).toBeNull();
  },
);

test('the file is looked for where the engine looks, wherever that leads', () => {
  const of = (studyFile: string, dataFile: string): string =>
    dataFileOf({ store: ref.store, studyFile, dataFile });
  expect(of('a.lstm.json', 'p.csv')).toBe(join(sep, 'work', 'p.csv'));
  expect(of('a.lstm.json', '../p.csv')).toBe(join(sep, 'p.csv'));
  expect(of('../etc/a.lstm.json', 'passwd')).toBe(join(sep, 'etc', 'passwd'));
  expect(of('a.lstm.json', join(sep, 'etc', 'passwd'))).toBe(join(sep, 'etc', 'passwd'));
});
