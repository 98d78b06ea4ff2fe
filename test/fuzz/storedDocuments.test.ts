import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../src/engine/rng.ts';
import { trialRowOf } from '../../src/engine/trialRow.ts';
import { listExperimentIds } from '../../src/engine/store/storeFolder.ts';
import { isFault } from '../../src/model/fault.ts';
import type { ExperimentRef } from '../../src/protocol/experiments.ts';
import type { Trial } from '../../src/model/trial.ts';
import type { EngineSession } from '../../src/engine/session.ts';
import { makeWorkspace, openSession, top, type Workspace } from '../engine/harness.ts';
import { hangMs, timed } from './hang.ts';
import { mutateJson, mutateText } from './mutate.ts';

/** The long form (LSTM_STUDY_LONG=1) takes some minutes. */
const rounds = process.env['LSTM_STUDY_LONG'] ? 10_000 : 300;

let workspace: Workspace;
let ref: ExperimentRef;
let good: string;

beforeAll(async () => {
  workspace = await makeWorkspace();
  // Trials, confirmations, predictions, notes, and a tested trial with its models.
  await cp(join(top, 'test', 'fixtures', 'store-1'), workspace.store, { recursive: true });
  const [id] = await listExperimentIds(workspace.store);
  ref = { store: workspace.store, id };
  good = join(workspace.folder, 'good');
  await cp(join(ref.store, ref.id), good, { recursive: true });
});
afterAll(() => workspace.remove());

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Reports and tables are made for every so many of them. */
const outputsEach = 20;

/** Everything that can be asked of an experiment; what cannot be answered must be refused with a fault. */
async function useAll(session: EngineSession, turn: number): Promise<void> {
  const number = turn % 4;
  const { handlers } = session;
  const target = (name: string): { target: string } => ({ target: join(workspace.folder, 'out', name) });
  const requests: (() => unknown)[] = [
    () => handlers.trial({ ...ref, number }),
    () => handlers.predictions({ ...ref, number }),
    () => handlers.testResult(ref),
    () => handlers.analyse({ ...ref, what: { kind: 'slice', parameter: 'units' } }),
    ...(turn % outputsEach === 0
      ? [
          () => handlers.export({ ...ref, format: 'html', ...target('report.html') }),
          () => handlers.export({ ...ref, format: 'csv', ...target('trials.csv') }),
          () => handlers.export({ ...ref, format: 'onnx', ...target('onnx/') }),
          () => handlers.analyse({ ...ref, what: { kind: 'selectionBias' } }),
        ]
      : []),
  ];
  for (const request of requests)
    try {
      await request();
    } catch (error) {
      if (!isFault(error)) throw error;
    }
}

describe('mutated stored documents', () => {
  it(`opens what is left of ${rounds} of them, and deletes nothing`, { timeout: 3_600_000 }, async () => {
    const rng = createRng(11);
    const folder = join(ref.store, ref.id);
    const documents = (await filesBelow(good))
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(good.length + 1));
    expect(documents.length).toBeGreaterThan(6);
    const files = await filesBelow(folder);
    let wellFormed = 0;
    let opened = 0;
    let slowestMs = 0;
    for (let i = 0; i < rounds; i++) {
      const name = documents[rng.int(documents.length)];
      const original = await readFile(join(good, name), 'utf8');
      const wounded =
        i % 3 === 0 ? mutateText(original, rng) : JSON.stringify(mutateJson(JSON.parse(original), rng));
      await writeFile(join(folder, name), wounded);
      try {
        JSON.parse(wounded);
        wellFormed++;
      } catch {
        // torn: that is the point
      }
      const { ms } = await timed(async () => {
        const { session } = openSession();
        await session.handlers.listExperiments({ stores: [ref.store] });
        await Promise.resolve(session.handlers.open(ref)).catch(() => undefined); // looked at below
        await session.dispose();
      });
      expect(ms, `${name}: ${wounded}`).toBeLessThan(hangMs);
      slowestMs = Math.max(slowestMs, ms);
      const { session } = openSession();
      const { experiments } = await session.handlers.listExperiments({ stores: [ref.store] });
      expect(experiments.map((e) => e.id)).toContain(ref.id);
      try {
        const { trials } = await session.handlers.open(ref);
        opened++;
        // Whichever document was hit, the other trials are still there.
        expect(trials.count, name).toBeGreaterThanOrEqual(3);
      } catch (error) {
        if (!isFault(error)) throw error;
      }
      try {
        await useAll(session, i);
      } catch (error) {
        throw new Error(`${name} is ${wounded.slice(0, 3_000)}`, { cause: error });
      }
      await session.dispose();
      // Readers move nothing, delete nothing and make nothing, whatever they find.
      expect(await filesBelow(folder)).toEqual(files);
      expect(await readFile(join(folder, name), 'utf8'), name).toBe(wounded);
      await writeFile(join(folder, name), original);
    }
    console.log(
      `stored documents: ${rounds} mutated, ${wellFormed} past the parser, ${opened} opened, slowest ${slowestMs.toFixed(0)} ms`,
    );
    expect(wellFormed).toBeGreaterThan(rounds / 2);
    expect(opened).toBeGreaterThan(rounds / 10);
  });

  it('broken twin: trials that are taken as they stand, without the schema, break the table or show what no trial holds', async () => {
    const rng = createRng(11);
    const whole = await readFile(join(good, 'trials', '00001.json'), 'utf8');
    let broken = 0;
    for (let i = 0; i < 300; i++) {
      const trial = mutateJson(JSON.parse(whole), rng) as Trial; // the defence left out
      try {
        const row = trialRowOf(trial, null, 'u2');
        if (row.value !== null && !Number.isFinite(row.value)) broken++;
        else if (row.foldValues.some((value) => !Number.isFinite(value))) broken++;
      } catch {
        broken++;
      }
    }
    expect(broken).toBeGreaterThan(10);
  });

  it('lists a store full of foreign things', async () => {
    const foreign = join(workspace.folder, 'foreign');
    await mkdir(join(foreign, '20200101-000000-empty-aaaa'), { recursive: true });
    await mkdir(join(foreign, '20200101-000000-odd-bbbb', 'experiment.json'), { recursive: true });
    await mkdir(join(foreign, '..not-an-id'), { recursive: true });
    await writeFile(join(foreign, 'notes.txt'), 'mine');
    await mkdir(join(foreign, '20200101-000000-newer-cccc'));
    await writeFile(join(foreign, '20200101-000000-newer-cccc', 'experiment.json'), '{"format":99}');
    const { session } = openSession();
    const { experiments, warnings } = await session.handlers.listExperiments({
      stores: [foreign, join(workspace.folder, 'absent')],
    });
    await session.dispose();
    expect(experiments.map((e) => e.state).sort()).toEqual(['damaged', 'damaged', 'newer']);
    expect(warnings.some(({ message }) => message.includes('Update LSTM Study to open it'))).toBe(true);
    expect(await readFile(join(foreign, 'notes.txt'), 'utf8')).toBe('mine');
  });
});
