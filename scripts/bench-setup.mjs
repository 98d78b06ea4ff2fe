// `npm run bench:setup`: the peers that bench/ measures against (bench/requirements.txt), from PyPI, into a Python environment of
// their own in the user's cache folder (or LSTM_STUDY_CACHE). Says how much it fetches before it does; `--yes` answers for scripts.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';

const top = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where the user's caches are: LSTM_STUDY_CACHE, XDG_CACHE_HOME, else each system's own folder. */
function cacheFolder() {
  if (process.env.LSTM_STUDY_CACHE) return process.env.LSTM_STUDY_CACHE;
  const systems = {
    win32: process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'),
    darwin: join(homedir(), 'Library', 'Caches'),
  };
  return join(
    process.env.XDG_CACHE_HOME ?? systems[process.platform] ?? join(homedir(), '.cache'),
    'lstm-study',
  );
}

const folder = join(cacheFolder(), 'bench-python');
/** Python of the peers' environment, whether it is there yet or not. */
export const peersPython = join(
  folder,
  ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']),
);
const requirements = join(top, 'bench', 'requirements.txt');
const key = createHash('sha256').update(readFileSync(requirements)).digest('hex');
const marker = join(folder, 'installed.sha256');
const gigabytesOnDisk = 9;

/** True when the environment holds exactly what bench/requirements.txt asks for. */
export function hasPeers() {
  return existsSync(peersPython) && existsSync(marker) && readFileSync(marker, 'utf8') === key;
}

/** Runs a command in sight of the user; ends this process with a sentence when it fails. */
function must(sentence, command, args) {
  if (spawnSync(command, args, { stdio: 'inherit' }).status === 0) return;
  console.error(`\nbench:setup stopped: ${sentence}`);
  process.exit(1);
}

/** The first Python 3.10 or newer that can make virtual environments. */
function findPython() {
  const check = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
  const found = [process.env.PYTHON, 'python3', 'python'].find(
    (name) => name && spawnSync(name, ['-c', check], { stdio: 'ignore' }).status === 0,
  );
  if (found) return found;
  console.error(
    'bench:setup needs Python 3.10 or newer with venv (Debian: apt-get install python3-venv); PYTHON names one.',
  );
  process.exit(1);
}

async function agreed() {
  console.log(
    'bench:setup fetches PyTorch, TensorFlow, Keras and Optuna from PyPI: about 5 GB to download (PyTorch brings',
  );
  console.log(`CUDA libraries it does not use here) and ${gigabytesOnDisk} GB on disk, into ${folder}.`);
  if (process.argv.includes('--yes')) return true;
  if (!process.stdin.isTTY) {
    console.log('Nobody is there to ask: run `npm run bench:setup -- --yes`.');
    return false;
  }
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question('Go on? [y/N] ');
  prompt.close();
  return /^y(es)?$/i.test(answer.trim());
}

async function setUp() {
  if (hasPeers()) return console.log(`The peers are installed: ${peersPython}`);
  const base = findPython();
  if (!(await agreed())) process.exit(130);
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  if ((bavail * bsize) / 1e9 < gigabytesOnDisk) {
    console.error(
      `bench:setup needs ${gigabytesOnDisk} GB in ${folder}; LSTM_STUDY_CACHE names another folder.`,
    );
    process.exit(1);
  }
  rmSync(marker, { force: true });
  if (!existsSync(peersPython))
    must('the virtual environment could not be made.', base, ['-m', 'venv', folder]);
  must('pip could not install the peers; run it again, what was fetched is kept.', peersPython, [
    ...['-m', 'pip', 'install', '--disable-pip-version-check', '--requirement', requirements],
  ]);
  writeFileSync(marker, key);
  console.log(`Installed: ${peersPython}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setUp();
