import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../../model/fault.ts';
import { findCommand, lastLines, runCommand } from './commands.ts';
import type { InstallContext } from './installContext.ts';
import { nodeApiVersion } from './sources.ts';

/**
 * Compiles the package's two C++ files against the wheel's library. They use nothing of Node but Node-API, whose headers the npm
 * package node-api-headers brings, so neither node-gyp nor the headers of a Node version are needed.
 * @throws Fault `backendUnavailable` without a C++ compiler, or with what the compiler said
 */
export async function buildAddon(context: InstallContext, packageFolder: string): Promise<void> {
  context.report({ step: 'addon', text: 'Compiling the addon (about 15 seconds)' });
  const options = { cwd: packageFolder, signal: context.signal };
  const compiler = await findCommand([process.env['CXX'], 'c++', 'g++', 'clang++'], ['--version'], options);
  if (compiler === null) {
    throw new Fault(
      'backendUnavailable',
      'Building the TensorFlow addon needs a C++ compiler, and none was found. Install one (Debian and Ubuntu: ' +
        'sudo apt-get install g++; Fedora: sudo dnf install gcc-c++), then install again: what was fetched is kept.',
    );
  }
  const folder = join(packageFolder, 'lib', `napi-v${nodeApiVersion}`);
  await mkdir(folder, { recursive: true });
  const unfinished = join(folder, 'unfinished.node');
  const headers = join(context.folder, 'node_modules', 'node-api-headers', 'include');
  const result = await runCommand(
    compiler,
    [
      ...['-O2', '-std=c++17', '-fPIC', '-shared', `-DNAPI_VERSION=${nodeApiVersion}`],
      ...['-DNODE_GYP_MODULE_NAME=tfjs_binding', '-DBUILDING_NODE_EXTENSION'],
      ...[`-I${headers}`, '-I..', '-Ideps/include'],
      ...['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc'],
      ...['-Ldeps/lib', '-ltensorflow', '-ltensorflow_framework', '-Wl,-rpath,$ORIGIN/../../deps/lib'],
      ...['-o', unfinished],
    ],
    options,
  );
  if (result.code !== 0) {
    throw new Fault(
      'backendUnavailable',
      `${compiler} could not compile the TensorFlow addon. It said:\n${lastLines(result.output, 12)}`,
    );
  }
  await rename(unfinished, join(folder, 'tfjs_binding.node'));
}
