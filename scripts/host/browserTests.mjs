// The playwright tests of test/browser against the VS Code server with the packed VSIX installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installHost } from './install.mjs';
import { installVsix, startServer } from './server.mjs';

const top = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export function packVsix() {
  const vsix = join(top, 'lstm-study.vsix');
  const packed = spawnSync(process.execPath, [join(top, 'scripts', 'package.mjs')], {
    cwd: top,
    encoding: 'utf8',
  });
  if (packed.status !== 0 || !existsSync(vsix))
    throw new Error(`packing failed\n${packed.stdout}${packed.stderr}`);
  return vsix;
}

export async function runBrowserTests(say) {
  const host = await installHost(say);
  const folder = join(top, '.cache', 'test', 'browser');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  say('packing the VSIX and installing it into the server');
  const vsix = packVsix();
  const data = join(folder, 'data');
  await installVsix({ vscode: host.vscode, data, vsix });
  // Trust is asked for in these windows: one of the tests is about it.
  const server = await startServer({
    vscode: host.vscode,
    data,
    grace: 30, // a machine that stands still breaks connections; windows take them up again
    settings: { 'security.workspace.trust.enabled': true, 'files.simpleDialog.enable': true },
  });
  const groundFile = join(folder, 'ground.json');
  const results = join(folder, 'results.json');
  writeFileSync(
    groundFile,
    JSON.stringify({
      port: server.port,
      folder,
      executablePath: host.browser.executablePath,
      browserEnv: host.browser.env,
    }),
  );
  try {
    const { spawn } = await import('node:child_process');
    const child = spawn(
      process.execPath,
      [
        join(top, 'node_modules', 'mocha', 'bin', 'mocha.js'),
        '--no-config',
        ...(process.env.LSTM_TEST_BAIL ? ['--bail'] : []),
        '--timeout',
        '600000',
        '--reporter',
        join(top, 'scripts', 'host', 'reporter.cjs'),
        '--reporter-option',
        `output=${results}`,
        ...(process.env.LSTM_TEST_FILES ?? '*.test.ts')
          .split(',')
          .map((file) => join(top, 'test', 'browser', file)),
      ],
      { cwd: top, env: { ...process.env, LSTM_TEST_GROUND: groundFile }, stdio: 'inherit' },
    );
    await new Promise((resolve) => child.once('exit', resolve));
    if (!existsSync(results)) return { passed: 0, failed: 1 };
    return JSON.parse(readFileSync(results, 'utf8'));
  } finally {
    await server.stop();
  }
}
