// The mocha tests of test/vscode inside the extension host of a real VS Code (for the desktop where one can be had, else the
// server), one window a suite, and after them: is every process gone? LSTM_TEST_FILES names one suite (folder, roots or virtual).
import { build } from 'esbuild';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { desktopHost, desktopProgram } from './desktop.mjs';
import { installHost } from './install.mjs';
import { openBrowser } from './browser.mjs';
import { descendants, isAlive } from './processes.mjs';
import { graceSeconds, startServer } from './server.mjs';
import { makeTwoFolders, makeVirtualWorkspace, makeWorkspace } from './workspace.mjs';

const top = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const limitMs = 15 * 60_000;
const suites = {
  folder: { make: makeWorkspace, end: 'window closed mid-study' },
  roots: { make: makeTwoFolders, end: 'extension host killed mid-study' },
  virtual: { make: makeVirtualWorkspace },
};

async function bundleSuite(name) {
  const outfile = join(top, '.cache', 'test', 'vscode', `${name}.cjs`);
  await build({
    entryPoints: [join(top, 'test', 'vscode', 'suites', `${name}.ts`)],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode', 'mocha'],
    outfile,
    logLevel: 'warning',
  });
  return outfile;
}

/** Windows of the VS Code server, in a browser. */
async function serverHost({ say, data, env }) {
  const host = await installHost(say);
  const server = await startServer({ vscode: host.vscode, data, env });
  const browser = await openBrowser(host.browser);
  return {
    open: async (workspace, tests) => {
      const page = await browser.newPage();
      await page.goto(
        server.url(workspace, [
          ['extensionDevelopmentPath', server.remote(top)],
          ['extensionTestsPath', server.remote(tests)],
        ]),
      );
      return { close: () => page.close(), picture: (path) => page.screenshot({ path }) };
    },
    stop: async () => {
      await browser.close();
      await server.stop();
    },
  };
}

export async function runHostTests(say) {
  const folder = join(top, '.cache', 'test', 'host');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const results = join(folder, 'results');
  const data = join(folder, 'data');
  // Installed: a window takes one extension in development only.
  const memory = join(data, 'ext', 'lstm-study-tests.memory-files-0.0.1');
  cpSync(join(top, 'test', 'vscode', 'virtual'), memory, { recursive: true });
  const env = { LSTM_TEST_RESULTS: results };
  const program = await desktopProgram(say);
  say(program ? `VS Code for the desktop: ${program}` : 'the VS Code server');
  const host = program ? desktopHost({ program, data, top, env }) : await serverHost({ say, data, env });
  const counts = { passed: 0, failed: 0 };
  try {
    for (const [name, suite] of Object.entries(suites)) {
      if (process.env.LSTM_TEST_FILES && process.env.LSTM_TEST_FILES !== name) continue;
      const workspace = suite.make(join(folder, `workspace-${name}`));
      const window = await host.open(workspace, await bundleSuite(name));
      const result = join(results, `${name}.json`);
      const end = Date.now() + limitMs;
      while (!existsSync(result) && Date.now() < end) await wait(200);
      if (!existsSync(result)) {
        await window.picture(join(folder, `stuck-${name}.png`));
        await window.close();
        say(`the tests in the extension host did not end; see ${folder}`);
        counts.failed++;
        continue;
      }
      const { passed, failed, lines, hostPid, enginePid } = JSON.parse(readFileSync(result, 'utf8'));
      lines.forEach((line) => console.log(line));
      counts.passed += passed;
      counts.failed += failed;
      if (suite.end) {
        const isGone = await endsWith({ hostPid, enginePid, window, isKilled: name === 'roots' });
        console.log(`  ${isGone ? 'ok  ' : 'FAIL'} ${suite.end}: engine and workers are gone`);
        counts[isGone ? 'passed' : 'failed']++;
      }
      await window.close();
    }
    return counts;
  } finally {
    await host.stop();
  }
}

/** Closes the window, or kills its extension host; answers whether the engine and all its workers end. */
async function endsWith({ hostPid, enginePid, window, isKilled }) {
  if (!enginePid) return false;
  const started = Date.now();
  let workers = [];
  while (workers.length === 0 && Date.now() < started + 60_000) {
    workers = descendants(enginePid);
    await wait(100);
  }
  // A system that cannot be asked for children (no ps) is watched for the engine alone.
  if (workers.length === 0 && process.platform === 'linux') {
    console.log(
      `    no worker of engine ${enginePid} was found${isAlive(enginePid) ? '' : ', and it is not alive'}`,
    );
    return false;
  }
  if (isKilled) process.kill(hostPid, 'SIGKILL');
  await window.close();
  const closed = Date.now();
  let left = [];
  while (Date.now() < closed + (graceSeconds + 30) * 1_000) {
    left = [enginePid, ...workers].filter(isAlive);
    if (left.length === 0) return true;
    await wait(250);
  }
  console.log(`    left of engine ${enginePid} and workers ${workers.join(' ')}: ${left.join(' ')}`);
  return false;
}

function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
