// The two README commands start here: `npm start` and `npm test` work in an empty clone, with whatever Node (20 or newer)
// and npm are on PATH. Each step says what it does and is skipped when what it makes is already there.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(top, '.cache');
const env = { ...process.env, PATH: `${join(top, 'node_modules', '.bin')}${delimiter}${process.env.PATH}` };

/** Runs a command in the project's folder with the project's own tools first on PATH; returns its exit code. */
function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: top,
    env: { ...env, ...options.env },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return result.status ?? 1;
}

/** As `run`, for what stays until it is ended: signals go on to it, so that nothing of it is left behind. */
function runLong(command, args) {
  const child = spawn(command, args, {
    cwd: top,
    env,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npm that is ended alone takes its shell along and tells nobody below it.
  const { ppid } = process;
  setInterval(() => {
    if (process.ppid !== ppid) child.kill('SIGTERM');
  }, 1_000).unref();
  child.once('exit', (code) => process.exit(code ?? 1));
}

function must(what, command, args) {
  const code = run(command, args);
  if (code !== 0) {
    console.error(`\nset-up stopped: ${what} failed (exit code ${code}). The lines above say why.`);
    process.exit(code);
  }
}

function say(text) {
  console.log(`· ${text}`);
}

const hashOf = (...parts) => createHash('sha256').update(parts.join('\0')).digest('hex');

/** Content hash of all files below some paths, so that a build is made again exactly when its sources changed. */
function treeHash(paths) {
  const parts = [];
  const visit = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory())
      readdirSync(path)
        .sort()
        .forEach((name) => visit(join(path, name)));
    else parts.push(path, readFileSync(path).toString('latin1'));
  };
  paths.forEach((path) => visit(join(top, path)));
  return hashOf(...parts);
}

/** Runs `make` unless the marker in .cache says that it was made from the same input. */
function once(name, key, make) {
  const marker = join(cache, `${name}.made`);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === key) return;
  make();
  mkdirSync(cache, { recursive: true });
  writeFileSync(marker, key);
}

function install() {
  const key = hashOf(readFileSync(join(top, 'package-lock.json'), 'utf8'));
  if (!existsSync(join(top, 'node_modules'))) rmSync(join(cache, 'install.made'), { force: true });
  once('install', key, () => {
    say('installing npm packages (about a minute, once)');
    must('npm ci', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error']);
  });
}

function prices() {
  const target = join(top, 'examples', 'sp500.csv');
  if (existsSync(target)) return;
  say('copying S&P 500 daily prices (npm vega-datasets) to examples/sp500.csv');
  copyFileSync(join(top, 'node_modules', 'vega-datasets', 'data', 'sp500-2000.csv'), target);
}

function build() {
  if (!existsSync(join(top, 'dist'))) rmSync(join(cache, 'build.made'), { force: true });
  once('build', treeHash(['src', 'esbuild.mjs', 'scripts/kernels.mjs', 'package-lock.json']), () => {
    say('building dist/');
    must('the build', 'node', ['esbuild.mjs']);
  });
}

function prepare() {
  install();
  prices();
  build();
}

const cli = join('dist', 'engine', 'cli.mjs');

/** A real study on real prices, then its test on the sealed range. */
function start() {
  prepare();
  const study = join('examples', 'sp500-quick.lstm.json');
  say(`running ${study} with the embedded trainer; trials land in examples/.lstm-study`);
  const extra = process.argv.slice(3);
  const code = run('node', [cli, 'run', study, ...extra]);
  if (code !== 0) process.exit(code);
  say('testing the winner on the sealed range');
  process.exit(run('node', [cli, 'test', study]));
}

/** Each step: its name, the command, and where its counts of passed and failed tests are read. */
const steps = {
  generate: { text: 'generated files are up to date', command: ['node', ['scripts/generate.ts', '--check']] },
  types: { text: 'types', command: ['tsc', ['-p', '.']] },
  lint: { text: 'lint', command: ['eslint', ['.']] },
  format: { text: 'format', command: ['prettier', ['--check', '--log-level', 'warn', '.']] },
  unit: {
    text: 'unit, conformance, leakage, engine and export tests',
    command: [
      'vitest',
      ['run', '--reporter=default', '--reporter=json', '--outputFile.json=.cache/test/unit.json'],
    ],
    counts: () => {
      const result = JSON.parse(readFileSync(join(cache, 'test', 'unit.json'), 'utf8'));
      return {
        passed: result.numPassedTests,
        failed:
          result.numFailedTests + (result.numFailedTestSuites > 0 && result.numFailedTests === 0 ? 1 : 0),
      };
    },
  },
  host: {
    text: 'in a real VS Code and a real browser',
    command: ['node', ['scripts/test-host.mjs', 'test']],
    counts: () => JSON.parse(readFileSync(join(cache, 'test', 'host.json'), 'utf8')),
  },
};

const textOnly = ['generate', 'types', 'lint', 'format'];

/** As `run`, without holding up what goes on beside it; what it prints comes in one piece when it ends, or at once. */
function runBeside(command, args, { atOnce = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: top,
      env,
      stdio: atOnce ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    const printed = [];
    child.stdout?.on('data', (chunk) => printed.push(chunk));
    child.stderr?.on('data', (chunk) => printed.push(chunk));
    child.once('error', (error) => {
      console.error(error);
      resolve(1);
    });
    child.once('close', (code) => {
      process.stdout.write(Buffer.concat(printed));
      resolve(code ?? 1);
    });
  });
}

async function test() {
  prepare();
  rmSync(join(cache, 'test'), { recursive: true, force: true });
  mkdirSync(join(cache, 'test'), { recursive: true });
  const only = process.argv.slice(3);
  const isWanted = (name) => only.length === 0 || only.includes(name);
  const total = { passed: 0, failed: 0 };
  const conclude = (name, code, startedAt) => {
    const { counts } = steps[name];
    let result = { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
    try {
      if (counts) result = counts();
    } catch {
      result = { passed: 0, failed: 1 }; // a step that leaves no counts did not run its tests
    }
    if (code !== 0 && result.failed === 0) result = { ...result, failed: 1 };
    total.passed += result.passed;
    total.failed += result.failed;
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    say(`${name}: ${result.passed} passed, ${result.failed} failed in ${seconds} s\n`);
  };
  // What waits for a registry and what reads our own text alone go side by side.
  const fetched = async () => {
    // Without what these bring, the tests that need it fail and say so; the others run.
    await runBeside('node', ['scripts/fetch-test-data.mjs'], { atOnce: true });
    await runBeside('node', ['test/prepare.ts'], { atOnce: true });
  };
  const read = async () => {
    for (const name of textOnly.filter(isWanted)) {
      say(steps[name].text);
      const startedAt = Date.now();
      conclude(name, await runBeside(...steps[name].command), startedAt);
    }
  };
  await Promise.all([fetched(), read()]);
  for (const name of Object.keys(steps)) {
    if (textOnly.includes(name) || !isWanted(name)) continue;
    say(steps[name].text);
    const startedAt = Date.now();
    conclude(name, run(...steps[name].command), startedAt);
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed > 0 ? 1 : 0);
}

/** The long form of the fault, determinism and fuzz tests: 200 kills, every sampler with every pruner, ten thousand messages. About an hour. */
function faults() {
  prepare();
  const files = [
    'test/engine/faults.test.ts',
    'test/engine/damage.test.ts',
    'test/engine/writers.test.ts',
    'test/engine/failingDisk.test.ts',
    'test/engine/hostKilled.test.ts',
    'test/engine/clockJumps.test.ts',
    'test/engine/everySampler.test.ts',
    'test/fuzz',
  ];
  process.exit(run('vitest', ['run', ...files], { env: { LSTM_STUDY_KILLS: '200', LSTM_STUDY_LONG: '1' } }));
}

const commands = {
  faults,
  prepare,
  start,
  test,
  code: () => {
    prepare();
    runLong('node', ['scripts/test-host.mjs', 'code']);
  },
  package: () => {
    prepare();
    process.exit(run('node', ['scripts/package.mjs']));
  },
};
const command = commands[process.argv[2]];
if (!command) {
  console.error(`usage: node scripts/setup.mjs ${Object.keys(commands).join('|')}`);
  process.exit(2);
}
await command();
