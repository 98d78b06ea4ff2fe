import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/engine/clock.ts';
import { acquireOwner } from '../../src/engine/store/owner.ts';
import { listExperimentIds } from '../../src/engine/store/storeFolder.ts';
import { cliFile, makeWorkspace, studyText, type Workspace } from './harness.ts';

/** What the folder of the studies is at, as git writes it down. */
const commit = '0123456789abcdef0123456789abcdef01234567';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await makeWorkspace({ search: { trials: 4 } });
  await mkdir(join(workspace.folder, '.git'));
  await writeFile(join(workspace.folder, '.git', 'HEAD'), `${commit}\n`);
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

test('a study from check to report, in text and in JSON lines', { timeout: 900_000 }, async () => {
  const check = await cli('check', 'tiny.lstm.json');
  expect(check.code).toBe(0);
  expect(check.out).toContain('Ready to run');
  expect(check.out).toMatch(/rows from \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d/);
  expect(check.out).toMatch(/fold 1: trains on \d+ rows, validated from \d{4}-\d\d-\d\d to/);
  const run = await cli('run', 'tiny.lstm.json', '--json');
  expect(run.code).toBe(0);
  const events = run.lines.map((line) => line['event']);
  expect(events.filter((e) => e === 'trial')).toHaveLength(4);
  expect(events[0]).toBe('estimate');
  expect(events.at(-1)).toBe('ranking');
  const [id] = await listExperimentIds(workspace.store);
  const stored = await readFile(join(workspace.store, id, 'experiment.json'), 'utf8');
  expect(stored).toContain(`"gitCommit":"${commit}"`);
  const table = await cli('export', 'tiny.lstm.json', '--json');
  expect(table.code).toBe(0);
  expect(table.lines.map((line) => line['event'])).toEqual(['trial', 'trial', 'trial', 'trial']);
  expect(table.lines[0]['trial']).toMatchObject({ number: 0, folds: [{ fold: 0 }, { fold: 1 }] });
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
  const tested = await cli('show', 'tiny.lstm.json');
  expect(tested.out).toMatch(/looked at once\n.*\ntested, trial \d+: .*U2 \d/);
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
  const again = await cli('run', 'tiny.lstm.json', '--trials', '3');
  expect(again.code).toBe(0);
  expect(again.err).toContain('\n3 trials (');
  expect(again.err).toContain('--more-trials');

  const endless = await cli('resume', 'tiny.lstm.json', '--sampler', 'grid');
  expect(endless.code).toBe(2);
  expect(endless.err).toContain('[gridNeedsStep]');
  expect(await readFile(join(workspace.store, id, 'experiment.json'), 'utf8')).toContain('"amendments":[]');

  const newer = join(workspace.folder, '.lstm-study', '20990101-000000-later-0000');
  await mkdir(newer);
  await writeFile(join(newer, 'experiment.json'), '{ "format": 9 }');
  const later = await cli('show', 'later');
  expect(later.code).toBe(3);
  expect(later.err).toMatch(/newer version .*\[storeNewer\]/);
  expect((await cli('run', 'tiny.lstm.json')).err).toContain('newer version');
  await rm(newer, { recursive: true });
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
  for (const [option, value, sentence] of [
    ['--trials', '99999999', '`search.trials` is 99999999; it must be at most 100000.'],
    ['--time-limit', '5x', 'such as "30m" or "2h"'],
  ]) {
    const said = await cli('run', 'tiny.lstm.json', option, value);
    expect(said.code, option).toBe(2);
    expect(said.err).toContain(sentence);
  }
  const bad = join(workspace.folder, 'bad.lstm.json');
  await writeFile(bad, studyText({ hyperparameters: { layers: { int: [3, 1] } } }));
  const said = await cli('check', 'bad.lstm.json');
  expect(said.code).toBe(2);
  expect(said.out).toContain('hyperparameters.layers');
});

/** A study of 4 trials on 300 days, with one thing spoilt. */
const spoilt: readonly [string, { study?: object | string; csv?: (lines: string[]) => string[] }, RegExp][] =
  [
    ['a missing file', { study: { data: { file: 'no.csv' } } }, /data\.file: There is no file .*no\.csv/],
    [
      'a missing column',
      { study: { data: { file: 'p.csv', price: 'clsoe' } } },
      /"clsoe"; did you mean "close"/,
    ],
    [
      'an unreadable date',
      { csv: (lines) => lines.map((l, i) => (i === 99 ? l.replace(/^[^,]*/, 'soon') : l)) },
      /row 100 \("soon"\)/,
    ],
    [
      'text in a price cell',
      { csv: (lines) => lines.map((l, i) => (i === 149 ? l.replace(/,.*/, ',abc') : l)) },
      /"close" holds text .*row 150 \("abc"\)/,
    ],
    ['too few rows', { csv: (lines) => lines.slice(0, 80) }, /need 174 rows .*the file has 79/],
    [
      'a single configuration',
      {
        study: {
          hyperparameters: {
            units: 8,
            layers: { int: [1, 1] },
            dropout: 0,
            learningRate: 0.01,
            batchSize: 32,
            epochs: 2,
            optimizer: 'adam',
          },
        },
      },
      /only one configuration/,
    ],
    [
      'low above high',
      { study: { hyperparameters: { units: { int: [9, 2] } } } },
      /low end 9 above its high end 2/,
    ],
    [
      'a logarithm of zero',
      { study: { hyperparameters: { dropout: { float: [0, 0.5], log: true } } } },
      /must be above 0, not 0/,
    ],
    ['an unknown key', { study: { serach: {} } }, /"serach" is not known .*did you mean "search"/],
    [
      'a grid of ten million',
      {
        study: {
          search: { sampler: 'grid' },
          hyperparameters: {
            units: { int: [1, 500] },
            epochs: { int: [1, 2223] },
            learningRate: 0.01,
            dropout: 0,
          },
        },
      },
      /trials .*, about .*; all of them about [\s\S]*The grid has 30,010,500 combinations.*--yes/,
    ],
    ['text that is not JSON', { study: '{ "lstmStudy": 1 "data"' }, /Line 1, column 18: this is not JSON/],
  ];

test.each(spoilt)('what bad input gets: %s', async (_name, { study, csv }, sentence) => {
  const folder = await mkdtemp(join(tmpdir(), 'lstm-bad-'));
  const days = Array.from(
    { length: 300 },
    (_, t) => `${new Date(Date.UTC(2020, 0, 1 + t)).toISOString().slice(0, 10)},${100 + Math.sin(t)}`,
  );
  await writeFile(join(folder, 'p.csv'), (csv ?? ((l) => l))(['date,close', ...days]).join('\n'));
  const text =
    typeof study === 'string' ? study : JSON.stringify({ lstmStudy: 1, data: { file: 'p.csv' }, ...study });
  await writeFile(join(folder, 's.lstm.json'), text);
  const said = await cli('run', join(folder, 's.lstm.json'));
  expect(said.err).toMatch(sentence);
  expect(said.err).not.toContain('    at ');
  expect(said.out).toBe('');
  expect(said.code).toBe(2);
  expect((await readdir(folder)).sort()).toEqual(['p.csv', 's.lstm.json']);
  await rm(folder, { recursive: true });
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

test(
  'delete says first what would go and how large it is, deletes with --yes, and refuses what runs',
  { timeout: 900_000 },
  async () => {
    const other = await makeWorkspace({ search: { trials: 2, confirm: { top: 0, seeds: 2 } } });
    const store = ['--store', other.store];
    expect((await cli('run', other.file)).code).toBe(0);
    const [id] = await listExperimentIds(other.store);
    const asked = await cli('delete', id, ...store);
    expect(asked.code).toBe(0);
    expect(asked.out).toMatch(/Add --yes to delete it for good: \d+\.\d MB/);
    expect(await listExperimentIds(other.store)).toEqual([id]);
    const owner = await acquireOwner(join(other.store, id), systemClock, () => undefined);
    expect((await cli('delete', id, '--yes', ...store)).code).toBe(3);
    await owner.release();
    const deleted = await cli('delete', id, '--yes', ...store);
    expect(deleted.out).toContain(`Deleted ${id}`);
    expect(await listExperimentIds(other.store)).toEqual([]);
    expect(await readdir(join(other.store, '.bin'))).toEqual([]);
    await other.remove();
  },
);

test(
  'a study whose name would clear the terminal or turn the line round is shown as what it is',
  { timeout: 900_000 },
  async () => {
    const hostile = await makeWorkspace({
      rest: { name: '\u001b[2J\u001b]0;owned\u0007x\u202Egnp' },
      search: { trials: 2, confirm: { top: 0, seeds: 2 } },
    });
    for (const args of [
      ['run', hostile.file],
      ['show', hostile.file],
      ['list', hostile.folder],
      ['history', hostile.file],
    ]) {
      const said = await cli(...args);
      expect(said.code, said.err).toBe(0);
      expect(`${said.out}${said.err}`.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
    expect((await cli('show', hostile.file)).out).toContain('\\u{1b}[2J');
    await hostile.remove();
  },
);
