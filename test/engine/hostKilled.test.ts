import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readTrials } from '../../src/engine/store/experimentReader.ts';
import { listExperimentIds } from '../../src/engine/store/storeFolder.ts';
import { bundleMain } from './bundleMain.ts';
import { mainFile, makeWorkspace, openSession, outcomeOf, runToEnd, type Workspace } from './harness.ts';

vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

let scratch = '';
let hostMain = '';
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'lstm-study-host-'));
  hostMain = await bundleMain('hostMain', scratch);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => (line.trim() === '' ? [] : [Number(line)]));
}

/** Kills the host of a running study with SIGKILL. Answers the processes that it leaves, as they are found `waitMs` later at most. */
async function leftByKilledHost(
  workspace: Workspace,
  { waitMs, execArgv }: { readonly waitMs: number; readonly execArgv: readonly string[] },
): Promise<number[]> {
  const host = spawn(process.execPath, [hostMain, mainFile, workspace.file, ...execArgv], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  await new Promise<void>((resolve, reject) => {
    host.stdout.on('data', (data: Buffer) => {
      out += data.toString();
      if (out.includes('running')) resolve();
    });
    host.once('close', () => reject(new Error(`the host ended by itself: ${out}`)));
  });
  const engine = Number(/engine (\d+)/.exec(out)?.[1]);
  const processes = [engine, ...childrenOf(engine)];
  expect(processes.length).toBeGreaterThan(1); // workers live
  host.removeAllListeners('close');
  host.kill('SIGKILL');
  let left = processes;
  for (let waited = 0; waited < waitMs && left.length > 0; waited += 50) {
    await pause(50);
    left = left.filter(isAlive);
  }
  return left;
}

const study = { search: { trials: 120 } }; // it must not end before it is killed

test.skipIf(process.platform === 'win32')(
  'SIGKILL of the host: engine and workers go with it, nothing announced is lost, a resume ends as if nothing had happened',
  async () => {
    const workspace = await makeWorkspace(study);
    const other = await makeWorkspace(study);
    try {
      expect(await leftByKilledHost(workspace, { waitMs: 30_000, execArgv: [] })).toEqual([]);
      const [id] = await listExperimentIds(workspace.store);
      const { documents, damages } = await readTrials(join(workspace.store, id));
      expect(damages).toEqual([]);
      expect(documents.filter((trial) => trial.state !== 'running').length).toBeGreaterThanOrEqual(2);
      const { session } = openSession();
      const ref = { store: workspace.store, id };
      await session.runs.resume(ref);
      await session.runs.ended(ref);
      const reference = await outcomeOf(await runToEnd(session, other));
      expect(await outcomeOf(ref)).toEqual(reference);
      await session.dispose();
    } finally {
      await workspace.remove();
      await other.remove();
    }
  },
);

test.skipIf(process.platform === 'win32')(
  'broken twin: an engine that does not look whether its host lives is found running',
  async () => {
    const deaf = join(scratch, 'deaf.mjs');
    await writeFile(
      deaf,
      `const on = process.on;\nprocess.on = function (name, listener) { return name === 'disconnect' ? this : on.call(this, name, listener); };\n`,
    );
    const workspace = await makeWorkspace({ search: { trials: 20_000 } }); // far more than end while it is waited
    let left: number[] = [];
    try {
      left = await leftByKilledHost(workspace, {
        waitMs: 5_000,
        execArgv: ['--import', pathToFileURL(deaf).href],
      });
      expect(left.length).toBeGreaterThan(0);
    } finally {
      for (const pid of left) process.kill(pid, 'SIGKILL');
      await pause(500);
      await workspace.remove();
    }
  },
);
