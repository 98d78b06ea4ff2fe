import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliFile, makeWorkspace, top, type Workspace } from './harness.ts';

/** A workspace that lays a package of each name that the product uses in the way, and every file that tools read unasked. */
let workspace: Workspace;
const canary = (): string => join(workspace.folder, 'executed');

beforeAll(async () => {
  workspace = await makeWorkspace({ search: { trials: 2, confirm: { top: 1, seeds: 2 } } });
  const { dependencies = {}, devDependencies = {} } = JSON.parse(
    readFileSync(join(top, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string>>; // our own package.json
  const trap = `require('node:fs').appendFileSync(${JSON.stringify(canary())}, __filename + '\\n');`;
  const names = [...Object.keys({ ...dependencies, ...devDependencies }), '@tensorflow/tfjs-node', 'dist'];
  for (const name of names) {
    const place = join(workspace.folder, 'node_modules', name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'package.json'), JSON.stringify({ name, version: '99.0.0', main: 'index.js' }));
    writeFileSync(join(place, 'index.js'), trap);
  }
  const files = {
    'package.json': JSON.stringify({
      type: 'module',
      imports: { '#x': './trap.cjs' },
      scripts: { start: 'node trap.cjs' },
    }),
    'trap.cjs': trap,
    '.npmrc': 'node-options=--require ./trap.cjs\nscript-shell=./trap.cjs\n',
    '.env': 'NODE_OPTIONS=--require ./trap.cjs\n',
    'tsconfig.json': JSON.stringify({ compilerOptions: { paths: { '*': ['./trap.cjs'] } } }),
    'node.config.json': JSON.stringify({ nodeOptions: { require: './trap.cjs', import: './trap.cjs' } }),
    'lstm-study.config.js': trap,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(workspace.folder, name), text);
});
afterAll(() => workspace.remove());

const here = (...args: readonly string[]) =>
  spawnSync(process.execPath, args, { cwd: workspace.folder, encoding: 'utf8' });

test(
  'a whole study, its test, its exports and the TensorFlow check run nothing of the workspace they run in',
  { timeout: 900_000 },
  () => {
    const commands = [
      ['check', 'study.lstm.json'],
      ['run', 'study.lstm.json'],
      ['test', 'study.lstm.json'],
      ['report', 'study.lstm.json', '--html', 'report.html'],
      ['export', 'study.lstm.json', '--csv', 'trials.csv', '--onnx', 'onnx', '--tfjs', 'tfjs'],
      ['tensorflow', 'status'],
      ['doctor'],
    ];
    for (const [command, ...args] of commands) {
      const file = args.map((argument) => (argument === 'study.lstm.json' ? workspace.file : argument));
      const result = here(cliFile, command, ...file);
      expect(result.status, `${command}: ${result.stderr}`).toBe(0);
    }
    expect(existsSync(canary()) ? readFileSync(canary(), 'utf8') : '').toBe('');
  },
);

test('broken twin: a program that resolves where it runs executes what lies there', () => {
  here('-e', 'require(require.resolve("lowdb", { paths: [process.cwd()] }))');
  expect(readFileSync(canary(), 'utf8')).toContain('lowdb');
});
