import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createRng } from '../../src/engine/rng.ts';
import { listNumbers, readExperiment, readTrials } from '../../src/engine/store/experimentReader.ts';
import { listExperimentIds } from '../../src/engine/store/storeFolder.ts';
import { faultPhases, type FaultPhase, type FaultTask } from './faultTask.ts';
import {
  makeWorkspace,
  openSession,
  outcomeOf,
  paths,
  runToEnd,
  top,
  type Outcome,
  type Workspace,
} from './harness.ts';

/** `npm run test:faults` kills 200 times; `npm test` 18 times, each phase at least twice. */
const kills = Number(process.env['LSTM_STUDY_KILLS'] ?? 18);
/** Kills of one experiment before it is let go to its end. */
const killsEach = 6;
const seed = Number(process.env['LSTM_STUDY_FAULT_SEED'] ?? 1);

let bundle = '';
let reference: Outcome;
const workspaces: Workspace[] = [];

async function workspaceOf(): Promise<Workspace> {
  const workspace = await makeWorkspace();
  workspaces.push(workspace);
  return workspace;
}

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lstm-study-fault-'));
  bundle = join(folder, 'faultEngine.mjs');
  await build({
    entryPoints: [join(top, 'test', 'engine', 'faultEngine.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2023',
    mainFields: ['module', 'main'],
    external: ['@tensorflow/tfjs-node'],
    logLevel: 'error',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  const workspace = await workspaceOf();
  const { session } = openSession();
  reference = await outcomeOf(await runToEnd(session, workspace, { options: { workers: 1 } }));
  await session.dispose();
});
afterEach(async () => {
  for (const workspace of workspaces.splice(0)) await workspace.remove();
});
afterAll(async () => {
  await rm(dirname(bundle), { recursive: true, force: true });
});

interface Ended {
  readonly killed: boolean;
  readonly done: boolean;
  readonly announced: ReadonlyMap<number, string>;
  readonly stderr: string;
}

function runEngine(task: Omit<FaultTask, 'dist'>): Promise<Ended> {
  const full: FaultTask = { ...task, dist: dirname(paths.worker) };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bundle, JSON.stringify(full)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let stderr = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    child.on('close', () => {
      const announced = new Map<number, string>();
      for (const [, number, state] of out.matchAll(/^announced (\d+) (\w+)$/gm))
        announced.set(Number(number), state);
      resolve({ killed: out.includes('killed '), done: /^done /m.test(out), announced, stderr });
    });
  });
}

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
  { timeout: 600_000 + kills * 10_000 },
  async () => {
    const rng = createRng(seed);
    const histogram = new Map<FaultPhase, number>(faultPhases.map((phase) => [phase, 0]));
    let done = 0;
    while (done < kills) {
      const workspace = await workspaceOf();
      for (let i = 0; i < killsEach && done < kills; i++) {
        const phase = [...histogram].sort((a, b) => a[1] - b[1])[0][0];
        const count = 1 + rng.int(phase === 'lock' || phase === 'confirm' ? 3 : 8);
        const ended = await runEngine({ file: workspace.file, phase, count });
        expect(await lossesOf(workspace, ended.announced)).toEqual([]);
        if (ended.killed) {
          histogram.set(phase, (histogram.get(phase) ?? 0) + 1);
          done++;
        }
        if (ended.done) break;
        expect(ended.killed, ended.stderr).toBe(true);
      }
      const last = await runEngine({ file: workspace.file, phase: 'none', count: 0 });
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

test('broken twin: documents written in place are torn by the same kill', { timeout: 120_000 }, async () => {
  const losses: string[] = [];
  for (let count = 2; count < 8 && losses.length === 0; count++) {
    const workspace = await workspaceOf();
    const ended = await runEngine({ file: workspace.file, phase: 'tempWrite', count, twin: 'inPlace' });
    expect(ended.killed, ended.stderr).toBe(true);
    losses.push(...(await lossesOf(workspace, new Map())));
  }
  expect(losses.length).toBeGreaterThan(0);
});

test('temporary files that a kill leaves are no documents', async () => {
  const workspace = await workspaceOf();
  await runEngine({ file: workspace.file, phase: 'beforeRename', count: 4 });
  const [id] = await listExperimentIds(workspace.store);
  const folder = join(workspace.store, id, 'trials');
  const names = await readdir(folder).catch(() => []);
  const numbers = await listNumbers(join(workspace.store, id), 'trials');
  expect(names.length).toBeGreaterThanOrEqual(numbers.length);
});
