import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../../model/fault.ts';
import { findCommand, lastLines, runCommand } from './commands.ts';
import type { InstallContext } from './installContext.ts';
import packageLock from './packageLock.json' with { type: 'json' };
import { tfjsNodeVersion } from './sources.ts';

/** Name in package.json of every install folder: `remove` deletes no folder without it. */
export const installName = packageLock.name;

const lockText = `${JSON.stringify(packageLock, null, 2)}\n`;

/**
 * The JavaScript half, by npm from the lock file kept here (SHA-512 of each package), without running any package's scripts.
 * Skipped when the folder holds exactly this lock's packages.
 * @throws Fault `backendUnavailable` without npm or network
 */
export async function installPackages(context: InstallContext): Promise<void> {
  const { folder } = context;
  const doneFile = join(folder, 'node_modules', '.lstm-study-lock.json');
  if ((await readFile(doneFile, 'utf8').catch(() => '')) === lockText) return;
  context.report({
    step: 'packages',
    text: `Installing @tensorflow/tfjs-node ${tfjsNodeVersion} from npm (about 30 MB)`,
  });
  await mkdir(folder, { recursive: true });
  const { dependencies } = packageLock.packages[''];
  const manifest = { name: installName, version: packageLock.version, private: true, dependencies };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFile(join(folder, 'package-lock.json'), lockText);
  const options = { cwd: folder, signal: context.signal };
  if ((await findCommand(['npm'], ['--version'], options)) === null) {
    throw new Fault(
      'backendUnavailable',
      'Installing TensorFlow needs npm, and none was found. It comes with Node.js: install Node 20 or newer, then install again.',
    );
  }
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  const result = await runCommand('npm', ['ci', ...flags], options);
  if (result.code !== 0) {
    throw new Fault(
      'backendUnavailable',
      `npm could not install @tensorflow/tfjs-node ${tfjsNodeVersion}. It said:\n${lastLines(result.output)}\n` +
        'Check the connection to the npm registry ("npm ping"), then install again.',
    );
  }
  await removeSourceMaps(join(folder, 'node_modules'));
  await writeFile(doneFile, lockText);
}

/** Source maps are two thirds of these packages and serve nobody here. */
async function removeSourceMaps(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    if (name.endsWith('.js.map')) await rm(join(folder, name), { force: true });
  }
}

const hostSchema = z.object({ binary: z.object({ host: z.url() }) });
const hostTimeoutMs = 4000;

/** Whether the host that the package itself names for its prebuilt files takes connections from here. */
export async function canReachPackageHost(packageFolder: string): Promise<boolean> {
  const manifest: unknown = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  const { hostname, port } = new URL(hostSchema.parse(manifest).binary.host);
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname,
      port: port === '' ? 443 : Number(port),
      timeout: hostTimeoutMs,
    });
    const answer = (isReachable: boolean) => (): void => {
      socket.destroy();
      resolve(isReachable);
    };
    socket.once('connect', answer(true)).once('error', answer(false)).once('timeout', answer(false));
  });
}

/** The package's own install step: fetches libtensorflow and a prebuilt addon. Answers what it said when it failed. */
export async function runOwnInstall(context: InstallContext, packageFolder: string): Promise<string | null> {
  context.report({ step: 'library', text: 'Fetching libtensorflow by the package itself (about 160 MB)' });
  const script = join('scripts', 'install.js');
  const result = await runCommand('node', [script], { cwd: packageFolder, signal: context.signal });
  return result.code === 0 ? null : lastLines(result.output);
}
