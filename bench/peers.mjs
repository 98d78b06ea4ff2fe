// Installs the peers the benchmarks compare with, from PyPI into a virtual environment in the user's cache folder.
// `npm run bench:setup`. Versions are pinned; a second run finds them and does nothing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const requirements = ['torch==2.15.0', 'numpy'];

/** Where the user's caches are: XDG_CACHE_HOME, else each system's own folder. */
function cacheFolder() {
  if (process.env.XDG_CACHE_HOME) return process.env.XDG_CACHE_HOME;
  if (process.platform === 'win32') return process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  return process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
}

const folder = join(cacheFolder(), 'lstm-study', 'bench-python');
/** Python of the peers' environment. */
export const peersPython =
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error || status !== 0) throw new Error(`${command} ${args.join(' ')} failed`, { cause: error });
}

function hasPeers() {
  return existsSync(peersPython) && spawnSync(peersPython, ['-c', 'import torch']).status === 0;
}

if (process.argv[1]?.endsWith('peers.mjs')) {
  if (hasPeers()) console.log(`The peers are there: ${folder}`);
  else {
    console.log(`Installing ${requirements.join(', ')} into ${folder}`);
    console.log('PyTorch from PyPI brings its CUDA libraries: about 5 GB on disk and several minutes.');
    run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder]);
    run(peersPython, ['-m', 'pip', 'install', '--quiet', ...requirements]);
  }
}
