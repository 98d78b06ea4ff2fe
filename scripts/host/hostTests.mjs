// The mocha tests of test/vscode inside the extension host of a real VS Code, and after them: is every process gone?
import { build } from 'esbuild';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installHost } from './install.mjs';
import { openBrowser } from './browser.mjs';
import { graceSeconds, startServer } from './server.mjs';
import { makeWorkspace } from './workspace.mjs';

const top = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const limitMs = 12 * 60_000;

export async function bundleHostTests() {
  const outfile = join(top, '.cache', 'test', 'vscode', 'index.cjs');
  await build({
    entryPoints: [join(top, 'test', 'vscode', 'index.ts')],
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

export async function runHostTests(say) {
  const host = await installHost(say);
  const entry = await bundleHostTests();
  const folder = join(top, '.cache', 'test', 'host');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const result = join(folder, 'result.json');
  const workspace = makeWorkspace(join(folder, 'workspace'));
  const server = await startServer({
    vscode: host.vscode,
    data: join(folder, 'data'),
    env: { LSTM_TEST_RESULT: result },
  });
  const browser = await openBrowser(host.browser);
  try {
    const page = await browser.newPage();
    await page.goto(
      server.url(workspace, [
        ['extensionDevelopmentPath', server.remote(top)],
        ['extensionTestsPath', server.remote(entry)],
      ]),
    );
    const end = Date.now() + limitMs;
    while (!existsSync(result) && Date.now() < end) await wait(200);
    if (!existsSync(result)) {
      await page.screenshot({ path: join(folder, 'stuck.png') });
      say(`the tests in the extension host did not end; see ${folder}`);
      return { passed: 0, failed: 1 };
    }
    await wait(200);
    const { passed, failed, lines, enginePid } = JSON.parse(readFileSync(result, 'utf8'));
    lines.forEach((line) => console.log(line));
    await page.close();
    const gone = await isGone(enginePid);
    console.log(`  ${gone ? 'ok  ' : 'FAIL'} window closed mid-study: engine and workers are gone`);
    return { passed: passed + (gone ? 1 : 0), failed: failed + (gone ? 0 : 1) };
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** The engine's process group of children is looked up before and after, where the system has /proc. */
async function isGone(pid) {
  if (!pid) return false;
  const end = Date.now() + (graceSeconds + 20) * 1_000;
  while (Date.now() < end) {
    if (!isAlive(pid)) return true;
    await wait(250);
  }
  return false;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
