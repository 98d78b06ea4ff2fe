import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../../../model/fault.ts';
import { findCommand, lastLines, runCommand } from './commands.ts';
import type { InstallContext } from './installContext.ts';
import { libraryLinks, wheelEntryTarget, type Wheel } from './sources.ts';
import { extractEntry, readZipEntries } from './zipArchive.ts';

/**
 * libtensorflow and its C headers out of a wheel of PyPI, into `deps` of the addon's package. No Python package is installed:
 * pip only fetches the file, whose SHA-256 is checked before it is opened.
 * @throws Fault `backendUnavailable` without Python or network, or when the file is not the pinned one
 */
export async function addWheelLibrary(
  context: InstallContext,
  wheel: Wheel,
  packageFolder: string,
): Promise<void> {
  const file = context.wheelFile ?? (await fetchWheel(context, wheel));
  const target = join(packageFolder, 'deps');
  const unfinished = `${target}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const entries = (await readZipEntries(file)).flatMap((entry) => {
    const path = wheelEntryTarget(entry.name);
    return path === null ? [] : [{ entry, path }];
  });
  const total = entries.reduce((sum, { entry }) => sum + entry.bytes, 0);
  let done = 0;
  for (const { entry, path } of entries) {
    if (path.startsWith('lib/')) {
      context.report({
        step: 'library',
        text: 'Unpacking libtensorflow',
        doneBytes: done,
        totalBytes: total,
      });
    }
    await extractEntry(file, entry, join(unfinished, path));
    done += entry.bytes;
    context.signal?.throwIfAborted();
  }
  for (const [name, library] of Object.entries(libraryLinks)) {
    await symlink(library, join(unfinished, 'lib', name));
  }
  await rm(target, { recursive: true, force: true });
  await rename(unfinished, target);
}

/** The wheel in the downloads folder: one that is there and whole is used again, so a broken install goes on where it stopped. */
async function fetchWheel(context: InstallContext, wheel: Wheel): Promise<string> {
  const downloads = join(context.folder, 'downloads');
  const file = join(downloads, wheel.file);
  if (await isWhole(file, wheel)) return file;
  await mkdir(downloads, { recursive: true });
  const options = { cwd: downloads, signal: context.signal };
  const python = await findCommand(
    [process.env['PYTHON'], 'python3', 'python'],
    ['-m', 'pip', '--version'],
    options,
  );
  if (python === null) {
    throw new Fault(
      'backendUnavailable',
      `Fetching libtensorflow from PyPI needs a Python with pip, and none was found. Install it (Debian and Ubuntu: ` +
        `sudo apt-get install python3-pip), or fetch the file on another machine with "pip ${wheel.pipArguments.join(' ')}" ` +
        `and put it into ${downloads}; then install again.`,
    );
  }
  const unpacking = join(downloads, 'unfinished');
  await mkdir(unpacking, { recursive: true });
  const watch = watchGrowth(context, unpacking, wheel);
  try {
    const env = { TMPDIR: unpacking, PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_RESUME_RETRIES: '5' };
    const result = await runCommand(python, ['-m', 'pip', ...wheel.pipArguments], { ...options, env });
    if (result.code !== 0) {
      throw new Fault(
        'backendUnavailable',
        `pip could not fetch ${wheel.file} (${megabytes(wheel.bytes)} MB). It said:\n${lastLines(result.output)}\n` +
          `Where PyPI is out of reach, fetch it on another machine with "pip ${wheel.pipArguments.join(' ')}" and put it into ` +
          `${downloads}; then install again.`,
      );
    }
  } finally {
    clearInterval(watch);
    await rm(unpacking, { recursive: true, force: true });
  }
  if (!(await isWhole(file, wheel))) {
    await rm(file, { force: true });
    throw new Fault(
      'backendUnavailable',
      `What pip fetched as ${wheel.file} is not the file this version was built with (SHA-256 differs), so it was deleted. ` +
        `Check which package index pip uses ("pip config list") and install again.`,
    );
  }
  return file;
}

/** True when the file is the pinned wheel, byte for byte. */
export async function isWhole(file: string, wheel: Pick<Wheel, 'bytes' | 'sha256'>): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  if (found?.size !== wheel.bytes) return false;
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex') === wheel.sha256;
}

/** pip writes to its own temporary folder below `folder`; its size is the progress, whatever pip's version prints. */
function watchGrowth(context: InstallContext, folder: string, wheel: Wheel): NodeJS.Timeout {
  const report = (doneBytes: number): void =>
    context.report({
      step: 'library',
      text: `Fetching libtensorflow from PyPI (${megabytes(wheel.bytes)} MB)`,
      doneBytes,
      totalBytes: wheel.bytes,
    });
  report(0);
  const look = async (): Promise<void> => {
    const names = await readdir(folder, { recursive: true }).catch(() => []);
    const sizes = await Promise.all(
      names.map((name) =>
        stat(join(folder, name)).then(
          (found) => (found.isFile() ? found.size : 0),
          () => 0,
        ),
      ),
    );
    report(Math.min(wheel.bytes, Math.max(0, ...sizes)));
  };
  return setInterval(() => void look(), 500);
}

export function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
