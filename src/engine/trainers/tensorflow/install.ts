import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import { z } from 'zod';
import { Fault, isFault } from '../../../model/fault.ts';
import { buildAddon } from './addon.ts';
import { lastLines, runCommand } from './commands.ts';
import type { InstallContext, InstallProgress } from './installContext.ts';
import { canReachPackageHost, installName, installPackages, runOwnInstall } from './packages.ts';
import { installSizes, packageFolderOf, tfjsNodeVersion, wheelFor } from './sources.ts';
import { addWheelLibrary, isWhole, megabytes } from './wheelLibrary.ts';

export interface InstallOptions {
  /** A folder of its own; everything that is installed lies in it, and `removeTensorflow` deletes it. */
  readonly folder: string;
  readonly onProgress?: (progress: InstallProgress) => void;
  /** `auto`: the package's own install where its host answers, else libtensorflow from PyPI. */
  readonly source?: 'auto' | 'package' | 'wheel';
  /** The pinned wheel, fetched elsewhere. */
  readonly wheelFile?: string;
  readonly signal?: AbortSignal;
}

const installedSchema = z.object({
  tfjsNode: z.literal(tfjsNodeVersion),
  source: z.enum(['package', 'wheel']),
  libtensorflow: z.string(),
});
export type InstalledTensorflow = Readonly<z.infer<typeof installedSchema>>;

const markerName = 'installed.json';

/** What will be fetched, in a sentence to ask with. */
export function installQuestion(platform = process.platform, arch = process.arch): string {
  const sizes = wheelFor(platform, arch) ? installSizes.wheel : installSizes.package;
  return (
    `TensorFlow (@tensorflow/tfjs-node ${tfjsNodeVersion}) is a second trainer and is not needed. ` +
    `Installing it downloads about ${megabytes(sizes.download)} MB from npm and PyPI ` +
    `and takes about ${megabytes(sizes.disk)} MB on disk.`
  );
}

/** What is installed and was seen to work, or null. */
export async function tensorflowStatus(folder: string): Promise<InstalledTensorflow | null> {
  const text = await readFile(join(folder, markerName), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return installedSchema.parse(JSON.parse(text));
  } catch {
    return null; // another version's marker, or a torn one: install again
  }
}

/**
 * Installs TensorFlow into its folder, or finishes an installation that was cut off: each step that is done is kept. Ask first
 * (`installQuestion`). It counts as installed only after a child process has loaded it and run the fused kernels.
 * @throws Fault `backendUnavailable` with the command that mends it; `unwritable`, `diskFull`; an AbortError when aborted
 */
export async function installTensorflow(options: InstallOptions): Promise<InstalledTensorflow> {
  const { folder } = options;
  const context: InstallContext = {
    folder,
    wheelFile: options.wheelFile ?? null,
    report: options.onProgress ?? (() => undefined),
    signal: options.signal,
  };
  try {
    await mkdir(folder, { recursive: true });
    const release = await lockFolder(folder);
    try {
      return (await tensorflowStatus(folder)) ?? (await runSteps(context, options.source ?? 'auto'));
    } finally {
      await release();
    }
  } catch (error) {
    throw asFault(error, folder);
  }
}

/** Deletes an install folder. Refuses a folder that is not one. */
export async function removeTensorflow(folder: string): Promise<void> {
  const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => null);
  if (manifest === null) return;
  if (!manifest.includes(`"${installName}"`)) {
    throw new Fault(
      'badInput',
      `${folder} holds something else than this TensorFlow installation: nothing was deleted.`,
    );
  }
  await rm(join(folder, markerName), { force: true });
  await rm(folder, { recursive: true, force: true });
}

async function runSteps(
  context: InstallContext,
  source: 'auto' | 'package' | 'wheel',
): Promise<InstalledTensorflow> {
  const { folder } = context;
  const wheel = wheelFor(process.platform, process.arch);
  if (context.wheelFile !== null && (!wheel || !(await isWhole(context.wheelFile, wheel)))) {
    throw new Fault(
      'badInput',
      `${context.wheelFile} is not ${wheel?.file ?? 'of use on this platform'} (SHA-256 differs).`,
    );
  }
  await installPackages(context);
  const packageFolder = packageFolderOf(folder);
  let ownInstall = 'its host does not answer from here';
  let used: 'package' | 'wheel' = 'wheel';
  if (
    source === 'package' ||
    (source === 'auto' && !context.wheelFile && (await canReachPackageHost(packageFolder)))
  ) {
    const problem = await runOwnInstall(context, packageFolder);
    if (problem === null) used = 'package';
    else ownInstall = problem;
  }
  if (used === 'wheel') {
    if (!wheel || source === 'package') {
      throw new Fault(
        'backendUnavailable',
        `The package's own install failed (${ownInstall}), and for ${process.platform} ${process.arch} there is no other way ` +
          'to get libtensorflow. The embedded trainer does everything that TensorFlow would.',
      );
    }
    await addWheelLibrary(context, wheel, packageFolder);
    await buildAddon(context, packageFolder);
  }
  const libtensorflow = await checkInstalled(context, packageFolder);
  const installed: InstalledTensorflow = { tfjsNode: tfjsNodeVersion, source: used, libtensorflow };
  await writeFile(join(folder, markerName), `${JSON.stringify(installed, null, 2)}\n`);
  await rm(join(folder, 'downloads'), { recursive: true, force: true });
  return installed;
}

/** Loads the package in a process of its own, where a broken library cannot take the engine down, and asks for its version. */
async function checkInstalled(context: InstallContext, packageFolder: string): Promise<string> {
  context.report({ step: 'check', text: 'Checking that TensorFlow runs here' });
  const script =
    `require('node:util').isNullOrUndefined ??= (x) => x == null; const tf = require(${JSON.stringify(packageFolder)}); ` +
    "if (tf.add([1], [2]).dataSync()[0] !== 3) throw new Error('1 + 2 is not 3'); " +
    "console.log('libtensorflow ' + tf.backend().binding.TF_Version);";
  const env = { ELECTRON_RUN_AS_NODE: '1', TF_CPP_MIN_LOG_LEVEL: '3' };
  const result = await runCommand(process.execPath, ['-e', script], {
    cwd: context.folder,
    env,
    signal: context.signal,
  });
  const version = /libtensorflow (\S+)/.exec(result.output);
  if (result.code !== 0 || !version) {
    throw new Fault(
      'backendUnavailable',
      `TensorFlow was installed but does not run on this machine:\n${lastLines(result.output)}`,
    );
  }
  return version[1];
}

/** One installer at a time: a second one waits and then finds everything done. */
function lockFolder(folder: string): Promise<() => Promise<void>> {
  return lockfile.lock(folder, {
    lockfilePath: join(folder, 'install.lock'),
    stale: 20_000,
    retries: { retries: 600, factor: 1, minTimeout: 1000, maxTimeout: 1000 },
    onCompromised: () => undefined, // the steps write beside and rename: two at once waste work and break nothing
  });
}

function asFault(error: unknown, folder: string): unknown {
  if (isFault(error) || !(error instanceof Error)) return error;
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
      return new Fault(
        'diskFull',
        `No space left in ${folder}: installing TensorFlow needs ${megabytes(installSizes.wheel.disk + installSizes.wheel.download)} MB while it runs.`,
        { cause: error },
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Fault('unwritable', `${folder} cannot be written: ${error.message}`, { cause: error });
    default:
      return error;
  }
}
