import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cliFile, makeWorkspace } from './harness.ts';

/** Every process of the run, workers too, ends with code 99 when it opens a connection or a port. */
const guarded = { ...process.env, NODE_OPTIONS: `--import=${join(import.meta.dirname, 'noNetwork.mjs')}` };

test('a whole study, its test and its report use no network', async () => {
  const workspace = await makeWorkspace({ search: { trials: 3, confirm: { top: 1, seeds: 2 } } });
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [cliFile, ...args], { env: guarded, encoding: 'utf8' });
  const study = run('run', workspace.file);
  expect(study.stderr).not.toContain('network used');
  expect(study.status).toBe(0);
  for (const args of [
    ['test', workspace.file],
    ['report', workspace.file, '--html', join(workspace.folder, 'report.html')],
    ['doctor'],
    ['tensorflow', 'status'],
  ]) {
    const result = run(...args);
    expect(result.stderr).not.toContain('network used');
    expect(result.status, args.join(' ')).toBe(0);
  }
  await workspace.remove();
});

test('broken twin: a program that asks for anything is caught', () => {
  for (const program of [
    'fetch("http://127.0.0.1:8099")',
    'require("net").connect(9, "localhost")',
    'require("http").createServer().listen(0)',
  ]) {
    expect(spawnSync(process.execPath, ['-e', program], { env: guarded }).status, program).toBe(99);
  }
});
