import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createRng } from '../../src/engine/rng.ts';
import { listNumbers, readExperiment, readTrials } from '../../src/engine/store/experimentReader.ts';
import { listExperimentIds } from '../../src/engine/store/storeFolder.ts';
import { bundleFaultEngine, type FaultEngine } from './faultRun.ts';
import { faultPhases, type FaultPhase } from './faultTask.ts';
import { makeWorkspace, openSession, outcomeOf, runToEnd, type Outcome, type Workspace } from './harness.ts';

/** `npm run test:faults` kills 200 times; `npm test` 20 times, each phase twice. */
const kills = Number(process.env['LSTM_STUDY_KILLS'] ?? 20);
/** Kills of one experiment before it is let go to its end. */
const killsEach = 6;
const seed = Number(process.env['LSTM_STUDY_FAULT_SEED'] ?? 1);

let engine: FaultEngine;
let reference: Outcome;
const workspaces: Workspace[] = [];

async function workspaceOf(): Promise<Workspace> {
  const workspace = await makeWorkspace();
  workspaces.push(workspace);
  return workspace;
}

beforeAll(async () => {
  engine = await bundleFaultEngine();
  const workspace = await workspaceOf();
  const { session } = openSession();
  reference = await outcomeOf(await runToEnd(session, workspace, { options: { workers: 1 } }));
  await session.dispose();
});
afterEach(async () => {
  for (const workspace of workspaces.splice(0)) await workspace.remove();
});
afterAll(async () => {
  await engine.remove();
});

/** Documents of the experiment that do not parse, and trials that were announced as ended and are not there. */
async function lossesOf(workspace: Workspace, announced: ReadonlyMap<number, string>): Promise<string[]> {
  const losses: string[] = [];
  for (const id of await listExperimentIds(workspace.store)) {
    const folder = join(workspace.store, id);
    const experiment = await readExperiment(folder);
    if (experiment.kind === 'damaged') losses.push(experiment.damage.message);
    const { documents, damages } = await readTrials(folder);
    losses.push(...damages.map((d) => d.message));
    const states = new Map(documents.map((t) => [t.number, t.state]));
    for (const [number, state] of announced)
      if (state !== 'running' && states.get(number) !== state)
        losses.push(`trial ${number} was announced as ${state} and is ${states.get(number) ?? 'not there'}`);
    if ((await listNumbers(folder, 'trials')).length !== documents.length)
      losses.push('a trial does not parse');
  }
  return losses;
}

test(
  `killed ${kills} times at all phases: what was announced is stored, every document parses, the end is that of no kill`,
  { timeout: 900_000 + kills * 10_000 },
  async () => {
    const rng = createRng(seed);
    const histogram = new Map<FaultPhase, number>(faultPhases.map((phase) => [phase, 0]));
    let done = 0;
    while (done < kills) {
      const workspace = await workspaceOf();
      for (let i = 0; i < killsEach && done < kills; i++) {
        const phase = [...histogram].sort((a, b) => a[1] - b[1])[0][0];
        const count = 1 + rng.int(phase === 'lock' || phase === 'confirm' ? 3 : 8);
        const ended = await engine.run({ file: workspace.file, phase, count });
        expect(await lossesOf(workspace, ended.announced)).toEqual([]);
        // Both workers went with it, not after it.
        if (ended.killed && phase === 'both') expect(ended.workers).toBeGreaterThanOrEqual(2);
        if (ended.killed) {
          histogram.set(phase, (histogram.get(phase) ?? 0) + 1);
          done++;
        }
        if (ended.done) break;
        expect(ended.killed, ended.stderr).toBe(true);
      }
      const last = await engine.run({ file: workspace.file, phase: 'none', count: 0 });
      expect(last.done, last.stderr).toBe(true);
      const ids = await listExperimentIds(workspace.store);
      expect(ids).toHaveLength(1);
      expect(await outcomeOf({ store: workspace.store, id: ids[0] })).toEqual(reference);
      await workspace.remove();
    }
    if (process.env['LSTM_STUDY_KILLS'] !== undefined)
      console.log(
        `kills by phase: ${[...histogram].map(([phase, n]) => `${phase} ${n}`).join(', ')}; lost: nothing`,
      );
    expect(Math.min(...histogram.values())).toBeGreaterThanOrEqual(
      Math.floor(kills / faultPhases.length) - 1,
    );
  },
);

test('broken twin: documents written in place are torn by the same kill', { timeout: 900_000 }, async () => {
  const losses: string[] = [];
  for (let count = 2; count < 8 && losses.length === 0; count++) {
    const workspace = await workspaceOf();
    const ended = await engine.run({ file: workspace.file, phase: 'tempWrite', count, twin: 'inPlace' });
    expect(ended.killed, ended.stderr).toBe(true);
    losses.push(...(await lossesOf(workspace, new Map())));
  }
  expect(losses.length).toBeGreaterThan(0);
});

test('temporary files that a kill leaves are no documents', async () => {
  const workspace = await workspaceOf();
  await engine.run({ file: workspace.file, phase: 'beforeRename', count: 4 });
  const [id] = await listExperimentIds(workspace.store);
  const folder = join(workspace.store, id, 'trials');
  const names = await readdir(folder).catch(() => []);
  const numbers = await listNumbers(join(workspace.store, id), 'trials');
  expect(names.length).toBeGreaterThanOrEqual(numbers.length);
});
