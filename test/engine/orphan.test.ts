import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { paths, top } from './harness.ts';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a worker whose engine is killed ends in the middle of an epoch that would go on for minutes', async () => {
  const prices = join(top, 'node_modules', 'vega-datasets', 'data', 'sp500-2000.csv');
  const main = join(top, 'test', 'engine', 'orphanMain.ts');
  const engine = spawn(process.execPath, [main, paths.worker, paths.kernels, prices], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(engine.stdout, 'data')) as [Buffer];
  const worker = Number(line.toString());
  try {
    expect(line.toString()).toMatch(/^\d+\n$/);
    expect(isAlive(worker)).toBe(true);
    engine.kill('SIGKILL');
    await once(engine, 'exit');
    await expect.poll(() => isAlive(worker)).toBe(false);
  } finally {
    engine.kill('SIGKILL');
    if (Number.isInteger(worker) && isAlive(worker)) process.kill(worker, 'SIGKILL');
  }
});
