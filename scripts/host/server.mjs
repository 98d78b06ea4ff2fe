// Starts the VS Code server on a free port with a data folder of its own, and ends it with everything below it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { URLSearchParams } from 'node:url';

/** A closed window's extension host is ended after this long. */
export const graceSeconds = 3;

/** What is not ours stays out of the way and out of the pictures. */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'editor.minimap.enabled': false,
  'workbench.tips.enabled': false,
  'security.workspace.trust.enabled': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  // A server's windows save by themselves otherwise, and hide that a text is not saved yet.
  'files.autoSave': 'off',
};

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Servers that run: a signal that ends this process ends them first, with the windows' hosts and engines below them. */
const running = new Set();
const signals = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 };
let isEnding = false;
for (const [signal, number] of Object.entries(signals))
  process.on(signal, () => {
    if (isEnding) return;
    isEnding = true;
    void Promise.all([...running].map((stop) => stop())).then(() => process.exit(128 + number));
  });

/**
 * `data`: folder of settings, extensions and logs. `env`: what extension hosts find in their environment. `grace`: seconds that
 * the extension host of a window waits for it after the connection broke.
 */
export async function startServer({
  vscode,
  data,
  settings = {},
  env = {},
  host = '127.0.0.1',
  port = 0,
  grace = graceSeconds,
}) {
  mkdirSync(join(data, 'data', 'Machine'), { recursive: true });
  mkdirSync(join(data, 'ext'), { recursive: true });
  mkdirSync(join(data, 'data', 'User'), { recursive: true });
  const text = JSON.stringify({ ...quietSettings, ...settings }, null, 2);
  writeFileSync(join(data, 'data', 'User', 'settings.json'), text);
  writeFileSync(join(data, 'data', 'Machine', 'settings.json'), text);
  const used = port === 0 ? await freePort() : port;
  const child = spawn(
    process.execPath,
    [
      join(vscode, 'out', 'server-main.js'),
      '--host',
      host,
      '--port',
      String(used),
      '--without-connection-token',
      '--accept-server-license-terms',
      '--enable-smoke-test-driver',
      '--telemetry-level',
      'off',
      '--server-data-dir',
      data,
      '--extensions-dir',
      join(data, 'ext'),
      '--reconnection-grace-time',
      String(grace),
    ],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const stop = async () => {
    running.delete(stop);
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await Promise.race([once(child, 'exit'), new Promise((resolve) => setTimeout(resolve, 5_000))]);
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  };
  running.add(stop);
  process.once('exit', () => child.kill()); // an error that nobody caught
  const log = createWriteStream(join(data, 'server.log'));
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  await new Promise((resolve, reject) => {
    child.once('exit', (code) =>
      reject(new Error(`the VS Code server ended with ${code}; see ${data}/server.log`)),
    );
    child.stdout.on('data', (text) => {
      if (String(text).includes('Extension host agent listening')) resolve();
    });
  });
  return {
    port: used,
    pid: child.pid,
    url: (workspace, payload) => {
      const query = new URLSearchParams({
        ...(workspace
          ? { [workspace.endsWith('.code-workspace') ? 'workspace' : 'folder']: workspace }
          : { ew: 'true' }),
      });
      if (payload) query.set('payload', JSON.stringify(payload));
      return `http://127.0.0.1:${used}/?${query}`;
    },
    remote: (path) => `vscode-remote://127.0.0.1:${used}${path}`,
    stop,
  };
}

/** Installs a VSIX for the windows of a data folder. */
export async function installVsix({ vscode, data, vsix }) {
  mkdirSync(join(data, 'ext'), { recursive: true });
  const child = spawn(
    process.execPath,
    [
      join(vscode, 'out', 'server-main.js'),
      '--accept-server-license-terms',
      '--server-data-dir',
      data,
      '--extensions-dir',
      join(data, 'ext'),
      '--install-extension',
      vsix,
      '--force',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stdout.on('data', (text) => (said += text));
  child.stderr.on('data', (text) => (said += text));
  const [code] = await once(child, 'exit');
  if (code !== 0 || !/successfully installed/i.test(said))
    throw new Error(`the VSIX was not installed: ${said}`);
}
