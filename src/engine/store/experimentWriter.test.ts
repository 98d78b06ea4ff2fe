import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { experimentSchema } from '../../model/experiment.ts';
import { systemClock } from '../clock.ts';
import { createExperiment } from './experimentWriter.ts';

const fixture = new URL(
  '../../../test/fixtures/store-1/20261124-034413-fixture-of-format-1-97bb/experiment.json',
  import.meta.url,
);

test('an experiment whose first document cannot be written leaves nothing in the store', async () => {
  const store = await mkdtemp(join(tmpdir(), 'lstm-store-'));
  const experiment = experimentSchema.parse(JSON.parse(await readFile(fixture, 'utf8')));
  const unstorable = { ...experiment, rows: { ...experiment.rows, count: NaN } };
  const options = { clock: systemClock, onLost: () => undefined, onError: () => undefined };
  await expect(createExperiment(join(store, experiment.id), unstorable, options)).rejects.toThrow();
  expect(await readdir(store)).toEqual([]);
  await rm(store, { recursive: true });
});
