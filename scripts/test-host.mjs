// VS Code for tests, pictures and trying out: node scripts/test-host.mjs test [host|browser] | code | pictures
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (text) => console.log(`· ${text}`);

async function test(only) {
  let passed = 0;
  let failed = 0;
  const add = (counts) => {
    passed += counts.passed;
    failed += counts.failed;
  };
  const attempt = async (run) => {
    try {
      add(await run());
    } catch (error) {
      console.error(error);
      add({ passed: 0, failed: 1 });
    }
  };
  if (only !== 'browser') {
    say('in the extension host of a real VS Code');
    await attempt(async () => (await import('./host/hostTests.mjs')).runHostTests(say));
  }
  if (only !== 'host') {
    say('in a real browser, with the packed extension installed');
    await attempt(async () => (await import('./host/browserTests.mjs')).runBrowserTests(say));
  }
  mkdirSync(join(top, '.cache', 'test'), { recursive: true });
  writeFileSync(join(top, '.cache', 'test', 'host.json'), JSON.stringify({ passed, failed }));
  console.log(`${passed} passed, ${failed} failed in VS Code and browser`);
  process.exit(failed > 0 ? 1 : 0);
}

/** The example workspace with the extension loaded: the installed VS Code where there is one, else the server. */
async function code() {
  const workspace = join(top, 'examples');
  const installed = spawnSync('code', ['--version'], {
    stdio: 'ignore',
    shell: process.platform === 'win32',
  });
  if (installed.status === 0) {
    spawnSync('code', [`--extensionDevelopmentPath=${top}`, '--new-window', workspace], {
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    return;
  }
  const { installHost } = await import('./host/install.mjs');
  const { startServer } = await import('./host/server.mjs');
  const { vscode } = await installHost(say);
  const server = await startServer({
    vscode,
    data: join(top, '.cache', 'code'),
    port: Number(process.env.PORT ?? 8123),
    settings: { 'git.enabled': true },
  });
  say('no `code` on PATH; a VS Code server runs instead. Open this address in a browser (Ctrl-C ends it):');
  console.log(server.url(workspace, [['extensionDevelopmentPath', server.remote(top)]]));
}

const [command, argument] = process.argv.slice(2);
if (command === 'test') await test(argument);
else if (command === 'code') await code();
else if (command === 'pictures') await (await import('./host/pictures.mjs')).takePictures(say);
else {
  console.error('usage: node scripts/test-host.mjs test [host|browser] | code | pictures');
  process.exit(2);
}
