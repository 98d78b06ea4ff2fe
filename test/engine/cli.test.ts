import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliFile, makeWorkspace, studyText, type Workspace } from './harness.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await makeWorkspace({ search: { trials: 4 } });
});
afterAll(() => workspace.remove());

interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly lines: readonly Record<string, unknown>[];
}

function cli(...args: string[]): Promise<Said> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cliFile, ...args], {
      cwd: workspace.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    child.on('close', (code) => {
      const lines = args.includes('--json')
        ? out
            .split('\n')
            .filter(Boolean)
            .map((line) => JSON.parse(line) as Record<string, unknown>) // one object a line is the contract
        : [];
      resolve({ code, out, err, lines });
    });
  });
}

test('a study from check to report, in text and in JSON lines', { timeout: 180_000 }, async () => {
  const check = await cli('check', 'tiny.lstm.json');
  expect(check.code).toBe(0);
  expect(check.out).toContain('Ready to run');
  const run = await cli('run', 'tiny.lstm.json', '--json');
  expect(run.code).toBe(0);
  const events = run.lines.map((line) => line['event']);
  expect(events.filter((e) => e === 'trial')).toHaveLength(4);
  expect(events[0]).toBe('estimate');
  expect(events.at(-1)).toBe('ranking');
  const list = await cli('list');
  expect(list.out).toContain('finished');
  const show = await cli('show', 'tiny.lstm.json');
  expect(show.out).toContain('persistence');
  expect(show.out).toMatch(/rank +trial +u2 +lift/);
  const sealed = await cli('export', 'tiny.lstm.json', '--onnx', 'model/');
  expect(sealed.code).toBe(2);
  const verdict = await cli('test', 'tiny.lstm.json');
  expect(verdict.code).toBe(0);
  expect(verdict.out).toContain('Verdict on the sealed range');
  expect(verdict.out).toContain('first look');
  const exported = await cli('export', 'tiny.lstm.json', '--csv', 'trials.csv', '--onnx', 'model/');
  expect(exported.code).toBe(0);
  expect((await readFile(join(workspace.folder, 'trials.csv'), 'utf8')).split('\r\n')[0]).toContain(
    'number,state,value',
  );
  const report = await cli('report', 'tiny.lstm.json', '--html', 'report.html');
  expect(report.code).toBe(0);
  expect(await readFile(join(workspace.folder, 'report.html'), 'utf8')).toContain('persistence');
  const importance = await cli('importance', 'tiny.lstm.json');
  expect(importance.code).toBe(0);
  const compare = await cli('compare', 'tiny:0', 'tiny:1', '--json');
  expect(compare.lines[0]['event']).toBe('compare');
  const again = await cli('run', 'tiny.lstm.json');
  expect(again.code).toBe(0);
  expect(again.err).toContain('--more-trials');
});

test('bad input: one sentence with place and cure, exit code 2, nothing written', async () => {
  for (const args of [
    ['run', 'no.lstm.json'],
    ['test', 'nobody'],
    ['compare', 'tiny'],
    ['nonsense'],
    ['run'],
  ]) {
    const said = await cli(...args);
    expect(said.code, args.join(' ')).toBe(2);
    expect(said.out).toBe('');
    expect(said.err).not.toContain('    at ');
  }
  const bad = join(workspace.folder, 'bad.lstm.json');
  await writeFile(bad, studyText({ hyperparameters: { layers: { int: [3, 1] } } }));
  const said = await cli('check', 'bad.lstm.json');
  expect(said.code).toBe(2);
  expect(said.out).toContain('hyperparameters.layers');
});

test('help teaches: a first study, where things are kept, exit codes', async () => {
  const help = await cli('--help');
  expect(help.code).toBe(0);
  for (const text of [
    'A first study',
    '.lstm-study',
    'Exit codes',
    'run',
    'resume',
    'test',
    'export',
    'doctor',
  ])
    expect(help.out).toContain(text);
});
