import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultCodes } from '../src/model/fault.ts';
import { generated } from '../scripts/generate.ts';

const top = resolve(import.meta.dirname, '..');

function sources(folder: string): string[] {
  return readdirSync(join(top, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'assembly' ? [] : sources(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

/** Folder of src (or of src/engine) that a file belongs to, e.g. `model`, `engine/data`. */
function folderOf(path: string): string {
  const parts = path.split('/').slice(1);
  return parts[0] === 'engine' && parts.length > 2 ? `engine/${parts[1]}` : parts[0];
}

const importPattern = /(?:from|import)\s*\(?\s*'([^']+)'/g;

function importsOf(path: string, text: string): { file: string; target: string }[] {
  return [...text.matchAll(importPattern)].map((match) => {
    const target = match[1];
    return {
      file: path,
      target: target.startsWith('.') ? relative(top, resolve(top, dirname(path), target)) : target,
    };
  });
}

/** What each folder may import besides itself; engine folders may also use the small files directly in src/engine. */
const allowed: Record<string, readonly string[]> = {
  model: [],
  protocol: ['model'],
  extension: ['model', 'protocol'],
  webview: ['model', 'protocol'],
  kernels: [],
  'engine/data': ['model', 'protocol', 'engine'],
  'engine/evaluation': ['model', 'protocol', 'engine'],
  'engine/samplers': ['model', 'protocol', 'engine'],
  'engine/pruners': ['model', 'protocol', 'engine'],
  'engine/analysis': ['model', 'protocol', 'engine'],
  'engine/trainers': ['model', 'protocol', 'engine', 'kernels'],
  'engine/store': ['model', 'protocol', 'engine'],
};

/** The interfaces of docs/architecture.md, section Seams: any part of the engine may name them. */
const seams = [
  'src/engine/samplers/sampler.ts',
  'src/engine/pruners/pruner.ts',
  'src/engine/trainers/trainer.ts',
];

/** The rule for one import: null when it is allowed, else the sentence that says what is wrong. */
function offence(file: string, target: string): string | null {
  const folder = folderOf(file);
  const wrong = `${file} imports ${target}`;
  if (target === 'vscode') return folder === 'extension' ? null : wrong;
  if (!target.startsWith('src/') || folderOf(target) === folder) return null;
  const rules = allowed[folder];
  if (rules)
    return rules.includes(folderOf(target)) || (folder.startsWith('engine') && seams.includes(target))
      ? null
      : wrong;
  return ['extension', 'webview'].includes(folderOf(target)) ? wrong : null;
}

describe('architecture', () => {
  const files = sources('src').map((path) => ({ path, text: readFileSync(join(top, path), 'utf8') }));

  it('imports go one way: model <- protocol <- engine, extension, webview', () => {
    const offences = files
      .filter(({ path }) => !path.endsWith('.test.ts'))
      .flatMap(({ path, text }) => importsOf(path, text))
      .flatMap(({ file, target }) => offence(file, target) ?? []);
    expect(offences).toEqual([]);
  });

  it('would catch a wrong import', () => {
    expect(offence('src/model/trial.ts', 'src/engine/rng.ts')).not.toBeNull();
    expect(offence('src/engine/data/csv.ts', 'src/engine/samplers/tpe.ts')).not.toBeNull();
    expect(offence('src/engine/data/csv.ts', 'src/engine/rng.ts')).toBeNull();
    expect(offence('src/extension/extension.ts', 'src/engine/main.ts')).not.toBeNull();
    expect(offence('src/engine/experiment/run.ts', 'vscode')).not.toBeNull();
    expect(offence('src/engine/experiment/run.ts', 'src/webview/main.ts')).not.toBeNull();
  });

  it('takes chance and time from outside: no Math.random or Date.now in the engine, the model and the protocol', () => {
    const outside = new Set(['src/engine/clock.ts']);
    const found = files.filter(
      ({ path, text }) =>
        /^src\/(engine|model|protocol)\//.test(path) &&
        !path.endsWith('.test.ts') &&
        !outside.has(path) &&
        /Math\.random\(|Date\.now\(/.test(text),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  it('has generated files up to date', () => {
    for (const [path, content] of Object.entries(generated())) {
      expect(
        existsSync(join(top, path)) ? readFileSync(join(top, path), 'utf8') : null,
        `${path}: run npm run generate`,
      ).toBe(content);
    }
  });

  it('shows no notification with text of files that VS Code could make a link of', () => {
    const unsafe = /show(?:Information|Warning|Error)Message\(\s*(?!\s|'|messageText\()/;
    expect('window.showErrorMessage(`${name} ended`)').toMatch(unsafe);
    expect('window.showErrorMessage(\n  text,\n)').toMatch(unsafe);
    expect(files.filter(({ text }) => unsafe.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('asks before the engine reads what a stored experiment names outside the workspace', () => {
    const text = readFileSync(join(top, 'src', 'extension', 'extension.ts'), 'utf8');
    expect(text).toMatch(/new EngineProcess\(\{[^}]*mayAsk: \(request, params\) => guardData\(/);
  });

  it('documents every fault code with its cure', () => {
    const text = readFileSync(join(top, 'docs', 'errors.md'), 'utf8');
    const rows = text.split('\n').flatMap((line) => {
      const [, code, what, cure] = /^\| `(\w+)` \| (.+) \| (.+) \|$/.exec(line) ?? [];
      return code === undefined
        ? []
        : [{ code, isTold: (what ?? '').length > 5 && (cure ?? '').length > 15 }];
    });
    expect(rows.map((row) => row.code).sort()).toEqual([...faultCodes].sort());
    expect(rows.filter((row) => !row.isTold)).toEqual([]);
  });

  it('names no registry host, no machine path and nothing outside the project', () => {
    const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
      cwd: top,
      encoding: 'utf8',
    })
      .trim()
      .split('\n');
    const pattern = new RegExp(
      [
        'registry\\.',
        'npmjs\\.(org|com)/',
        'files\\.pythonhosted',
        '/home/[a-z]+/',
        '/root/',
        '\\.\\./shared/',
      ].join('|'),
    );
    const found = tracked.filter((path) => {
      if (
        path === 'test/architecture.test.ts' ||
        !existsSync(join(top, path)) ||
        statSync(join(top, path)).size > 2_000_000
      )
        return false;
      return pattern.test(readFileSync(join(top, path), 'utf8'));
    });
    expect(found).toEqual([]);
  });

  it('gives every command a title and the one category', () => {
    const manifest = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as {
      contributes?: { commands?: { command: string; title: string; category?: string }[] };
    };
    const commands = manifest.contributes?.commands ?? [];
    expect(commands.length).toBeGreaterThan(10);
    for (const { command, title, category } of commands) {
      expect(command).toMatch(/^lstmStudy\.[a-zA-Z.]+$/);
      if (command === 'lstmStudy.start') expect(title).toBe('Start LSTM Study');
      else expect(category, command).toBe('LSTM Study');
    }
  });
});
