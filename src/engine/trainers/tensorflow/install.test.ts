import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildAddon } from './addon.ts';
import { installQuestion, installTensorflow, removeTensorflow, tensorflowStatus } from './install.ts';
import type { InstallContext } from './installContext.ts';
import { linuxWheel, wheelEntryTarget, wheelFor } from './sources.ts';
import { addWheelLibrary, isWhole } from './wheelLibrary.ts';

// What fails, and what it says. That the whole works is held by test/tensorflow, which installs the real thing.
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tensorflow-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const context = (): InstallContext => ({
  folder,
  wheelFile: null,
  report: () => undefined,
  signal: undefined,
});

function emptyPath(): void {
  vi.stubEnv('PATH', join(folder, 'no-commands'));
  vi.stubEnv('PYTHON', '');
  vi.stubEnv('CXX', '');
}

describe('installing TensorFlow', () => {
  it('says how much it fetches before it is asked to', () => {
    expect(installQuestion('linux', 'x64')).toMatch(/downloads about 304 MB .* takes about 970 MB on disk/);
    expect(installQuestion('darwin', 'arm64')).toContain('MB');
  });

  it('without npm, Python or a compiler: a fault that names the command that mends it', async () => {
    emptyPath();
    await expect(installTensorflow({ folder, source: 'wheel' })).rejects.toMatchObject({
      code: 'backendUnavailable',
      message: expect.stringContaining('needs npm') as string,
    });
    await expect(addWheelLibrary(context(), linuxWheel, join(folder, 'package'))).rejects.toMatchObject({
      code: 'backendUnavailable',
      message: expect.stringContaining('apt-get install python3-pip') as string,
    });
    await expect(buildAddon(context(), folder)).rejects.toMatchObject({
      code: 'backendUnavailable',
      message: expect.stringContaining('apt-get install g++') as string,
    });
    expect(await tensorflowStatus(folder)).toBeNull();
  });

  it('quotes pip when it fails, and keeps nothing half done', async () => {
    const commands = join(folder, 'commands');
    mkdirSync(commands);
    const pip = `#!/bin/sh\ncase "$*" in *--version*) exit 0;; esac\necho "ERROR: no route to the index" >&2\nexit 1\n`;
    writeFileSync(join(commands, 'python3'), pip, { mode: 0o755 });
    vi.stubEnv('PYTHON', join(commands, 'python3'));
    await expect(addWheelLibrary(context(), linuxWheel, join(folder, 'package'))).rejects.toMatchObject({
      code: 'backendUnavailable',
      message: expect.stringMatching(/no route to the index[^]*fetch it on another machine/) as string,
    });
    expect(existsSync(join(folder, 'downloads', 'unfinished'))).toBe(false);
  });

  it('refuses and deletes a wheel with another checksum', async () => {
    const commands = join(folder, 'commands');
    mkdirSync(commands);
    const pip = `#!/bin/sh\ncase "$*" in *--version*) exit 0;; esac\necho planted > "${linuxWheel.file}"\n`;
    writeFileSync(join(commands, 'python3'), pip, { mode: 0o755 });
    vi.stubEnv('PYTHON', join(commands, 'python3'));
    await expect(addWheelLibrary(context(), linuxWheel, join(folder, 'package'))).rejects.toMatchObject({
      message: expect.stringContaining('SHA-256 differs') as string,
    });
    expect(existsSync(join(folder, 'downloads', linuxWheel.file))).toBe(false);
  });

  it('compares content, not only size', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'abc');
    const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(await isWhole(file, { bytes: 3, sha256 })).toBe(true);
    writeFileSync(file, 'abd');
    expect(await isWhole(file, { bytes: 3, sha256 })).toBe(false);
  });

  it('refuses a wheel file that is not the pinned one before doing anything', async () => {
    const wheelFile = join(folder, 'other.whl');
    writeFileSync(wheelFile, 'other');
    await expect(installTensorflow({ folder, wheelFile })).rejects.toMatchObject({ code: 'badInput' });
    expect(existsSync(join(folder, 'node_modules'))).toBe(false);
  });

  it('takes two libraries and the headers of the C interface out of a wheel, and nothing else', () => {
    expect(wheelEntryTarget('tensorflow/libtensorflow_cc.so.2')).toBe('lib/libtensorflow_cc.so.2');
    expect(wheelEntryTarget('tensorflow/include/tensorflow/c/eager/c_api.h')).toBe(
      'include/tensorflow/c/eager/c_api.h',
    );
    expect(wheelEntryTarget('tensorflow/include/tsl/platform/ctstring_internal.h')).toBe(
      'include/tsl/platform/ctstring_internal.h',
    );
    for (const other of [
      'tensorflow/__init__.py',
      'tensorflow/include/Eigen/Core',
      'x/tensorflow/libtensorflow_cc.so.2',
      'tensorflow/include/tensorflow/c/../../../../evil.h',
    ]) {
      expect(wheelEntryTarget(other)).toBeNull();
    }
    expect(wheelFor('win32', 'x64')).toBeNull();
  });
});

describe('an installation', () => {
  it('counts only with a whole marker of this version', async () => {
    const marker = join(folder, 'installed.json');
    for (const text of ['{', '{}', '{"tfjsNode":"1.0.0","source":"wheel","libtensorflow":"2"}']) {
      writeFileSync(marker, text);
      expect(await tensorflowStatus(folder)).toBeNull();
    }
    writeFileSync(marker, '{"tfjsNode":"4.22.0","source":"wheel","libtensorflow":"2.21.0"}');
    expect(await tensorflowStatus(folder)).toMatchObject({ libtensorflow: '2.21.0' });
  });

  it('is removed whole; another folder is left alone', async () => {
    writeFileSync(join(folder, 'package.json'), '{"name": "something-else"}');
    await expect(removeTensorflow(folder)).rejects.toMatchObject({ code: 'badInput' });
    expect(readFileSync(join(folder, 'package.json'), 'utf8')).toContain('something-else');
    writeFileSync(join(folder, 'package.json'), '{"name": "lstm-study-tensorflow"}');
    await removeTensorflow(folder);
    expect(existsSync(folder)).toBe(false);
    await removeTensorflow(folder);
  });
});
