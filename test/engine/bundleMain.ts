import { join } from 'node:path';
import { build } from 'esbuild';
import { top } from './harness.ts';

/** Bundles a program of this folder, which a test starts in a process of its own. Answers the file, in `folder`. */
export async function bundleMain(name: string, folder: string): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [join(top, 'test', 'engine', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['@tensorflow/tfjs-node'],
    mainFields: ['module', 'main'],
    logLevel: 'error',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  return outfile;
}
