// VS Code for the desktop, where one can be had: then the tests of the extension host run in it, and not in the server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadAndUnzipVSCode, SilentReporter } from '@vscode/test-electron';
import { cacheFolder, codeServerVersion } from './install.mjs';
import { quietSettings } from './server.mjs';

const here = dirname(fileURLToPath(import.meta.url));
/** code-server 4.139.1 carries VS Code 1.139.1. */
const version = codeServerVersion.replace(/^4\./, '1.');
/** A download that stands still for this long is not to be had. */
const stillMs = 15_000;

/**
 * The program of a desktop VS Code, or null. LSTM_TEST_CODE names one that is there (`off`: the server is taken). Without a
 * display none can run, and nothing is downloaded.
 */
export async function desktopProgram(say) {
  const { LSTM_TEST_CODE: named, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (named) return named === 'off' ? null : named;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return null;
  try {
    return await downloadAndUnzipVSCode({
      version,
      cachePath: join(cacheFolder(), 'desktop'),
      timeout: stillMs,
      reporter: new SilentReporter(),
    });
  } catch (error) {
    say(`no desktop VS Code can be had (${error.message}); the server is taken`);
    return null;
  }
}

/** Opens windows as `serverHost` of hostTests.mjs does. Each is a process of its own, which an interrupt closes. */
export function desktopHost({ program, data, top, env }) {
  const user = join(data, 'User');
  mkdirSync(user, { recursive: true });
  writeFileSync(join(user, 'settings.json'), JSON.stringify(quietSettings, null, 2));
  return {
    open: (workspace, tests) => {
      const options = {
        vscodeExecutablePath: program,
        extensionDevelopmentPath: top,
        extensionTestsPath: tests,
        extensionTestsEnv: env,
        launchArgs: [workspace, `--user-data-dir=${data}`, `--extensions-dir=${join(data, 'ext')}`],
      };
      const child = spawn(process.execPath, [join(here, 'desktopWindow.mjs'), JSON.stringify(options)], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const close = async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGINT');
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000).unref())]);
        child.kill('SIGKILL');
      };
      return { close, picture: async () => undefined };
    },
    stop: async () => undefined,
  };
}
