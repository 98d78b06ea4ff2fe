import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundleMain } from './bundleMain.ts';
import type { FaultTask } from './faultTask.ts';
import { paths } from './harness.ts';

export interface Ended {
  readonly killed: boolean;
  /** Workers that were killed by it, not those that end because the engine is gone. */
  readonly workers: number;
  readonly done: boolean;
  readonly announced: ReadonlyMap<number, string>;
  readonly stderr: string;
}

/** The engine that kills itself, bundled, as a value. */
export interface FaultEngine {
  run(task: Omit<FaultTask, 'dist'>): Promise<Ended>;
  remove(): Promise<void>;
}

export async function bundleFaultEngine(): Promise<FaultEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'lstm-study-fault-'));
  const bundle = await bundleMain('faultEngine', folder);
  return {
    run: (task) => runEngine(bundle, task),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function runEngine(bundle: string, task: Omit<FaultTask, 'dist'>): Promise<Ended> {
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
      const [, workers] = /^killed \w+, workers (\d+)$/m.exec(out) ?? [];
      resolve({
        killed: workers !== undefined,
        workers: Number(workers ?? 0),
        done: /^done /m.test(out),
        announced,
        stderr,
      });
    });
  });
}
